//! Marked fields, the usual field without a mark, keys of one's own, generics, pointers to a user.
#![deny(warnings)]

use std::sync::Arc;

use sqreen::Identity;

#[derive(Identity)]
pub struct Usual {
    pub name: String,
    pub email: String,
}

#[derive(Identity)]
pub struct Marked {
    #[identity]
    pub id: u64,
    #[identity(key = "e-mail")]
    pub address: Option<String>,
    pub email: String,
}

#[derive(Identity)]
pub struct Number(#[identity(key = "id")] pub u64);

#[derive(Identity)]
pub struct Generic<'a, T, const N: usize> {
    #[identity]
    pub r#type: &'a T,
    pub rest: [u8; N],
}

#[sqreen::identify]
pub fn marked(user: &Marked) -> &Marked {
    user
}

#[sqreen::identify]
pub async fn shared(user: Arc<Usual>) -> Result<Option<Arc<Usual>>, String> {
    Ok(Some(user))
}

#[sqreen::identify]
pub fn boxed(number: Number) -> Result<Box<Number>, String> {
    Ok(Box::new(number))
}

#[sqreen::identify]
pub fn generic<'a, T: sqreen::IdentifierValue>(user: Generic<'a, T, 2>) -> Option<Generic<'a, T, 2>> {
    Some(user)
}

fn main() {
    assert_eq!(<Usual as Identity>::KEYS, ["email"]);
    assert_eq!(<Marked as Identity>::KEYS, ["e-mail", "id"]);
    assert_eq!(<Number as Identity>::KEYS, ["id"]);
    assert_eq!(<Generic<'_, u64, 2> as Identity>::KEYS, ["type"]);
    let user = Marked { id: 1, address: None, email: String::new() };
    assert_eq!(marked(&user).id, 1);
    assert!(boxed(Number(1)).is_ok());
    assert!(generic(Generic { r#type: &1_u64, rest: [0; 2] }).is_some());
    drop(shared(Arc::new(Usual { name: String::new(), email: String::new() })));
}
