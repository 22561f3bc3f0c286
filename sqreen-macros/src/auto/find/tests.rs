//! Whole signatures, as they are in public repositories, and what becomes of each.

use super::super::scan::{self, Kind};
use super::*;

/// What becomes of each function of a module, by name.
fn judged(module: &str) -> Vec<(String, String)> {
    let item = scan::item(format!("mod m {{ {module} }}").parse().expect("tokens"));
    let Some(Kind::Module(module)) = item.map(|item| item.kind) else {
        panic!("{module}");
    };
    let mut scope = Scope::default();
    scope.enter(&module.items);
    let mut judged = Vec::new();
    for item in &module.items {
        if let Kind::Function(sig) = &item.kind {
            let verdict = judge(sig, &Marks::of(&item.attrs), &scope);
            judged.push((sig.ident.to_string(), shown(verdict)));
        }
    }
    judged
}

fn shown(verdict: Option<Verdict>) -> String {
    match verdict {
        Some(Verdict::Watched {
            attribute,
            args,
            by,
        }) => {
            let args = args.to_string().replace(' ', "");
            format!("{}({args}) by {by}", attribute.name()).replace("()", "")
        }
        Some(Verdict::Passed { reasons, remedy }) => {
            let reasons: Vec<String> = reasons.iter().map(Reason::to_string).collect();
            let nearly = if remedy.is_some() { "nearly: " } else { "" };
            format!("{nearly}{}", reasons.join("; "))
        }
        None => "-".to_owned(),
    }
}

fn check(module: &str, expected: &[(&str, &str)]) {
    let judged = judged(module);
    let judged: Vec<_> = judged
        .iter()
        .map(|(name, verdict)| (name.as_str(), verdict.as_str()))
        .collect();
    assert_eq!(judged, expected);
}

#[test]
fn handlers_and_the_checks_they_call() {
    check(
        r#"
        struct FormData { username: String, password: Secret<String> }
        struct Credentials { username: String, password: Secret<String> }

        pub async fn login(form: web::Form<FormData>, pool: web::Data<PgPool>, session: TypedSession)
            -> Result<HttpResponse, InternalError<LoginError>> {}
        pub async fn login_form(flash_messages: IncomingFlashMessages) -> HttpResponse {}
        pub async fn log_out(session: TypedSession) -> Result<HttpResponse, actix_web::Error> {}
        pub async fn validate_credentials(credentials: Credentials, pool: &PgPool) -> Result<Uuid, AuthError> {}
        async fn get_stored_credentials(username: &str, pool: &PgPool) -> Result<Option<(Uuid, Secret<String>)>, Error> {}
        fn verify_password_hash(expected: Secret<String>, candidate: Secret<String>) -> Result<(), AuthError> {}
        "#,
        &[
            (
                "login",
                "track_auth(user=form.username,) by `form.username`",
            ),
            (
                "login_form",
                "`form` in its name; no argument says who it is; `HttpResponse` does not say whether it succeeded",
            ),
            ("log_out", "-"),
            (
                "validate_credentials",
                "track_auth(user=credentials.username,) by `credentials.username`",
            ),
            ("get_stored_credentials", "-"),
            ("verify_password_hash", "-"),
        ],
    );
}

#[test]
fn credentials_from_elsewhere_say_by_type_who_it_is() {
    check(
        r#"
        async fn create_user(ctx: Extension<ApiContext>, Json(req): Json<UserBody<NewUser>>)
            -> Result<Json<UserBody<User>>> {}
        async fn login_user(ctx: Extension<ApiContext>, Json(req): Json<UserBody<LoginUser>>)
            -> Result<Json<UserBody<User>>> {}
        async fn get_current_user(auth_user: AuthUser, ctx: Extension<ApiContext>)
            -> Result<Json<UserBody<User>>> {}
        async fn verify_password(password: String, password_hash: String) -> Result<()> {}
        pub async fn register(state: State<AppState>, Json(register): Json<RegisterRequest>)
            -> Result<Json<RegisterResponse>, ErrorResponseStatus<'static>> {}
        pub async fn login(state: State<AppState>, login: Json<LoginRequest>)
            -> Result<Json<LoginResponse>, ErrorResponseStatus<'static>> {}
        "#,
        &[
            (
                "create_user",
                "track_signup by what `UserBody<NewUser>` says",
            ),
            (
                "login_user",
                "track_auth by what `UserBody<LoginUser>` says",
            ),
            (
                "get_current_user",
                "it returns `Result<Json<UserBody<User>>>` and no `Option` or `Result` of a user",
            ),
            ("verify_password", "-"),
            ("register", "track_signup by what `RegisterRequest` says"),
            (
                "login",
                "nearly: which field of `login` says who it is cannot be seen here",
            ),
        ],
    );
}

#[test]
fn pages_and_addresses_are_no_logins() {
    check(
        r#"
        fn login_page(flash: Option<FlashMessage<'_>>) -> Template {}
        fn post_login(jar: &CookieJar<'_>, login: Form<Login<'_>>) -> Result<Redirect, Flash<Redirect>> {}
        pub async fn login(messages: Messages, Query(NextUrl { next }): Query<NextUrl>) -> Html<String> {}
        pub async fn sign_in(Query(email): Query<String>) -> Result<Redirect, StatusCode> {}
        fn login_url(email: &str) -> String {}
        async fn login_authorized(Query(query): Query<AuthRequest>, State(store): State<MemoryStore>)
            -> Result<impl IntoResponse, AppError> {}
        async fn discord_auth(State(client): State<BasicClient>) -> Result<impl IntoResponse, AppError> {}
        async fn authenticate(Form(creds): Form<Credentials>) -> impl IntoResponse {}
        struct Login<'r> { username: &'r str, password: &'r str }
        "#,
        &[
            (
                "login_page",
                "`page` in its name; no argument says who it is; `Template` does not say whether it succeeded",
            ),
            (
                "post_login",
                "track_auth(user=login.username,) by `login.username`",
            ),
            (
                "login",
                "no argument says who it is; `Html<String>` does not say whether it succeeded",
            ),
            ("sign_in", "nearly: no argument says who it is"),
            (
                "login_url",
                "`url` in its name; `String` does not say whether it succeeded",
            ),
            ("login_authorized", "nearly: no argument says who it is"),
            ("discord_auth", "nearly: no argument says who it is"),
            (
                "authenticate",
                "nearly: `impl IntoResponse` does not say whether it succeeded",
            ),
        ],
    );
}

#[test]
fn an_argument_or_a_field_or_a_type_says_who_it_is() {
    check(
        r#"
        struct Typed { email: String }
        struct Input { name: String, mail: String, password: String }
        #[derive(Clone, sqreen::Identity)]
        struct Creds { #[identity] name: String, email: String }
        struct ByHand { email: String }
        impl sqreen::Identity for ByHand {}

        fn login(e_mail: &str) -> bool {}
        fn log_in(Input { mail, .. }: Input) -> bool {}
        fn signin(input: &Input) -> bool {}
        fn sign_in(_: Input) -> bool {}
        fn logon(creds: Creds) -> bool {}
        fn log_on(Json(it): Json<ByHand>) -> bool {}
        fn authenticate(Valid(Json(it)): Valid<Json<Typed>>) -> bool {}
        fn authn(typed: Typed) -> bool {}
        fn sign_up(Json(body): Json<serde_json::Value>) -> bool {}
        fn signup(Form(pairs): Form<Vec<(String, String)>>) -> bool {}
        fn register(limiter: State<LoginForm>) -> bool {}
        fn create_user(new: other::Typed, login: &mut u8) -> bool {}
        fn create_account(Query(email): Query<String>, username: &str) -> bool {}
        fn login_user(Query(email): Query<String>, creds: Json<other::Creds>) -> bool {}
        fn auth(login: Json<Creds>) -> bool {}
        "#,
        &[
            ("login", "track_auth by its argument `e_mail`"),
            ("log_in", "track_auth by its argument `mail`"),
            ("signin", "track_auth(user=input.mail,) by `input.mail`"),
            (
                "sign_in",
                "nearly: the argument with `Input` has no name to write `user = ….mail` with",
            ),
            ("logon", "track_auth by what `Creds` says"),
            ("log_on", "track_auth by what `ByHand` says"),
            ("authenticate", "track_auth(user=it.email,) by `it.email`"),
            ("authn", "nearly: no argument says who it is"),
            ("sign_up", "nearly: no argument says who it is"),
            ("signup", "nearly: no argument says who it is"),
            ("register", "nearly: no argument says who it is"),
            ("create_user", "track_signup by its argument `login`"),
            (
                "create_account",
                "track_signup(user=username,) by `username`",
            ),
            ("login_user", "nearly: `email` would be taken for who it is"),
            (
                "auth",
                "nearly: which field of `login` says who it is cannot be seen here",
            ),
        ],
    );
}

#[test]
fn a_session_function_returns_the_user() {
    check(
        r#"
        struct Account { email: String }
        fn current_user(s: &Session) -> Option<User> {}
        async fn session_user(s: &Session) -> Result<Option<Box<CurrentUser>>, Error> {}
        fn user_from_token(token: &str) -> impl Future<Output = Result<models::User, Error>> + Send {}
        fn user_from_cookie(jar: CookieJar) -> Pin<Box<dyn Future<Output = Option<&'static Self::User>> + Send>> {}
        fn authenticated_user() -> BoxFuture<'static, Option<Arc<User>>> {}
        fn logged_in_user() -> Option<UserId> {}
        fn current_account() -> Option<Account> {}
        fn get_user(id: u64) -> Option<User> {}
        fn load_user(session: &Session) -> Option<User> {}
        fn find_user(token: &str) -> Option<User> {}
        fn set_current_user(user: User) -> Option<User> {}
        fn whoami() {}
        "#,
        &[
            ("current_user", "identify by the user it returns"),
            ("session_user", "identify by the user it returns"),
            ("user_from_token", "identify by the user it returns"),
            ("user_from_cookie", "identify by the user it returns"),
            ("authenticated_user", "identify by the user it returns"),
            (
                "logged_in_user",
                "it returns `Option<UserId>` and no `Option` or `Result` of a user",
            ),
            (
                "current_account",
                "nearly: `Account` does not derive `sqreen::Identity`",
            ),
            ("get_user", "-"),
            ("load_user", "identify by the user it returns"),
            ("find_user", "identify by the user it returns"),
            ("set_current_user", "nearly: `set` in its name"),
            (
                "whoami",
                "it returns nothing and no `Option` or `Result` of a user",
            ),
        ],
    );
}

#[test]
fn what_is_marked_already_is_left_alone() {
    check(
        r#"
        #[sqreen::track_auth] fn login(email: &str) -> bool {}
        #[cfg_attr(feature = "sqreen", doc = "a", ::sqreen::identify)] fn other(email: &str) -> bool {}
        #[sqreen::skip] fn log_in(email: &str) -> bool {}
        #[rustfmt::skip] fn sign_in(email: &str) -> bool {}
        #[test] fn signin() {}
        #[tokio::test(flavor = "multi_thread")] async fn logon() {}
        #[cfg(all(unix, test))] fn authenticate(email: &str) -> bool {}
        #[cfg(not(test))] fn authn(email: &str) -> bool {}
        #[cfg(any(test, unix))] fn sign_up(email: &str) -> bool {}
        const fn register(email: &str) -> bool {}
        fn signup(email: &str) -> ! {}
        "#,
        &[
            ("login", "it has `#[track_auth]`"),
            ("other", "it has `#[identify]`"),
            ("log_in", "it has `#[skip]`"),
            ("sign_in", "track_auth by its argument `email`"),
            ("signin", "-"),
            ("logon", "-"),
            ("authenticate", "-"),
            ("authn", "track_auth by its argument `email`"),
            ("sign_up", "track_signup by its argument `email`"),
            ("register", "it is a `const fn`"),
            ("signup", "nearly: `!` does not say whether it succeeded"),
        ],
    );
}
