pub struct User {
    pub email: String,
}

pub struct Account;

#[sqreen::track_auth(user_from = Account::email)]
pub fn login(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

#[sqreen::track_signup(user_from = |account: &Account| account.email())]
pub async fn sign_up(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

#[sqreen::identify(user_from = User::emial)]
pub fn current(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

#[sqreen::identify(user_from = User)]
pub fn type_for_a_function(email: &str) -> Option<User> {
    Some(User { email: email.to_owned() })
}

impl Account {
    pub fn email(&self) -> &'static str {
        "a@example.com"
    }
}

impl User {
    pub fn email(&self) -> (&'static str, &str) {
        ("email", &self.email)
    }
}

fn main() {}
