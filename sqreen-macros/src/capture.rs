//! What is read, and from where: finds the arguments that an attribute means, and refuses what must be
//! nobody's identity.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{FnArg, ReturnType, Signature, Type};

use crate::args::{Args, Key, User};
use crate::attribute::Attribute;
use crate::bindings::Bindings;
use crate::errors::{Errors, did_you_mean, list};
use crate::item::{Function, mentions};
use crate::place::{Place, is_secret, lets_in};
use crate::question::{Question, Reading};
use crate::returned::{could_be_user, innermost};

/// The names by which applications call what identifies a user, the first preferred.
pub(crate) const USUAL: [&str; 5] = ["email", "mail", "e_mail", "username", "login"];

/// Values by key, sorted in byte order.
pub(crate) type Pairs<V> = Vec<(String, V)>;

/// All that is read of one call.
pub(crate) struct Reads {
    pub(crate) typed: Typed,
    pub(crate) found: Option<Found>,
    /// Traits or properties, from arguments and from what is returned.
    pub(crate) of_arguments: Pairs<Place>,
    pub(crate) of_returned: Pairs<Question>,
    pub(crate) context: Option<Place>,
    /// Whether the user is known before the body runs, and is stopped there.
    pub(crate) at_entry: bool,
}

/// Who the arguments say it is.
pub(crate) enum Typed {
    /// The identifiers, sorted by key in byte order.
    Named(Pairs<Place>),
    /// The first of these whose type says so.
    ByType(Vec<Ident>),
    Nobody,
}

/// Who the returned value says it is.
pub(crate) enum Found {
    Asked(Question),
    /// Its type says so.
    ByType,
}

impl Reads {
    /// The keys of the identifiers, as far as they are known: of who the user is rather than of what is typed.
    pub(crate) fn keys(&self) -> Vec<String> {
        match (&self.found, &self.typed) {
            (Some(Found::Asked(question)), _) => {
                let place = question.place();
                let named = place.and_then(|place| Some(place.taken()?.unraw().to_string()));
                let key = named.or_else(|| Some(question.literal_key()?.value()));
                key.into_iter().collect()
            }
            (None, Typed::Named(pairs)) => pairs.iter().map(|(key, _)| key.clone()).collect(),
            _ => Vec::new(),
        }
    }
}

/// What to read, from what was written and, where nothing was, from the names and types of the arguments.
pub(crate) fn resolve(
    attribute: Attribute,
    args: &mut Args,
    function: &Function,
    bindings: &Bindings,
    errors: &mut Errors,
) -> Reads {
    let resolver = Resolver {
        attribute,
        function,
        bindings,
        secrets: args.not_a_secret,
    };
    resolver.resolve(args, errors)
}

struct Resolver<'a> {
    attribute: Attribute,
    function: &'a Function,
    bindings: &'a Bindings,
    /// Where it was said that no name is a secret's.
    secrets: Option<Span>,
}

impl Resolver<'_> {
    fn resolve(&self, args: &mut Args, errors: &mut Errors) -> Reads {
        // A mistake made already is not made into others.
        let unreadable = errors.any();
        let mut secret = unreadable;
        let asked = args.user_from.take();
        if let Some(question) = &asked {
            self.check_question(question, &mut secret, errors);
        }
        let found = asked.map(Found::Asked);
        let at_entry = self.attribute == Attribute::Identify
            && found.is_none()
            && (takes_next(&self.function.sig) || args.user.is_some() && self.answers());
        let (typed, found) = match args.user.take() {
            Some(user) => {
                let typed = self.named(user, &mut secret, errors);
                (Typed::Named(typed), found)
            }
            None => self.unnamed(found, at_entry, unreadable, errors),
        };
        let (of_arguments, of_returned) = self.others(args, at_entry, &mut secret, errors);
        let mut context = args.context.take();
        if let Some(context) = &mut context {
            self.mean(context, OF_CONTEXT, errors);
        }
        if let Some(needless) = self.secrets
            && !secret
        {
            errors.at(
                needless,
                "nothing here is called like a password or a token: leave `not_a_secret` out",
            );
        }
        Reads {
            typed,
            found,
            of_arguments,
            of_returned,
            context,
            at_entry,
        }
    }

    fn named(&self, user: User, secret: &mut bool, errors: &mut Errors) -> Pairs<Place> {
        let mut pairs = match user {
            User::Composite(pairs) => pairs,
            User::Single(place) => match self.ask_for_a_key(&place, "`user(email = …)`", errors) {
                Some(key) => vec![(key, place)],
                None => Vec::new(),
            },
        };
        for (key, place) in &mut pairs {
            *secret |= self.refuse_secret(Some(key), Some(place), IDENTITY, errors);
            self.mean(place, OF_USER, errors);
        }
        sorted(pairs, "a user has one value for each key", errors)
    }

    /// Who it is where nobody is named.
    fn unnamed(
        &self,
        found: Option<Found>,
        at_entry: bool,
        unreadable: bool,
        errors: &mut Errors,
    ) -> (Typed, Option<Found>) {
        match self.attribute {
            Attribute::Track => return (Typed::Nobody, found),
            Attribute::Identify if !at_entry => {
                return (Typed::Nobody, found.or(Some(Found::ByType)));
            }
            _ => {}
        }
        if let Some(name) = usual(self.bindings) {
            let pair = (name.unraw().to_string(), Place::argument(name));
            return (Typed::Named(vec![pair]), found);
        }
        let candidates: Vec<_> = self
            .bindings
            .of_signature
            .iter()
            .filter(|bound| bound.ty.as_ref().is_none_or(could_be_user))
            .map(|bound| &bound.name)
            .filter(|name| !name.to_string().starts_with('_') && !lets_in(&name.to_string()))
            .cloned()
            .collect();
        // One that the body does not use stays out, and the compiler's warning about it stays.
        let body = self.function.body.to_string();
        let used = |name: &Ident| mentions(&body, &name.unraw().to_string());
        let candidates = if candidates.iter().any(used) {
            candidates.into_iter().filter(used).collect()
        } else {
            candidates
        };
        let returns_user = !at_entry && self.returns_user();
        if found.is_none() && candidates.is_empty() && !returns_user && !unreadable {
            errors.at(Span::call_site(), self.nobody());
        }
        let by_type = (!at_entry).then_some(Found::ByType);
        (Typed::ByType(candidates), found.or(by_type))
    }

    /// Traits and properties.
    fn others(
        &self,
        args: &mut Args,
        at_entry: bool,
        secret: &mut bool,
        errors: &mut Errors,
    ) -> (Pairs<Place>, Pairs<Question>) {
        let pairs = args.traits.take().or(args.properties.take());
        let (mut of_arguments, mut of_returned) = (Vec::new(), Vec::new());
        for (key, reading) in pairs.into_iter().flatten() {
            match reading {
                Reading::Argument(mut place) => {
                    *secret |= self.refuse_secret(Some(&key), Some(&place), OTHER, errors);
                    self.mean(&mut place, &key.name, errors);
                    of_arguments.push((key, place));
                }
                Reading::Returned(question) if at_entry => errors.at(
                    question.span(),
                    "the user is looked at before this function runs, when nothing is returned yet\n\
                     read it from an argument, as in `plan = session.plan`",
                ),
                Reading::Returned(question) => {
                    let read = question.read();
                    *secret |= self.refuse_secret(Some(&key), Some(&read), OTHER, errors);
                    of_returned.push((key, question));
                }
            }
        }
        let one = "each name has one value";
        (
            sorted(of_arguments, one, errors),
            sorted(of_returned, one, errors),
        )
    }

    /// `user_from = …`
    fn check_question(&self, question: &Question, secret: &mut bool, errors: &mut Errors) {
        if let Some(name) = question.name()
            && self.bindings.find(name).is_some()
        {
            errors.at(
                question.span(),
                format!("`{name}` is an argument: write `user = {name}`"),
            );
        } else if !self.returns_anybody() {
            errors.at(
                question.span(),
                "this function returns nobody who could be asked\n\
                 name an argument instead, as in `user = email`",
            );
        }
        if let Some(key) = question.literal_key() {
            let key = Key {
                name: key.value(),
                span: key.span(),
            };
            *secret |= self.refuse_secret(Some(&key), None, IDENTITY, errors);
        }
        if let Some(place) = question.place() {
            self.ask_for_a_key(&place, "`user_from = |user| (\"email\", …)`", errors);
        }
        *secret |= self.refuse_secret(None, Some(&question.read()), IDENTITY, errors);
    }

    /// Whether what is returned may be a user by its type.
    fn returns_user(&self) -> bool {
        match &self.function.sig.output {
            ReturnType::Type(_, ty) => could_be_user(innermost(ty)),
            ReturnType::Default => false,
        }
    }

    /// Whether there is anything in what is returned.
    fn returns_anybody(&self) -> bool {
        let ReturnType::Type(_, ty) = &self.function.sig.output else {
            return false;
        };
        match innermost(ty) {
            Type::Path(path) => !path.path.is_ident("bool"),
            Type::Tuple(tuple) => !tuple.elems.is_empty(),
            _ => true,
        }
    }

    /// Whether what is returned is an answer, so that the function is no lookup of who it is. Of a type that is
    /// not known by its name it may be one: then the arguments are not believed before it has returned.
    fn answers(&self) -> bool {
        const ANSWERS: [&str; 9] = [
            "Html",
            "HttpResponse",
            "Json",
            "Markup",
            "Redirect",
            "Response",
            "StatusCode",
            "Template",
            "View",
        ];
        let ReturnType::Type(_, ty) = &self.function.sig.output else {
            return true;
        };
        let named = |ty: &Type| {
            matches!(ty, Type::Path(path) if path.path.segments.last()
                .is_some_and(|last| ANSWERS.iter().any(|answer| last.ident == answer)))
        };
        match crate::returned::future(ty).map_or(&**ty, |(_, output)| output) {
            Type::ImplTrait(_) => true,
            Type::Tuple(parts) => parts.elems.first().is_none_or(named),
            ty => named(ty),
        }
    }

    /// The key of a single identifier: the name that its place ends with.
    fn ask_for_a_key(&self, place: &Place, instead: &str, errors: &mut Errors) -> Option<Key> {
        let Some(name) = place.taken() else {
            errors.at(
                place.span(),
                format!("this has no name to be the identifier's key\ngive it one: {instead}"),
            );
            return None;
        };
        Some(Key {
            name: name.unraw().to_string(),
            span: place.span(),
        })
    }

    /// Finds the argument that `place` starts with and moves the name into its context: where a
    /// `macro_rules!` wrote the one and its caller the other, the same word would be two different names.
    ///
    /// `of` is what it was written for.
    fn mean(&self, place: &mut Place, of: &str, errors: &mut Errors) {
        let span = place.span();
        let Some(root) = place.root() else { return };
        if let Some(meant) = self.bindings.find(root) {
            root.set_span(root.span().resolved_at(meant.span()));
            return;
        }
        let wanted = root.unraw();
        let names: Vec<_> = self
            .bindings
            .candidates()
            .map(|name| name.unraw().to_string())
            .collect();
        let arguments = if names.is_empty() {
            "it takes no arguments".to_owned()
        } else {
            format!("its arguments: {}", list(&names))
        };
        let meant = did_you_mean(&wanted.to_string(), names.iter().map(String::as_str));
        let returned = match of {
            _ if !meant.is_empty() || !self.returns_anybody() => String::new(),
            OF_CONTEXT => String::new(),
            OF_USER => "\nto ask what is returned, write `user_from = |user| …`".to_owned(),
            name => format!("\nto read it from what is returned, write `{name} = |user| …`"),
        };
        errors.at(
            span,
            format!(
                "`{}` has no argument named `{wanted}`{meant}\n{arguments}{returned}",
                self.function.name(),
            ),
        );
    }

    /// Refuses what is called like a password, unless it was said to be none. Returns whether it is called so.
    fn refuse_secret(
        &self,
        key: Option<&Key>,
        place: Option<&Place>,
        instead: &str,
        errors: &mut Errors,
    ) -> bool {
        let spelled = |name: &Ident| (name.unraw().to_string(), name.span());
        let taken = place.and_then(Place::taken).map(spelled);
        let key = key.map(|key| (key.name.clone(), key.span));
        let inside = place.map(Place::names).unwrap_or_default();
        let secret = taken
            .into_iter()
            .chain(key)
            .find(|(name, _)| lets_in(name))
            .or_else(|| inside.iter().map(spelled).find(|(name, _)| is_secret(name)));
        if let (Some((name, span)), None) = (&secret, self.secrets) {
            errors.at(
                *span,
                format!(
                    "`{name}` must not become part of an event: its value would be kept and shown\n\
                     {instead}; if it is no secret for all its name, add `not_a_secret`"
                ),
            );
        }
        secret.is_some()
    }

    /// What to say where no argument has a usual name.
    fn nobody(&self) -> String {
        let candidates: Vec<_> = self
            .bindings
            .candidates()
            .filter(|name| *name != "self" && !lets_in(&name.to_string()))
            .collect();
        let who = match self.attribute {
            Attribute::TrackSignup => "who signs up",
            Attribute::Identify => "whose request this is",
            _ => "who logs in",
        };
        let Some(first) = candidates.first() else {
            return format!("no argument says {who}: give the function one, such as `email: &str`");
        };
        let list = list(candidates.iter().map(|name| name.unraw()));
        let name = self.attribute.name();
        format!(
            "say {who}: no argument is called {}\n\
             write for example `#[{name}(user = {first})]`; the arguments: {list}",
            list_or(&USUAL),
            first = first.unraw(),
        )
    }
}

/// What a place was written for, where it is no trait or property.
const OF_USER: &str = "";
const OF_CONTEXT: &str = "context";

/// What to do instead of telling a secret.
const IDENTITY: &str = "name what says who it is, such as `email`";
const OTHER: &str = "leave it out";

/// By key in byte order; two of one key are a mistake.
fn sorted<V>(mut pairs: Vec<(Key, V)>, why: &str, errors: &mut Errors) -> Pairs<V> {
    pairs.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    for twins in pairs.windows(2) {
        if let [(a, _), (b, _)] = twins
            && a.name == b.name
        {
            errors.at(b.span, format!("`{}` is given twice: {why}", b.name));
        }
    }
    pairs
        .into_iter()
        .map(|(key, value)| (key.name, value))
        .collect()
}

/// A middleware function hands the request on in the middle of its body.
fn takes_next(sig: &Signature) -> bool {
    sig.inputs.iter().any(|argument| match argument {
        FnArg::Typed(argument) => matches!(&*argument.ty, Type::Path(path)
            if path.path.segments.last().is_some_and(|last| last.ident == "Next")),
        FnArg::Receiver(_) => false,
    })
}

fn usual(bindings: &Bindings) -> Option<&Ident> {
    USUAL
        .iter()
        .find_map(|usual| bindings.names().find(|name| name.unraw() == usual))
}

fn list_or(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) => format!("{} or `{last}`", list(rest)),
        None => String::new(),
    }
}
