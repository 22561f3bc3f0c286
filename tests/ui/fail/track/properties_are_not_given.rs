#[sqreen::track("sold", properties)]
pub fn nothing(price: u64) -> u64 {
    price
}

#[sqreen::track("sold", properties())]
pub fn empty(price: u64) -> u64 {
    price
}

#[sqreen::track("sold", properties = price)]
pub fn equals(price: u64) -> u64 {
    price
}

#[sqreen::track("sold", properties(price))]
pub fn key_alone(price: u64) -> u64 {
    price
}

#[sqreen::track("sold", properties(currency = "EUR"))]
pub fn constant(price: u64) -> u64 {
    price
}

#[sqreen::track("sold", properties(price = |order, price| price))]
pub fn two_arguments(price: u64) -> u64 {
    price
}

fn main() {}
