//! However many functions a login goes through, it is one event: that of the innermost, which knows best.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;

use axum::http::StatusCode;
use sqreen::event::Outcome::{Cancelled, Failure, Panicked, Success};
use tokio::sync::{Barrier, Notify};

use super::{AuthError, attempt, ended};
use crate::support::*;

#[sqreen::track_auth]
async fn check_password(email: &str, right: bool) -> Result<bool, AuthError> {
    tokio::task::yield_now().await;
    let _ = email;
    Ok(right)
}

/// Always says yes, which is not what is recorded.
#[sqreen::track_auth]
async fn login_page(email: String, right: bool) -> StatusCode {
    let _ = check_password(&email, right).await;
    tokio::task::yield_now().await;
    StatusCode::OK
}

#[sqreen::track_auth]
async fn front_door(email: &str, right: bool) -> bool {
    login_page(email.to_owned(), right).await == StatusCode::OK
}

#[sqreen::track_auth]
fn check_at_once(email: &str, right: bool) -> bool {
    let _ = email;
    right
}

#[sqreen::track_auth]
fn ask_at_once(email: &str, right: bool) -> Option<()> {
    check_at_once(email, right);
    Some(())
}

#[sqreen::track_auth]
fn ask_in_time<'a>(email: &'a str, right: bool) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
    Box::pin(async move {
        tokio::task::yield_now().await;
        check_password(email, right).await.is_ok()
    })
}

#[sqreen::track_auth]
async fn tells_by_hand(email: &str, right: bool) -> bool {
    tokio::task::yield_now().await;
    sqreen::auth_track(right, ("email", email)).await.ok();
    true
}

#[sqreen::track_auth]
async fn tells_by_hand_only_of_failures(email: &str, right: bool) -> bool {
    if !right {
        sqreen::auth_track(false, ("email", email));
    }
    true
}

#[sqreen::track_signup]
async fn opens_an_account_and_logs_in(email: &str) -> bool {
    check_password(email, true).await.is_ok()
}

#[sqreen::track_auth]
async fn tries_again(email: &str, left: u8) -> bool {
    tokio::task::yield_now().await;
    left == 0 || Box::pin(tries_again(email, left - 1)).await
}

#[sqreen::track_auth]
fn tries_again_at_once(email: &str, left: u8) -> bool {
    left > 0 && tries_again_at_once(email, left - 1)
}

#[sqreen::track_auth]
async fn hangs_inside(email: &str, started: &Notify) -> bool {
    hangs(email, started).await
}

#[sqreen::track_auth]
async fn hangs(email: &str, started: &Notify) -> bool {
    let _ = email;
    started.notify_one();
    pending().await
}

#[sqreen::track_auth]
async fn panics_inside(email: &str) -> bool {
    panics(email).await
}

#[sqreen::track_auth]
async fn panics(email: &str) -> bool {
    tokio::task::yield_now().await;
    panic!("no password check for {email} today");
}

#[sqreen::track_auth]
async fn meets(email: &str, others: &Barrier, right: bool) -> bool {
    others.wait().await;
    check_password(email, right).await.unwrap()
}

#[sqreen::track_auth]
async fn asks_for_a_code(email: &str, password: bool, code: bool) -> Result<Option<()>, AuthError> {
    if !check_password(email, password).await? {
        return Ok(None);
    }
    tokio::task::yield_now().await;
    Ok(code.then_some(()))
}

#[sqreen::track_auth]
async fn asks_the_directory(email: &str, up: bool, right: bool) -> Result<bool, AuthError> {
    let _ = email;
    up.then_some(right).ok_or(AuthError::Database("down"))
}

/// Where the directory is down, the password is looked at here.
#[sqreen::track_auth]
async fn falls_back(email: &str, up: bool, right: bool) -> bool {
    asks_the_directory(email, up, right).await.unwrap_or(right)
}

#[sqreen::track_auth]
async fn gives_up_waiting(email: &str, right: bool) -> bool {
    tokio::select! {
        biased;
        answer = hangs_for_ever(email) => answer,
        () = tokio::task::yield_now() => right,
    }
}

#[sqreen::track_auth]
async fn hangs_for_ever(email: &str) -> bool {
    let _ = email;
    pending().await
}

/// Says itself what a success is.
#[sqreen::track_auth(success = |answer| *answer)]
async fn knows_better(email: &str, inside: bool, outside: bool) -> bool {
    check_at_once(email, inside);
    outside
}

#[sqreen::track_auth]
async fn logs_others_in(email: &str, others: &[(&str, bool)], right: bool) -> bool {
    let _ = email;
    for (other, right) in others {
        check_at_once(other, *right);
    }
    right
}

#[derive(sqreen::Identity)]
struct Card {
    email: String,
}

#[sqreen::track_auth]
fn checks_a_card(number: u32, right: bool) -> Option<Card> {
    let email = format!("card-{number}@example.com");
    right.then_some(Card { email })
}

#[sqreen::track_auth]
fn logs_in_by_card(email: &str, cards: &[bool]) -> bool {
    let _ = email;
    cards.iter().any(|right| checks_a_card(7, *right).is_some())
}

#[sqreen::track_auth(context = sqreen)]
fn nests(sqreen: &sqreen::Sqreen, email: &str, inside: impl FnOnce()) -> bool {
    let _ = (sqreen, email);
    inside();
    false
}

#[sqreen::track_auth(context = sqreen)]
fn check_for(sqreen: &sqreen::Sqreen, email: &str, right: bool) -> bool {
    let _ = (sqreen, email);
    right
}

#[tokio::test]
async fn a_right_password_before_a_wrong_code_is_a_failure_and_nothing_else() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        let _ = asks_for_a_code(ALICE, true, false).await;
        assert_eq!(sqreen.user(), None, "she has not got in");
        let _ = asks_for_a_code(ALICE, true, true).await;
        assert_eq!(sqreen.user().map(|user| user.user), Some(user(ALICE)));
        let _ = asks_for_a_code(BOB, false, true).await;
    })
    .await;
    assert_eq!(
        logins(&agent).await,
        [
            attempt(Failure, ALICE),
            attempt(Success, ALICE),
            attempt(Failure, BOB)
        ]
    );
    serve(&agent, async |_| {
        for _ in 0..10 {
            let _ = asks_for_a_code(ALICE, true, false).await;
        }
    })
    .await;
    assert_eq!(
        decisions(&agent).await.len(),
        1,
        "codes can be guessed no better than passwords"
    );
}

/// Both factors are checked by functions of their own, and the page is the same whatever they say.
#[sqreen::track_auth]
fn asks_for_both(email: &str, password: bool, code: bool) -> StatusCode {
    if check_at_once(email, password) {
        check_at_once(email, code);
    }
    StatusCode::OK
}

/// As [`asks_for_both`], but who asks for the code does not know whose it is.
#[sqreen::track_auth]
fn asks_for_a_nameless_code(email: &str, password: bool, code: bool) -> StatusCode {
    if check_at_once(email, password) {
        checks_a_card(7, code);
    }
    StatusCode::OK
}

#[tokio::test]
async fn a_success_inside_that_a_failure_inside_follows_was_none() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        asks_for_both(ALICE, true, false);
        asks_for_a_nameless_code(ALICE, true, false);
        assert_eq!(sqreen.user(), None);
        asks_for_both(BOB, true, true);
    })
    .await;
    assert_eq!(
        logins(&agent).await,
        [
            attempt(Failure, ALICE),
            attempt(Failure, ALICE),
            attempt(Success, BOB)
        ]
    );
}

#[tokio::test]
async fn an_error_or_a_wait_inside_hides_no_failure() {
    let agent = agent();
    serve(&agent, async |_| {
        falls_back(ALICE, false, false).await;
        falls_back(ALICE, false, true).await;
        gives_up_waiting(BOB, false).await;
        gives_up_waiting(BOB, true).await;
    })
    .await;
    assert_eq!(
        logins(&agent).await,
        [
            attempt(Failure, ALICE),
            attempt(Success, ALICE),
            attempt(Failure, BOB),
            attempt(Success, BOB),
        ]
    );
}

#[tokio::test]
async fn an_attribute_that_says_what_a_success_is_has_the_last_word_on_it() {
    let agent = agent();
    serve(&agent, async |_| {
        knows_better(ALICE, true, false).await;
        knows_better(ALICE, true, true).await;
        knows_better(ALICE, false, false).await;
        knows_better(ALICE, false, true).await;
    })
    .await;
    assert_eq!(
        ended(&agent).await,
        [Failure, Success, Failure, Failure, Success]
    );
}

#[tokio::test]
async fn the_logins_of_others_inside_are_their_own() {
    let agent = agent();
    serve(&agent, async |_| {
        logs_others_in(ALICE, &[(BOB, true), ("eve@example.com", true)], false).await;
        logs_others_in(ALICE, &[(BOB, false), (BOB, false)], false).await;
    })
    .await;
    let mut logins = logins(&agent).await;
    let mut expected = [
        attempt(Success, BOB),
        attempt(Success, "eve@example.com"),
        attempt(Failure, ALICE),
        attempt(Failure, BOB),
        attempt(Failure, BOB),
        attempt(Failure, ALICE),
    ];
    let by_name = |login: &sqreen::event::Attempt| format!("{login:?}");
    logins.sort_by_key(by_name);
    expected.sort_by_key(by_name);
    assert_eq!(logins, expected);
}

#[tokio::test]
async fn failures_of_nobody_inside_are_each_counted_and_the_last_gets_the_name() {
    let agent = agent();
    serve(&agent, async |_| {
        logs_in_by_card(ALICE, &[false, false, false]);
    })
    .await;
    let nobody = sqreen::event::Attempt::new(Failure, None);
    assert_eq!(
        logins(&agent).await,
        [nobody.clone(), nobody, attempt(Failure, ALICE)]
    );
}

#[sqreen::track_auth]
fn answers_always(email: &str, card: bool) -> bool {
    let _ = email;
    checks_a_card(7, card);
    true
}

#[sqreen::track_auth(user = id)]
fn checks_by_number(id: u64) -> bool {
    id == 1
}

#[sqreen::track_auth]
fn asks_by_number(email: &str, id: u64) -> bool {
    let _ = email;
    checks_by_number(id)
}

#[tokio::test]
async fn a_failure_of_nobody_is_that_of_whoever_is_named_around_it() {
    let agent = agent();
    serve(&agent, async |_| {
        answers_always(ALICE, false);
    })
    .await;
    assert_eq!(logins(&agent).await, [attempt(Failure, ALICE)]);
}

#[tokio::test]
async fn what_was_refused_inside_is_no_failure_around_it() {
    let agent = agent();
    ban(&agent, super::by_id(7));
    let answer = serve(&agent, async |_| {
        assert!(!asks_by_number(ALICE, 7));
    })
    .await;
    assert!(answer.is_refusal());
    assert_eq!(logins(&agent).await, []);
}

#[tokio::test]
async fn attempts_of_two_requests_on_one_thread_have_nothing_to_do_with_each_other() {
    let agent = agent();
    let first: Arc<std::sync::Mutex<Option<sqreen::Sqreen>>> = Arc::default();
    let keep = first.clone();
    serve(&agent, move |sqreen: sqreen::Sqreen| {
        *keep.lock().unwrap() = Some(sqreen);
        async {}
    })
    .await;
    let first = first.lock().unwrap().take().unwrap();
    serve(&agent, move |second: sqreen::Sqreen| {
        let first = first.clone();
        async move {
            // The same name, as if a thread took up another's work while it waits.
            nests(&second, ALICE, || {
                check_for(&first, ALICE, false);
            });
        }
    })
    .await;
    assert_eq!(ended(&agent).await, [Failure, Failure]);
}

#[tokio::test]
async fn functions_around_a_login_are_silent() {
    let agent = agent();
    serve(&agent, async |_| {
        front_door(ALICE, true).await;
        front_door(BOB, false).await;
        ask_at_once(ALICE, true);
        ask_at_once(BOB, false);
        ask_in_time(ALICE, true).await;
        ask_in_time(BOB, false).await;
    })
    .await;
    let both = [attempt(Success, ALICE), attempt(Failure, BOB)];
    assert_eq!(
        logins(&agent).await,
        [both.clone(), both.clone(), both].concat()
    );
}

#[tokio::test]
async fn a_call_by_hand_wins_over_the_attribute_around_it() {
    let agent = agent();
    serve(&agent, async |_| {
        assert!(tells_by_hand(ALICE, true).await);
        assert!(tells_by_hand(BOB, false).await);
        assert!(tells_by_hand_only_of_failures(ALICE, true).await);
        assert!(tells_by_hand_only_of_failures(BOB, false).await);
    })
    .await;
    let both = [attempt(Success, ALICE), attempt(Failure, BOB)];
    assert_eq!(logins(&agent).await, [both.clone(), both].concat());
}

#[tokio::test]
async fn a_login_inside_of_a_sign_up_is_a_login_and_a_sign_up() {
    let agent = agent();
    serve(&agent, async |_| {
        opens_an_account_and_logs_in(ALICE).await;
    })
    .await;
    assert_eq!(logins(&agent).await, [attempt(Success, ALICE)]);
    let sign_ups = events(&agent).await;
    let sign_ups = sign_ups
        .iter()
        .filter(|event| matches!(event.what, sqreen::event::What::SignUp(_)));
    assert_eq!(sign_ups.count(), 1);
}

#[tokio::test]
async fn a_function_that_calls_itself_logs_in_once() {
    let agent = agent();
    serve(&agent, async |_| {
        assert!(tries_again(ALICE, 3).await);
        assert!(!tries_again_at_once(ALICE, 3));
    })
    .await;
    assert_eq!(ended(&agent).await, [Success, Failure]);
}

#[tokio::test]
async fn guesses_beside_each_other_are_each_counted_whichever_ends_first() {
    let agent = agent();
    serve(&agent, async |_| {
        let (first, last) = (Notify::new(), Notify::new());
        let guess = async |right: bool, wait: &Notify, tell: &Notify| {
            login_page(ALICE.to_owned(), right).await;
            wait.notified().await;
            tell.notify_one();
        };
        first.notify_one();
        tokio::join!(guess(false, &last, &first), guess(false, &first, &last));
        // Entered one after the other, ended the other way round.
        let together = Barrier::new(3);
        tokio::join!(
            async {
                meets(ALICE, &together, false).await;
            },
            async {
                tokio::task::yield_now().await;
                meets(ALICE, &together, false).await;
            },
            async {
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
                meets(ALICE, &together, true).await;
            },
        );
    })
    .await;
    let mut ended = ended(&agent).await;
    assert_eq!(ended.pop(), Some(Success));
    assert_eq!(ended, [Failure; 4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn logins_of_many_requests_at_once_never_silence_each_other() {
    const REQUESTS: usize = 400;
    let agent = sqreen::Agent::builder()
        .policy(sqreen::policy::Policy::none())
        .build()
        .unwrap();
    let mut tasks = Vec::new();
    for n in 0..REQUESTS {
        let agent = agent.clone();
        tasks.push(tokio::spawn(async move {
            serve(&agent, move |_| async move {
                front_door(&format!("user-{n}@example.com"), n % 2 == 0).await;
            })
            .await;
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let logins = logins(&agent).await;
    let mut users: Vec<_> = logins.iter().map(|login| login.user.clone()).collect();
    users.sort();
    users.dedup();
    let right = logins.iter().filter(|login| login.outcome == Success);
    assert_eq!(
        (logins.len(), users.len(), right.count()),
        (REQUESTS, REQUESTS, REQUESTS / 2)
    );
}

#[tokio::test]
async fn a_login_that_is_dropped_half_way_is_cancelled_once() {
    let agent = agent();
    let started = Arc::new(Notify::new());
    serve(&agent, {
        let started = started.clone();
        move |_| {
            let started = started.clone();
            async move {
                tokio::select! {
                    _ = hangs_inside(ALICE, &started) => unreachable!("it hangs"),
                    () = tokio::task::yield_now() => {}
                }
            }
        }
    })
    .await;
    assert_eq!(logins(&agent).await, [attempt(Cancelled, ALICE)]);
}

#[tokio::test]
async fn a_login_that_panics_inside_another_panics_once() {
    let agent = agent();
    serve(&agent, async |_| {
        let handled = sqreen::spawn(async { panics_inside(ALICE).await }).await;
        assert!(handled.unwrap_err().is_panic());
    })
    .await;
    assert_eq!(logins(&agent).await, [attempt(Panicked, ALICE)]);
}

#[tokio::test]
async fn a_future_that_nobody_polls_is_no_login() {
    let agent = agent();
    serve(&agent, async |_| {
        drop(check_password(ALICE, true));
        drop(ask_in_time(ALICE, true));
    })
    .await;
    assert_eq!(logins(&agent).await, []);
}

#[tokio::test]
async fn after_a_panic_the_thread_is_inside_of_nothing() {
    let agent = agent();
    serve(&agent, async |_| {
        let caught = std::panic::catch_unwind(|| explodes(ALICE));
        assert!(caught.is_err());
        sqreen::auth_track(false, ("email", BOB));
        check_at_once(ALICE, true);
    })
    .await;
    assert_eq!(
        logins(&agent).await,
        [
            attempt(Panicked, ALICE),
            attempt(Failure, BOB),
            attempt(Success, ALICE)
        ]
    );
}

#[sqreen::track_auth]
fn explodes(email: &str) -> bool {
    panic!("{email}");
}
