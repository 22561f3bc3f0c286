fn login(sqreen: Sqreen, email: String, password: SecretString) -> impl Future<Output = bool> {
    let mut __early = sqreen::Early::read(&mut |__told| {
        __told.add("email", &email);
        __told.context(&sqreen);
        __told.secret(&password.expose_secret());
    });
    let __future = sqreen::call_once(
        #[allow(clippy::result_large_err)]
        move || -> _ {
            if false {
                let _ = (&password, &email);
            }
            #[allow(unused_braces)]
            {
                check(email, password)
            }
        },
    );
    #[allow(clippy::implicit_return)]
    async move {
        let mut __attempt = sqreen::Attempt::enter_with(
            sqreen::site!(Login "login" here () "email"),
            &mut |__told| {
                __early.give(__told);
            },
        );
        let __out: bool = __attempt
            .watch(
                {
                    use sqreen::tags::*;
                    (&&sqreen::Returns::<bool>::TYPE).refuse()
                },
                __future,
            )
            .await;
        __attempt.finish({
            use sqreen::tags::*;
            (&&sqreen::Returned(&__out)).classify()
        });
        return __out;
    }
}
