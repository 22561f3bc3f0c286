//! Every place an attribute was put on.
//!
//! Each expansion registers itself when the program starts. The list is for people; events do not need it.

use std::collections::HashMap;
use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::identity::IdentityFormat;
use crate::pipeline::{Formats, Pipeline, Trouble};

/// One expansion of an attribute.
#[derive(Debug)]
pub struct Site {
    kind: SiteKind,
    function: &'static str,
    module: &'static str,
    attribute: &'static Location<'static>,
    /// The function's, which is not the attribute's where that stands on a whole module.
    place: &'static Location<'static>,
    keys: &'static [&'static str],
    /// Whether the keys are of who a user is, and what is typed may have others.
    resolves: bool,
    runs: AtomicU64,
    /// Whether the keys it names users by were compared with those of others. Once is enough.
    compared: AtomicBool,
}

/// What an attribute is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SiteKind {
    /// `#[track_auth]`
    Login,
    /// `#[track_signup]`
    SignUp,
    /// `#[identify]`
    Session,
    /// `#[track]`
    Custom,
}

/// Registers a [`Site`].
#[derive(Debug)]
pub struct SiteRef(pub &'static Site);

inventory::collect!(SiteRef);

impl Site {
    /// An attribute that stands where this is called. `keys` is empty where they are known only from a type.
    #[must_use]
    #[track_caller]
    pub const fn new(
        kind: SiteKind,
        function: &'static str,
        module: &'static str,
        keys: &'static [&'static str],
    ) -> Self {
        Self {
            kind,
            function,
            module,
            attribute: Location::caller(),
            place: Location::caller(),
            keys,
            resolves: false,
            runs: AtomicU64::new(0),
            compared: AtomicBool::new(false),
        }
    }

    /// It stands where this is called.
    #[must_use]
    #[track_caller]
    pub const fn here(mut self) -> Self {
        self.place = Location::caller();
        self
    }

    /// The function says itself who the user is: the keys are of that, not of what is typed.
    #[must_use]
    pub const fn resolving(mut self) -> Self {
        self.resolves = true;
        self
    }

    pub(crate) fn resolves(&self) -> bool {
        self.resolves
    }

    pub(crate) fn kind(&self) -> SiteKind {
        self.kind
    }

    /// Raised by one at each run.
    pub(crate) fn runs(&self) -> &AtomicU64 {
        &self.runs
    }

    /// Whether this is the first time it names a user.
    #[inline]
    pub(crate) fn names_first_user(&self) -> bool {
        !self.compared.load(Ordering::Relaxed) && !self.compared.swap(true, Ordering::Relaxed)
    }

    fn place(&self) -> Place {
        let (place, attribute) = (self.place, self.attribute);
        (
            place.file(),
            (place.line(), place.column()),
            (attribute.line(), attribute.column()),
            self.function,
        )
    }
}

/// Tells expansions apart: some macros emit a function more than once, some several functions at one place.
type Place = (&'static str, (u32, u32), (u32, u32), &'static str);

/// `login` (src/auth.rs:12)
impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, line) = (self.place.file(), self.place.line());
        write!(f, "`{}` ({file}:{line})", self.function)
    }
}

/// A function that bears an attribute, and how often it has run in this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrumented {
    /// What the attribute is about.
    pub kind: SiteKind,
    /// The function's name.
    pub function: &'static str,
    /// Its module.
    pub module: &'static str,
    /// Its file.
    pub file: &'static str,
    /// The function's line.
    pub line: u32,
    /// The keys by which it names users; empty where they are known only from a type.
    pub keys: &'static [&'static str],
    /// How often it has run while an agent was there.
    pub runs: u64,
}

/// All functions that bear an attribute, by file and line.
///
/// Functions of a crate that is a dependency but is named nowhere are not linked, and so not listed:
/// `use that_crate as _;` brings them in.
#[must_use]
pub fn instrumentation() -> Vec<Instrumented> {
    let mut sites: HashMap<Place, Instrumented> = HashMap::new();
    for SiteRef(site) in inventory::iter::<SiteRef> {
        let instrumented = sites.entry(site.place()).or_insert_with(|| Instrumented {
            kind: site.kind,
            function: site.function,
            module: site.module,
            file: site.place.file(),
            line: site.place.line(),
            keys: site.keys,
            runs: 0,
        });
        instrumented.runs += site.runs.load(Ordering::Relaxed);
    }
    let mut list: Vec<Instrumented> = sites.into_values().collect();
    list.sort_by_key(|site| (site.file, site.line, site.function, site.kind));
    list
}

/// Tells of places that name users by different keys, as far as that is known before they run.
pub(crate) fn check_formats(pipeline: &Pipeline) {
    let formats = Formats::default();
    let known = inventory::iter::<SiteRef>
        .into_iter()
        .filter(|site| !site.0.keys.is_empty());
    let mut sites: Vec<&Site> = known.map(|site| site.0).collect();
    sites.sort_by_key(|site| site.place());
    for site in sites {
        let format = IdentityFormat::new(site.keys.iter().copied());
        if let Err(disagreement) = formats.compare(format, site) {
            pipeline.note(Trouble::IdentityFormat, &disagreement);
        }
    }
}

/// One attribute's place: a `static` in the list of sites, and a reference to it.
#[doc(hidden)]
#[macro_export]
macro_rules! __sqreen_site {
    // `here()` as `tt`: an `ident` would be a call in this macro's own context.
    ($kind:ident $function:literal $here:tt $call:tt $($key:literal)* $(=> $resolving:ident)?) => {{
        static SITE: $crate::__private::Site = $crate::__private::Site::new(
            $crate::__private::SiteKind::$kind,
            $function,
            ::core::module_path!(),
            &[$($key),*],
        ).$here $call $(.$resolving())?;
        $crate::__private::inventory::submit! { $crate::__private::SiteRef(&SITE) }
        &SITE
    }};
}
