//! Requests through layers.

sqreen_benches::time! {
    layer = Layer, 2 at a time, threads [1, 2];
}
