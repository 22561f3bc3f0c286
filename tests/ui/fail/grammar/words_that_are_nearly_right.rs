pub struct Row {
    pub email: String,
}

#[sqreen::track_auth(
    user_form = |row| row.email,
    sucess = Option::is_some,
    failed = None,
    errors = None,
    trait(plan = plan),
    ban = None,
    contxt = plan,
    not_secret,
    krate = ::sqreen,
)]
pub fn login(email: &str, plan: &str) -> Option<Row> {
    (email == plan).then(|| Row { email: email.to_owned() })
}

#[sqreen::track("sold", property(price = price), propertys(price = price), User = price)]
pub fn sell(price: u64) -> u64 {
    price
}

fn main() {}
