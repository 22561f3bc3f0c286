async fn login(State(db): State<Db>, Json(creds): Json<Creds>) -> Result<User, AuthError> {
    let mut __attempt = sqreen::Attempt::enter(
        sqreen::site!(Login "login" here () "email"),
        &[("email", &creds.email)],
    );
    let __out: Result<User, AuthError> = __attempt
        .watch(
            {
                use sqreen::tags::*;
                (&&sqreen::Returns::<Result<User, AuthError>>::TYPE).refuse()
            },
            async move {
                if let Some(__value) = None::<Result<User, AuthError>> {
                    let _ = (&creds, &db);
                    return __value;
                }
                #[allow(unused_braces)]
                {
                    db.check(creds).await
                }
            },
        )
        .await;
    __attempt.finish({
        use sqreen::tags::*;
        (&&sqreen::Returned(&__out)).classify()
    });
    return __out;
}
