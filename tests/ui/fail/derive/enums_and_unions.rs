#[derive(sqreen::Identity)]
pub enum Account {
    Person {
        #[identity]
        email: String,
    },
    Shop(#[identity] u64),
}

#[derive(sqreen::Identity)]
pub union Number {
    #[identity]
    pub id: u64,
    pub bits: u64,
}

fn main() {}
