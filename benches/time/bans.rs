//! Ban checks.

sqreen_benches::time! {
    bans_10_thousand = Bans, 10 at a time, threads [1, 2];
    bans_1_million = ManyBans, 10 at a time, threads [1, 2];
}
