use sqreen::Sqreen;

#[sqreen::track_auth(context = contxt)]
pub fn misspelt(email: &str, context: &Sqreen) -> bool {
    context.request().is_some() && email.is_empty()
}

#[sqreen::track_signup(context = Sqreen::current())]
pub fn call(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track("sold", context = || Sqreen::current())]
pub fn closure(id: u64) -> u64 {
    id
}

fn main() {}
