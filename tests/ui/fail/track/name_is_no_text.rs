pub const SOLD: &str = "sold";

#[sqreen::track(SOLD)]
pub fn constant() {}

#[sqreen::track(order.refunded)]
pub fn path() {}

#[sqreen::track(name = "sold")]
pub fn named() {}

#[sqreen::track(b"sold")]
pub fn bytes() {}

#[sqreen::track(concat!("order", ".sold"))]
pub fn macro_call() {}

fn main() {}
