#[sqreen::track_auth(context = email)]
pub fn login(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::identify(user = id, context = headers.agent)]
pub async fn current(id: u64, headers: Headers) -> Option<u64> {
    headers.agent.is_some().then_some(id)
}

#[sqreen::track("sold", context = id)]
pub async fn sell(id: u64) -> u64 {
    id
}

pub struct Headers {
    pub agent: Option<String>,
}

fn main() {}
