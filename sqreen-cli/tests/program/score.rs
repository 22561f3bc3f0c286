//! Scores are of what a policy does, and of nothing else.

use super::support::{Scratch, sqreen};
use sqreen::policy::{Mode, Policy};
use sqreen_cli::score::{Card, Goals, Missed, Scorer, score};
use sqreen_cli::simulate::{AttackKind, Label, Labelled, Scenario};

fn scenario() -> Scenario {
    Scenario::default().people(3_000).days(28).seed(4)
}

/// What is refused of attackers' events, and of honest people's, in per cent.
fn refused(card: &Card) -> (f64, f64) {
    let events: u64 = card.attacks.iter().map(|score| score.events).sum();
    let through: u64 = card.attacks.iter().map(|score| score.through).sum();
    let share = |part: u64, all: u64| 100.0 * part as f64 / all as f64;
    let honest = &card.honest;
    (
        share(events - through, events),
        share(honest.refused, honest.events),
    )
}

/// Attackers' logins with a risk above 50, and honest people's, in per cent.
fn risky(card: &Card) -> (f64, f64) {
    let share = |above: u64, all: u64| 100.0 * above as f64 / all as f64;
    let (mut above, mut all) = (0, 0);
    for score in &card.attacks {
        above += score.risk.above(50);
        all += score.risk.logins();
    }
    let honest = &card.honest_risk;
    (share(above, all), share(honest.above(50), honest.logins()))
}

fn card_of(labelled: &[Labelled], scenario: &Scenario) -> Card {
    let mut scorer = Scorer::new(Policy::default(), 1, scenario.campaigns());
    labelled.iter().for_each(|one| scorer.take_in(one));
    scorer.finish()
}

/// The same events, each with the label of another: those are dealt like cards.
fn shuffled(mut labelled: Vec<Labelled>) -> Vec<Labelled> {
    let mut number = 7_u64;
    for last in (1..labelled.len()).rev() {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let other = (number >> 33) as usize % (last + 1);
        let label = labelled[last].label;
        labelled[last].label = labelled[other].label;
        labelled[other].label = label;
    }
    labelled
}

#[test]
fn with_shuffled_labels_the_scores_are_what_chance_gives() {
    let scenario = scenario();
    let labelled: Vec<_> = scenario.events().collect();
    let card = card_of(&labelled, &scenario);
    let (attackers, honest) = refused(&card);
    assert!(attackers > 40.0 && honest == 0.0, "{attackers} {honest}");
    let (attackers, honest) = risky(&card);
    assert!(attackers > 10.0 * honest, "{attackers} {honest}");

    let card = card_of(&shuffled(labelled), &scenario);
    let (attackers, honest) = refused(&card);
    assert!((attackers - honest).abs() < 2.0, "{attackers} {honest}");
    let (attackers, honest) = risky(&card);
    assert!((attackers - honest).abs() < 2.0, "{attackers} {honest}");
}

#[test]
fn what_a_policy_decides_depends_on_no_label() {
    let scenario = scenario();
    let decisions = |card: Card| -> Vec<(String, u64)> {
        let all = card.playbooks();
        all.into_iter()
            .map(|(name, (right, wrong))| (name.to_owned(), right + wrong))
            .collect()
    };
    let labelled: Vec<_> = scenario.events().collect();
    let honest: Vec<_> = labelled
        .iter()
        .map(|one| Labelled {
            event: one.event.clone(),
            label: Label::Honest,
        })
        .collect();
    assert_eq!(
        decisions(card_of(&labelled, &scenario)),
        decisions(card_of(&honest, &scenario))
    );
}

#[test]
fn a_small_town_reaches_the_goals() {
    // Of one login each, some are missed: the README's scores have fifteen of each kind.
    let kinds = AttackKind::all().iter().copied();
    let attacks = kinds.filter(|kind| !kind.has_the_password());
    let card = score(&Policy::default(), &scenario().attacks(attacks));
    assert_eq!(Goals::default().missed(&card), []);
}

#[test]
fn a_policy_that_only_watches_misses_them() {
    let mut policy = Policy::default();
    let names: Vec<_> = policy
        .playbooks()
        .iter()
        .map(|playbook| playbook.name.clone())
        .collect();
    for name in names {
        policy.get_mut(&name).unwrap().mode = Mode::Observe;
    }
    let attacks = [AttackKind::CredentialStuffing, AttackKind::BotnetCracking];
    let card = score(&policy, &scenario().attacks(attacks));
    let missed = Goals::default().missed(&card);
    assert!(
        matches!(
            missed[..],
            [
                Missed::FromAnAddress(AttackKind::CredentialStuffing, 300..),
                Missed::OnAnAccount(AttackKind::BotnetCracking, 300..)
            ]
        ),
        "{missed:?}"
    );
}

const SMALL: [&str; 6] = ["score", "--people", "500", "--days", "14", "--campaigns=1"];

#[test]
fn it_prints_tables_and_draws_plots_and_a_page() {
    let scratch = Scratch::new();
    let (page, svg, png) = (
        scratch.path("p.html"),
        scratch.path("p.svg"),
        scratch.path("p.png"),
    );
    let draw =
        |words: &[&str]| sqreen(SMALL.iter().chain(["--seed=1"].iter()).chain(words)).succeeds();
    let shown = draw(&[
        "--html",
        page.to_str().unwrap(),
        "--plot",
        svg.to_str().unwrap(),
    ]);
    assert!(
        shown.contains("  credential-cracking       1 of 1"),
        "{shown}"
    );
    draw(&["--plot", png.to_str().unwrap()]);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(
        page.contains("<td>1 of 1</td>") && page.contains("<svg"),
        "{page}"
    );
    assert!(
        !page.contains("<script") && !page.contains("src="),
        "{page}"
    );
    assert!(
        std::fs::read_to_string(svg)
            .unwrap()
            .contains("credential-cracking")
    );
    assert!(std::fs::read(png).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn a_plot_of_no_known_kind_is_refused() {
    let words = SMALL.iter().chain(&["--seed=1", "--plot", "scores.pdf"]);
    let complaint = sqreen(words).fails(2);
    assert!(
        complaint.contains("scores.pdf can be no plot: name a file that ends in .svg or .png"),
        "{complaint}"
    );
}

#[test]
fn a_document_whose_tables_are_others_fails_the_check() {
    let scratch = Scratch::new();
    let document = scratch.file(
        "scores.md",
        "<!-- scores -->\nold\n<!-- end of scores -->\n",
    );
    let document = document.to_str().unwrap();
    let run = |words: &[&str]| sqreen(SMALL.iter().chain(["--seed=1"].iter()).chain(words));
    let complaint = run(&["--check", document]).fails(1);
    assert!(complaint.contains("are not what comes out"), "{complaint}");
    run(&["--write", document]).succeeds();
    run(&["--check", document]).succeeds();
}

#[test]
fn a_stream_in_a_file_is_scored_as_the_one_that_is_made_up() {
    let scratch = Scratch::new();
    let (out, labels) = (scratch.path("events.ndjson"), scratch.path("labels.ndjson"));
    let (out, labels) = (out.to_str().unwrap(), labels.to_str().unwrap());
    let words = [
        "simulate",
        "--people=500",
        "--days=14",
        "--seed=1",
        "--out",
        out,
        "--labels",
        labels,
    ];
    sqreen(words).succeeds();
    let of_file = sqreen(["score", "--json", "--stream", out, "--labels", labels]).succeeds();
    let made_up = sqreen(SMALL.iter().chain(&["--seed=1", "--json"])).succeeds();
    assert_eq!(of_file, made_up);
}
