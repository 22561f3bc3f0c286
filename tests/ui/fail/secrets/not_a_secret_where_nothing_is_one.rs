#[sqreen::track_auth(user = email, not_a_secret)]
pub fn login(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_signup(not_a_secret)]
pub fn found_by_name(email: &str, password: &str) -> bool {
    email == password
}

#[sqreen::identify(user = id, traits(plan = plan), not_a_secret)]
pub fn current(id: u64, plan: &str) -> Option<u64> {
    (!plan.is_empty()).then_some(id)
}

#[sqreen::track("sold", not_a_secret)]
pub fn sell() {}

fn main() {}
