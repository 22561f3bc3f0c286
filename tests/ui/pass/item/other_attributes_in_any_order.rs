//! `#[must_use]`, `#[inline]`, `#[deprecated]`, `#[allow]`, `#[cold]` and documentation, above, below and between.
#![deny(warnings)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

/// Documented.
mod inner {
    /// Documented above,
    #[inline]
    #[sqreen::track_auth]
    /// below,
    #[must_use = "it says whether it worked"]
    #[deprecated(since = "0.1.0", note = "use another")]
    #[cold]
    /** and at the end. */
    pub fn below(email: &str) -> bool {
        email.is_empty()
    }

    #[must_use]
    #[inline(never)]
    #[allow(unused_variables)]
    #[doc(alias = "log_in")]
    #[doc(hidden)]
    #[sqreen::track_auth]
    pub async fn above(email: &str, unused: u8) -> bool {
        email.is_empty()
    }
}

/// Whether the attributes still do what they did.
mod kept {
    #[expect(deprecated)]
    pub fn deprecation() -> bool {
        super::inner::below("")
    }

    #[expect(unused_must_use)]
    pub async fn must_use() {
        super::inner::above("", 1).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(kept::deprecation());
    kept::must_use().await;
}
