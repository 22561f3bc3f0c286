pub enum Verdict {
    Good,
    Bad,
}

#[sqreen::identify(user = email)]
pub fn verify(email: &str, cookie: &str) -> Verdict {
    if cookie == email { Verdict::Good } else { Verdict::Bad }
}

#[sqreen::identify(user = email)]
pub async fn role(email: &str, cookie: &str) -> &'static str {
    if cookie == email { "customer" } else { "anonymous" }
}

fn main() {}
