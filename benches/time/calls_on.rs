//! Annotated calls with an agent.

sqreen_benches::time! {
    calls_on = CallsOn, 2 at a time, threads [1, 2];
}
