#[derive(sqreen::Identity)]
pub struct User {
    pub id: u64,
    pub password: String,
    pub name: String,
}

#[derive(sqreen::Identity)]
pub struct Unit;

fn main() {}
