#[derive(sqreen::Identity)]
#[identity]
pub struct Bare {
    pub email: String,
}

#[derive(sqreen::Identity)]
#[identity(email)]
pub struct Named {
    pub email: String,
}

#[derive(sqreen::Identity)]
#[identity(crate = sqreen)]
pub struct Relative {
    pub email: String,
}

#[derive(sqreen::Identity)]
#[identity(krate = ::sqreen)]
pub struct Misspelt {
    pub email: String,
}

#[derive(sqreen::Identity)]
#[identity(key = "email")]
pub struct Keyed {
    pub email: String,
}

fn main() {}
