#[derive(sqreen::Identity)]
pub struct Field {
    #[identity]
    pub api_token: String,
}

#[derive(sqreen::Identity)]
pub struct Key {
    #[identity(key = "password")]
    pub email: String,
}

#[derive(sqreen::Identity)]
pub struct Renamed {
    #[identity(key = "email")]
    pub password: String,
}

#[derive(sqreen::Identity)]
pub struct Nothing {
    pub password: String,
    pub otp: u32,
}

fn main() {}
