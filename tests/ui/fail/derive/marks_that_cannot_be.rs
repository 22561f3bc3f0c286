#[derive(sqreen::Identity)]
pub struct Number(#[identity] pub u64);

#[derive(sqreen::Identity)]
pub struct Unknown {
    #[identity(kay = "id")]
    pub number: u64,
    #[identity(key = "")]
    pub empty: u64,
    #[identity]
    #[identity]
    pub twice: u64,
}

#[derive(sqreen::Identity)]
pub struct SameKey {
    #[identity]
    pub email: String,
    #[identity(key = "email")]
    pub mail: String,
}

#[derive(sqreen::Identity)]
pub struct WrongType {
    #[identity]
    pub roles: Vec<String>,
}

#[derive(sqreen::Identity)]
pub enum Account {
    Person,
    Shop,
}

fn main() {}
