//! Whatever stands in a file of settings or in a policy as JSON, it is read without a panic; and what is accepted is
//! a valid policy, that is written and read back equal, and decides under the same version.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use sqreen_runtime::config::Config;
use sqreen_runtime::policy::Policy;

fn holds(policy: &Policy) {
    assert_eq!(policy.validate(), Ok(()));
    let written = serde_json::to_string(policy).expect("a valid policy can be written");
    let read: Policy = serde_json::from_str(&written).expect("what was written can be read");
    assert_eq!(read, *policy, "{written}");
    assert_eq!(read.version(), policy.version());
}

fuzz_target!(|text: &str| {
    let mut config = Config::default();
    match config.read_toml(text, Path::new("sqreen.toml")) {
        Ok(()) => holds(&config.policy),
        // An error is a line or so, whatever was written.
        Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
    }
    match serde_json::from_str::<Policy>(text) {
        Ok(policy) => holds(&policy),
        Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
    }
});
