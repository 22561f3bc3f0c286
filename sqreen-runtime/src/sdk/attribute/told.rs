//! What an attribute reads of one call.

use std::sync::Arc;

use crate::event::{Properties, PropertyValue, SecretDigest, SessionDigest};
use crate::identity::{Capture, IdentifierValue, IntoIdentifiers, Traits};
use crate::request::Request;
use crate::sdk::secret::{SecretValue, secret_digest, session_digest};
use crate::sdk::{Sqreen, with_pipeline};

/// Filled by an expanded attribute's closures.
#[derive(Debug, Default)]
pub struct Told {
    pub(super) user: Capture,
    pub(super) traits: Traits,
    pub(super) properties: Properties,
    /// How many properties had to be left out.
    pub(super) dropped: u64,
    pub(super) request: Option<Arc<Request>>,
    /// Apart, since few attributes have any.
    pub(super) digests: Option<Box<Digests>>,
    /// Whether the attribute says by itself what a success is.
    pub(super) decides: bool,
    /// Whether what was to tell more panicked.
    pub(super) panicked: bool,
}

/// Of a secret, and of what names a session: those themselves are not kept for a moment.
#[derive(Debug, Default)]
pub(super) struct Digests {
    pub(super) secret: Option<SecretDigest>,
    pub(super) session: Option<SessionDigest>,
}

impl Told {
    /// `user(key = value)`
    #[inline]
    pub fn add<V: IdentifierValue + ?Sized>(&mut self, key: &str, value: &V) {
        self.user.add(key, value);
    }

    /// `user(..)` of values that lie ready.
    pub(super) fn add_all(&mut self, user: &[(&str, &dyn IdentifierValue)]) {
        for (key, value) in user {
            self.user.add(key, *value);
        }
    }

    /// For a type that says who the user is.
    #[inline]
    pub fn user(&mut self) -> &mut Capture {
        &mut self.user
    }

    /// `user_from = …` of a whole identity.
    pub fn identifiers(&mut self, user: impl IntoIdentifiers) {
        self.user.replace(user);
    }

    /// `traits(name = value)`
    pub fn know<V: PropertyValue + ?Sized>(&mut self, name: &str, value: &V) {
        if let Some(value) = value.to_property() {
            self.traits = std::mem::take(&mut self.traits).with(name, &value.to_string());
        }
    }

    /// `properties(name = value)`
    pub fn property<V: PropertyValue + ?Sized>(&mut self, name: &str, value: &V) {
        if let Some(value) = value.to_property() {
            self.dropped += u64::from(self.properties.insert(name, value));
        }
    }

    /// `secret = value`, once the request is known: it is the agent's key that the digest is made with.
    pub fn secret<V: SecretValue + ?Sized>(&mut self, value: &V) {
        let request = self.request.as_ref();
        let digest = with_pipeline(request, |pipeline| secret_digest(pipeline, value.bytes()));
        self.digests.get_or_insert_default().secret = digest;
    }

    /// `session = value`, once the request is known.
    pub fn session<V: SecretValue + ?Sized>(&mut self, value: &V) {
        let request = self.request.as_ref();
        let digest = with_pipeline(request, |pipeline| session_digest(pipeline, value.bytes()));
        self.digests.get_or_insert_default().session = digest;
    }

    /// `success`, `failure` or `error` is in the attribute.
    pub fn decide(&mut self) {
        self.decides = true;
    }

    /// `context = value`
    pub fn context<C: RequestContext + ?Sized>(&mut self, context: &C) {
        self.request = context.request();
    }
}

/// What an attribute's `context` can be: a value that carries the request to where nothing else does, such
/// as a thread of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not carry a request",
    label = "not a context",
    note = "hand the function a `sqreen::Sqreen`, from `Sqreen::current()` or as an extractor, and name that"
)]
pub trait RequestContext {
    /// The request, if there is one.
    fn request(&self) -> Option<Arc<Request>>;
}

impl RequestContext for Sqreen {
    fn request(&self) -> Option<Arc<Request>> {
        self.request().cloned()
    }
}

impl RequestContext for Arc<Request> {
    fn request(&self) -> Option<Arc<Request>> {
        Some(Self::clone(self))
    }
}

impl<T: RequestContext> RequestContext for Option<T> {
    fn request(&self) -> Option<Arc<Request>> {
        self.as_ref()?.request()
    }
}

impl<T: RequestContext + ?Sized> RequestContext for &T {
    fn request(&self) -> Option<Arc<Request>> {
        (**self).request()
    }
}

impl<T: RequestContext + ?Sized> RequestContext for &mut T {
    fn request(&self) -> Option<Arc<Request>> {
        (**self).request()
    }
}
