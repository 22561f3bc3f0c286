pub struct Order {
    pub items: Vec<u64>,
    pub total: u64,
}

#[sqreen::track("sold", properties(order = order))]
pub fn argument(order: &Order) -> u64 {
    order.total
}

#[sqreen::track("sold", properties(items = |order| order.items))]
pub async fn returned(total: u64) -> Result<Order, String> {
    Ok(Order { items: Vec::new(), total })
}

#[sqreen::track("sold", properties(total = |order| order.totla, count = order.count))]
pub async fn no_such_field(order: Order) -> Option<Order> {
    Some(order)
}

fn main() {}
