#[sqreen::track_auth(user(3 = email))]
pub fn number(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(user(form.email))]
pub fn field(form: &Form) -> bool {
    form.email.is_empty()
}

#[sqreen::track_auth(user(= email))]
pub fn nothing(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::identify(user = id, traits("" = plan))]
pub fn empty_trait(id: u64, plan: &str) -> Option<usize> {
    Some(plan.len() + id as usize)
}

#[sqreen::identify(user = id, traits(7 = plan))]
pub fn number_trait(id: u64, plan: &str) -> Option<usize> {
    Some(plan.len() + id as usize)
}

#[sqreen::track("sold", properties("" = price))]
pub fn empty_property(price: u64) -> u64 {
    price
}

pub struct Form {
    pub email: String,
}

fn main() {}
