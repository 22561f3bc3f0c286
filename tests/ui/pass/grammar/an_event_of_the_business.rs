//! `#[track("order.refunded", …)]`: told when the function has returned.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[derive(Clone)]
struct Order {
    id: u64,
    total: f64,
    items: Vec<String>,
    customer: String,
}

#[sqreen::track("order.refunded")]
async fn refund(order: &Order) -> Result<u64, String> {
    if order.items.is_empty() { Err("nothing to refund".to_owned()) } else { Ok(order.id) }
}

#[sqreen::track("order.sent")]
fn send(_order: Order) {}

#[sqreen::track("order.placed", properties(amount = order.total, items = |id| *id + 1, gift = gift))]
async fn place(order: Order, gift: bool) -> Option<u64> {
    (gift || order.total > 0.0).then_some(order.id)
}

#[sqreen::track("order.shipped", user = order.customer, properties("order.id" = order.id))]
async fn ship(order: Order) -> Vec<String> {
    order.items
}

#[sqreen::track("order.disputed", user_from = |order| order.customer)]
fn dispute(order: &Order) -> Option<Order> {
    Some(order.clone())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let order = Order { id: 7, total: 9.5, items: vec!["tea".to_owned()], customer: "alice".to_owned() };
    assert_eq!(refund(&order).await, Ok(7));
    send(order.clone());
    assert_eq!(place(order.clone(), false).await, Some(7));
    assert_eq!(dispute(&order).map(|order| order.customer).as_deref(), Some("alice"));
    assert_eq!(ship(order).await, ["tea"]);
}
