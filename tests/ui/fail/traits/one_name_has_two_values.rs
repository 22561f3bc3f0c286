pub struct User {
    pub plan: String,
}

#[sqreen::track_auth(traits(plan = plan, "plan" = email))]
pub fn two_arguments(email: &str, plan: &str) -> Option<User> {
    (email != plan).then(|| User { plan: plan.to_owned() })
}

#[sqreen::track_signup(traits(plan = |user| user.plan, plan = |user| user.plan.len()))]
pub fn two_of_what_is_returned(email: &str, plan: &str) -> Option<User> {
    (email != plan).then(|| User { plan: plan.to_owned() })
}

#[sqreen::track("bought", properties(plan = plan, plan = email))]
pub fn two_properties(email: &str, plan: &str) -> Option<User> {
    (email != plan).then(|| User { plan: plan.to_owned() })
}

fn main() {}
