//! Annotated calls while there is no agent.

sqreen_benches::time! {
    calls_off = CallsOff, 20 at a time, threads [1, 2];
}
