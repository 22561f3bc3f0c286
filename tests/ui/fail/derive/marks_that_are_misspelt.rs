#[derive(sqreen::Identity)]
pub struct User {
    #[identity(name = "id")]
    pub named: u64,
    #[identity(key)]
    pub no_value: u64,
    #[identity(key = id)]
    pub no_text: u64,
    #[identity = "id"]
    pub equals: u64,
    #[identity()]
    pub empty: u64,
    #[identity("id")]
    pub positional: u64,
    #[identity(key = "a", key = "b")]
    pub twice: u64,
    #[identity(crate = ::sqreen)]
    pub root: u64,
}

fn main() {}
