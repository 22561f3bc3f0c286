#[derive(sqreen::Identity)]
pub struct SameWords {
    #[identity(key = "id")]
    pub number: u64,
    #[identity(key = "id")]
    pub uuid: u128,
}

#[derive(sqreen::Identity)]
pub struct ThreeTimes {
    #[identity]
    pub email: String,
    #[identity(key = "email")]
    pub mail: String,
    #[identity(key = "email")]
    pub address: String,
}

fn main() {}
