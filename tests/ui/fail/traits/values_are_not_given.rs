#[sqreen::track_auth(traits)]
pub fn nothing(email: &str, plan: &str) -> bool {
    email == plan
}

#[sqreen::track_auth(traits())]
pub fn empty(email: &str, plan: &str) -> bool {
    email == plan
}

#[sqreen::track_signup(traits = plan)]
pub fn equals(email: &str, plan: &str) -> bool {
    email == plan
}

#[sqreen::identify(user = email, traits(plan))]
pub fn key_alone(email: &str, plan: &str) -> bool {
    email == plan
}

#[sqreen::identify(user = email, traits(|user| user.plan))]
pub fn closure_alone(email: &str, plan: &str) -> bool {
    email == plan
}

#[sqreen::identify(user = email, traits(plan = ))]
pub fn value_missing(email: &str, plan: &str) -> bool {
    email == plan
}

#[sqreen::identify(user = email, traits(plan = "gold", seats = 3))]
pub fn constants(email: &str, plan: &str) -> bool {
    email == plan
}

#[sqreen::identify(user = email, traits(plan = || plan))]
pub fn closure_of_nothing(email: &str, plan: &str) -> bool {
    email == plan
}

#[sqreen::identify(user = email, traits(plan = User::plan))]
pub fn path(email: &str, plan: &str) -> bool {
    email == plan
}

fn main() {}
