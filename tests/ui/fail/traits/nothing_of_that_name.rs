pub struct User {
    pub plan: String,
}

#[sqreen::track_auth(traits(plan = paln))]
pub fn argument(email: &str, plan: &str) -> Option<User> {
    (email != plan).then(|| User { plan: plan.to_owned() })
}

#[sqreen::track_signup(traits(plan = |user| user.paln))]
pub async fn field(email: &str, plan: &str) -> Option<User> {
    (email != plan).then(|| User { plan: plan.to_owned() })
}

#[sqreen::identify(user = email, traits(plan = user.plan))]
pub async fn closure_forgotten(email: &str, plan: &str) -> Option<User> {
    (email != plan).then(|| User { plan: plan.to_owned() })
}

fn main() {}
