use sqreen::Identity;

#[derive(Identity)]
pub struct User {
    #[identity]
    pub password: String,
    #[identity(kee = "id")]
    pub id: u64,
}

#[sqreen::track_auth(
    user = creds.password,
    success = || true,
    traits(plan = paln, "" = plan),
    context = sqreen,
)]
pub fn login(creds: &Creds, plan: &str) -> Option<User> {
    find(creds.email, paln)
}

#[sqreen::track_signup(user = creds.emial, banned = 7)]
pub async fn sign_up(creds: &Creds) -> bool {
    creds.emial.is_empty()
}

#[sqreen::track("", properties(amount = order.total), traits(plan = plan))]
pub fn sell(plan: &str) -> ! {
    panic!("{plan}")
}

pub struct Creds {
    pub email: String,
    pub password: String,
}

fn main() {}
