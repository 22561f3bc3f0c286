use super::*;

#[test]
fn events_come_in_order_of_time() {
    let scenario = Scenario::default().people(500).days(7);
    let times: Vec<_> = scenario
        .events()
        .map(|labelled| labelled.event.at)
        .collect();
    assert!(times.len() > 1_000);
    assert!(times.is_sorted());
}
