#[sqreen::track_auth(properties(plan = plan))]
pub fn login(email: &str, plan: &str) -> bool {
    email == plan
}

#[sqreen::track_signup(properties(plan = plan))]
pub fn sign_up(email: &str, plan: &str) -> bool {
    email == plan
}

#[sqreen::identify(user = id, success = Option::is_some)]
pub fn identify_success(id: u64) -> Option<u64> {
    Some(id)
}

#[sqreen::identify(user = id, failure = None, error = Err(_), properties(id = id))]
pub fn identify_others(id: u64) -> Option<u64> {
    Some(id)
}

#[sqreen::track("order.refunded", failure = None, error = Err(_), traits(id = id), banned = None)]
pub fn refund(id: u64) -> Option<u64> {
    Some(id)
}

fn main() {
    login("the functions", "are still there");
}
