//! `extern "C"`, `pub(crate)`, `pub(in …)`, in their order.
#![deny(warnings)]
#![forbid(unsafe_code)]

mod outer {
    pub(crate) mod inner {
        #[sqreen::track_auth]
        pub(in crate::outer) fn in_a_path(email: &str) -> bool {
            email.is_empty()
        }

        #[sqreen::track_auth]
        pub(super) async fn of_the_parent(email: &str) -> bool {
            email.is_empty()
        }

        #[sqreen::track_auth]
        pub(crate) extern "C" fn for_c(login: u64) -> bool {
            login == 0
        }

        #[sqreen::track_auth]
        pub extern "system" fn for_the_system(login: u32) -> bool {
            login == 0
        }

        #[sqreen::track_auth]
        pub(self) fn private(email: &str) -> bool {
            email.is_empty()
        }

        pub(crate) fn call() -> bool {
            private("")
        }
    }

    pub(crate) async fn call() -> bool {
        inner::in_a_path("") && inner::of_the_parent("").await && inner::call()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(outer::call().await && outer::inner::for_c(0) && outer::inner::for_the_system(0));
}
