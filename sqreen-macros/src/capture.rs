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
    /// Of which only a digest is kept.
    pub(crate) digested: Option<Place>,
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
        // A mistake made already is not made into others.
        unreadable: errors.any(),
        not_a_secret: args.not_a_secret,
        saw_secret: false,
        errors,
    };
    resolver.resolve(args)
}

struct Resolver<'a> {
    attribute: Attribute,
    function: &'a Function,
    bindings: &'a Bindings,
    /// Whether something was written that could not be read.
    unreadable: bool,
    /// Where it was said that no name is a secret's, and whether any is called so.
    not_a_secret: Option<Span>,
    saw_secret: bool,
    errors: &'a mut Errors,
}

/// What a place was written for.
#[derive(Clone, Copy)]
enum For<'a> {
    User,
    /// Nothing that what is returned could tell.
    Argument,
    /// A trait or a property of this name.
    Value(&'a str),
}

impl Resolver<'_> {
    fn resolve(mut self, args: &mut Args) -> Reads {
        let asked = args.user_from.take();
        if let Some(question) = &asked {
            self.check_question(question);
        }
        let found = asked.map(Found::Asked);
        let at_entry = self.attribute == Attribute::Identify
            && found.is_none()
            && (takes_next(&self.function.sig) || args.user.is_some() && self.answers());
        let (typed, found) = match args.user.take() {
            Some(user) => {
                let typed = self.named(user);
                (Typed::Named(typed), found)
            }
            None => self.unnamed(found, at_entry),
        };
        let (of_arguments, of_returned) = self.others(args, at_entry);
        let mut context = args.context.take();
        if let Some(context) = &mut context {
            self.mean(context, For::Argument);
        }
        let digested = args.digested.take();
        let digested = digested.map(|place| self.digested(place, &typed));
        if let Some(needless) = self.not_a_secret
            && !self.saw_secret
            && !self.unreadable
        {
            let why = match digested {
                Some(_) => format!(
                    "only a digest is kept of what `{}` names",
                    self.attribute.digested()
                ),
                None => "nothing here is called like a password or a token".to_owned(),
            };
            self.errors
                .at(needless, format!("{why}: leave `not_a_secret` out"));
        }
        Reads {
            typed,
            found,
            of_arguments,
            of_returned,
            digested,
            context,
            at_entry,
        }
    }

    fn named(&mut self, user: User) -> Pairs<Place> {
        let mut pairs = match user {
            User::Composite(pairs) => pairs,
            User::Single(place) => match self.ask_for_a_key(&place, "`user(email = …)`") {
                Some(key) => vec![(key, place)],
                None => Vec::new(),
            },
        };
        for (key, place) in &mut pairs {
            self.refuse_secret(Some(key), Some(place), IDENTITY);
            self.mean(place, For::User);
        }
        self.sorted(pairs, "a user has one value for each key")
    }

    /// Who it is where nobody is named.
    fn unnamed(&mut self, found: Option<Found>, at_entry: bool) -> (Typed, Option<Found>) {
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
        if found.is_none() && candidates.is_empty() && !returns_user && !self.unreadable {
            let nobody = self.nobody();
            self.errors.at(Span::call_site(), nobody);
        }
        let by_type = (!at_entry).then_some(Found::ByType);
        (Typed::ByType(candidates), found.or(by_type))
    }

    /// Traits and properties.
    fn others(&mut self, args: &mut Args, at_entry: bool) -> (Pairs<Place>, Pairs<Question>) {
        let pairs = args.traits.take().or(args.properties.take());
        let (mut of_arguments, mut of_returned) = (Vec::new(), Vec::new());
        for (key, reading) in pairs.into_iter().flatten() {
            match reading {
                Reading::Argument(mut place) => {
                    self.refuse_secret(Some(&key), Some(&place), OTHER);
                    self.mean(&mut place, For::Value(&key.name));
                    of_arguments.push((key, place));
                }
                Reading::Returned(question) if at_entry => self.errors.at(
                    question.span(),
                    "the user is looked at before this function runs, when nothing is returned yet\n\
                     read it from an argument, as in `plan = session.plan`",
                ),
                Reading::Returned(question) => {
                    self.refuse_secret(Some(&key), Some(&question.read()), OTHER);
                    of_returned.push((key, question));
                }
            }
        }
        let one = "each name has one value";
        (
            self.sorted(of_arguments, one),
            self.sorted(of_returned, one),
        )
    }

    /// `secret = …`, `session = …`: the one place that may be called like a secret.
    fn digested(&mut self, mut place: Place, typed: &Typed) -> Place {
        self.mean(&mut place, For::Argument);
        let named = match typed {
            Typed::Named(pairs) => pairs.as_slice(),
            _ => &[],
        };
        if named.iter().any(|(_, user)| user.is_same(&place)) {
            let word = self.attribute.digested();
            let instead = match self.attribute {
                Attribute::Identify => {
                    "name what tells this session from that user's others, such as `session = token`"
                }
                _ => "name what proves that it is that user, such as `secret = password`",
            };
            self.errors.at(
                place.span(),
                format!("this is who the user is, and no `{word}`\n{instead}"),
            );
        }
        place
    }

    /// `user_from = …`
    fn check_question(&mut self, question: &Question) {
        if let Some(name) = question.name()
            && self.bindings.find(name).is_some()
        {
            self.errors.at(
                question.span(),
                format!("`{name}` is an argument: write `user = {name}`"),
            );
        } else if !self.returns_anybody() {
            self.errors.at(
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
            self.refuse_secret(Some(&key), None, IDENTITY);
        }
        if let Some(place) = question.place() {
            self.ask_for_a_key(&place, "`user_from = |user| (\"email\", …)`");
        }
        self.refuse_secret(None, Some(&question.read()), IDENTITY);
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
    fn ask_for_a_key(&mut self, place: &Place, instead: &str) -> Option<Key> {
        let Some(name) = place.taken() else {
            self.errors.at(
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
    fn mean(&mut self, place: &mut Place, written_for: For<'_>) {
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
        let returned = match written_for {
            _ if !meant.is_empty() || !self.returns_anybody() => String::new(),
            For::Argument => String::new(),
            For::User => "\nto ask what is returned, write `user_from = |user| …`".to_owned(),
            For::Value(name) => {
                format!("\nto read it from what is returned, write `{name} = |user| …`")
            }
        };
        self.errors.at(
            span,
            format!(
                "`{}` has no argument named `{wanted}`{meant}\n{arguments}{returned}",
                self.function.name(),
            ),
        );
    }

    /// Refuses what is called like a password, unless it was said to be none.
    fn refuse_secret(&mut self, key: Option<&Key>, place: Option<&Place>, instead: &str) {
        let spelled = |name: &Ident| (name.unraw().to_string(), name.span());
        let taken = place.and_then(Place::taken).map(spelled);
        let key = key.map(|key| (key.name.clone(), key.span));
        let inside = place.map(Place::names).unwrap_or_default();
        let secret = taken
            .into_iter()
            .chain(key)
            .find(|(name, _)| lets_in(name))
            .or_else(|| inside.iter().map(spelled).find(|(name, _)| is_secret(name)));
        let Some((name, span)) = secret else { return };
        self.saw_secret = true;
        if self.not_a_secret.is_none() {
            self.errors.at(
                span,
                format!(
                    "`{name}` must not become part of an event: its value would be kept and shown\n\
                     {instead}; if it is no secret for all its name, add `not_a_secret`"
                ),
            );
        }
    }

    /// By key in byte order; two of one key are a mistake.
    fn sorted<V>(&mut self, mut pairs: Vec<(Key, V)>, why: &str) -> Pairs<V> {
        pairs.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        for twins in pairs.windows(2) {
            if let [(a, _), (b, _)] = twins
                && a.name == b.name
            {
                let twice = format!("`{}` is given twice: {why}", b.name);
                self.errors.at(b.span, twice);
            }
        }
        pairs
            .into_iter()
            .map(|(key, value)| (key.name, value))
            .collect()
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

/// What to do instead of telling a secret.
const IDENTITY: &str = "name what says who it is, such as `email`";
const OTHER: &str = "leave it out";

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
