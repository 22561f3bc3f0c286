#[derive(sqreen::Identity)]
pub struct ByName {
    pub email: Option<Vec<u8>>,
}

#[derive(sqreen::Identity)]
pub struct Generic<T> {
    #[identity]
    pub id: T,
}

pub struct Number(pub u64);

#[sqreen::identify]
pub fn current(number: Number) -> Option<Generic<Number>> {
    Some(Generic { id: number })
}

#[derive(sqreen::Identity)]
pub struct Tuple(#[identity(key = "id")] pub (u64, u64));

fn main() {}
