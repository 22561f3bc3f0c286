//! Logins as lines of a file.

sqreen_benches::time! {
    lines = Stream, 10 at a time, threads [1, 2];
}
