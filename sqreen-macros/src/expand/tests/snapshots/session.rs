async fn current_user(session: &Session) -> Option<User> {
    let __kept = {
        let __out: Option<User> = async move {
            if let Some(__value) = None::<Option<User>> {
                return __value;
            }
            #[allow(unused_braces)]
            {
                session.user().await
            }
        }
        .await;
        let __session = sqreen::session_of(
            sqreen::site!(Session "current_user" here ()),
            &__out,
        );
        if !__session.is_refused() {
            return __out;
        }
        __session.stop(
            {
                use sqreen::tags::*;
                (&&sqreen::Returns::<Option<User>>::TYPE).refuse()
            },
            __out,
        )
    };
    return __kept.await;
}
