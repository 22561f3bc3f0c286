pub struct Row {
    pub email: String,
}

#[sqreen::track_auth(
    user_from = |row| row.email,
    user_from = |row| row.email,
    success = Option::is_some,
    success = Option::is_some,
    traits(plan = plan),
    traits(plan = plan),
    banned = None,
    banned = None,
)]
pub fn login(email: &str, plan: &str) -> Option<Row> {
    (email == plan).then(|| Row { email: email.to_owned() })
}

#[sqreen::track_signup(failure = None, failure = None, error = None, error = None)]
pub fn sign_up(email: &str) -> Option<()> {
    email.is_empty().then_some(())
}

#[sqreen::identify(user = token, not_a_secret, context = call, context = call, not_a_secret)]
pub fn current(token: u64, call: sqreen::Sqreen) -> Option<u64> {
    call.request().map(|_| token)
}

#[sqreen::track("sold", properties(price = price), properties(price = price), crate = ::sqreen, crate = ::sqreen)]
pub fn sell(price: u64) -> u64 {
    price
}

fn main() {}
