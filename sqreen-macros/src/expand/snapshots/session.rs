async fn current_user(session: &Session) -> Option<User> {
    let (__session, __kept) = {
        let __out: Option<User> = async move {
            if let Some(__value) = None::<Option<User>> {
                return __value;
            }
            { session.user().await }
        }
        .await;
        let __session = sqreen::session_of(
            sqreen::site!(Session "current_user" here ()),
            &__out,
        );
        let Some(__refused) = __session.refused() else {
            return __out;
        };
        (__session, {
            use sqreen::tags::*;
            (&&sqreen::Returns::<Option<User>>::TYPE)
                .refuse(__refused)
                .instead_of(__out)
        })
    };
    if __kept.waits() {
        __session.park().await;
    }
    return sqreen::answer(__kept);
}
