async fn login(State(db): State<Db>, Json(creds): Json<Creds>) -> Result<User, AuthError> {
    let mut __attempt = sqreen::Attempt::enter(
        sqreen::site!(Login "login" here () "email"),
        &[("email", &creds.email)],
    );
    if let Some(__refused) = __attempt.refused() {
        use sqreen::tags::*;
        let __word = (&&sqreen::Returns::<Result<User, AuthError>>::TYPE).refuse(__refused);
        if __word.waits() {
            __attempt.park().await;
        }
        if let Some(__value) = __word.value() {
            return __value;
        }
    }
    let __out: Result<User, AuthError> = __attempt
        .watch(async move {
            if let Some(__value) = None::<Result<User, AuthError>> {
                let _ = (&creds, &db);
                return __value;
            }
            { db.check(creds).await }
        })
        .await;
    __attempt.finish({
        use sqreen::tags::*;
        (&&sqreen::Returned(&__out)).classify()
    });
    return __out;
}
