//! Login events through the engine.

sqreen_benches::time! {
    engine_10_thousand = Engine, 10 at a time, threads [1];
    engine_1_million = LargeEngine, 10 at a time, threads [1];
}
