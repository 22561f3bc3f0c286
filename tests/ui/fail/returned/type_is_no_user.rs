pub struct User {
    pub email: String,
}

#[sqreen::identify]
pub fn current(user: User) -> Option<User> {
    Some(user)
}

#[sqreen::identify]
pub async fn current_async(user: User) -> Result<Option<User>, String> {
    Ok(Some(user))
}

fn main() {}
