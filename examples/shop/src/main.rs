//! A small shop that sqreen protects: to click through, and to attack.
//!
//! What sqreen needs of an application is in five places here: the attributes of
//! `login`, `sign_up` and `current_user` in `account/`, and in this file the start of
//! the agent, its layer, and its shutdown.

mod account;
mod answer;
mod args;
mod catalog;
mod data;
mod database;
mod operator;
mod page;
mod route;
mod seed;
mod shop;
mod stop;
mod token;
mod welcome;

use std::error::Error;
use std::io::{self, IsTerminal};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use tokio::net::TcpListener;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

use crate::args::Args;
use crate::operator::Operator;
use crate::shop::Shop;
use crate::token::Token;
use crate::welcome::Welcome;

#[tokio::main]
async fn main() -> ExitCode {
    match args::read(lexopt::Parser::from_env()) {
        Ok(Some(args)) => match run(args).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => complain(&*error),
        },
        Ok(None) => help(),
        Err(error) => complain(&error),
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    log_to_the_terminal();

    let agent = sqreen::start()?;
    // The screen's commands and the attack example depend on it; sqreen needs nothing of this.
    let here = IpAddr::from(Ipv4Addr::LOCALHOST);
    let trusts_local_proxy = agent.config().trusted_proxies.contains(here.into());

    // First the port: whoever has it may be using the same files.
    let (listener, address) = listen(args.port).await?;

    let directory = &args.data;
    data::prepare(directory)
        .map_err(|error| format!("cannot use {}: {error}", directory.display()))?;
    let shop = Shop::open(&data::storage(&args)?).await?;
    let token = Token::draw()?;
    let token_file = data::write_token(directory, address.port(), token.reveal())?;

    let app = route::routes(shop.clone())
        .layer(agent.layer())
        .merge(operator::routes(Operator {
            agent: agent.clone(),
            shop: shop.clone(),
            token: token.clone(),
            trusts_local_proxy,
        }));

    Welcome {
        address,
        token: &token,
        behind_proxy: trusts_local_proxy,
        token_is_at_hand: *directory == args::usual_data(),
    }
    .print();
    let serving = axum::serve(
        listener,
        app.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(stop::asked_to_stop());
    tokio::select! {
        served = serving.into_future() => served?,
        () = stop::out_of_patience() => tracing::warn!("closing with requests still open"),
    }

    agent.shutdown().await;
    shop.database.close().await;
    data::remove(&token_file)?;
    Ok(())
}

/// The loopback only: this shop's passwords are printed in its source.
async fn listen(port: u16) -> Result<(TcpListener, SocketAddr), Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
        format!("cannot listen on 127.0.0.1:{port}: {error}. Is a shop open already? Try --port 3001")
    })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Our own lines, and sqreen's: each decision it takes is one.
fn log_to_the_terminal() {
    let wanted = std::env::var("RUST_LOG")
        .ok()
        .and_then(|wanted| wanted.parse::<Targets>().ok());
    let usual = || {
        Targets::new()
            .with_target("shop", tracing::Level::INFO)
            .with_target("sqreen", tracing::Level::INFO)
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    tracing_subscriber::registry()
        .with(lines.with_filter(wanted.unwrap_or_else(usual)))
        .init();
}

#[expect(clippy::print_stdout, reason = "asked for on the command line")]
fn help() -> ExitCode {
    println!("{}", args::HELP);
    ExitCode::SUCCESS
}

#[expect(clippy::print_stderr, reason = "the reason why the program ends")]
fn complain(error: &dyn Error) -> ExitCode {
    let mut reason = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        reason += &format!(": {deeper}");
        cause = deeper.source();
    }
    eprintln!("shop: {reason}");
    ExitCode::FAILURE
}
