fn login(&self, email: &str, password: &str) -> Result<User, AuthError> {
    let mut __attempt = sqreen::Attempt::enter(
        sqreen::site!(Login "login" here () "id" => resolving),
        &[("email", &email)],
    );
    if let Some(__value) = __attempt.refusal({
        use sqreen::tags::*;
        (&&sqreen::Returns::<Result<User, AuthError>>::TYPE).refuse()
    }) {
        return __value;
    }
    let __out: Result<User, AuthError> = {
        let __inside = __attempt.inside();
        sqreen::call_once(
            #[allow(clippy::result_large_err)]
            move || -> Result<User, AuthError> {
                #[allow(unused_braces)]
                {
                    self.check(email, password)
                }
            },
        )
    };
    __attempt.finish_with(&mut |__told| {
        __told.decide();
        #[allow(unused_variables, unreachable_patterns)]
        let __outcome = if match {
            use sqreen::tags::*;
            (&&sqreen::Returned(&__out)).subject()
        } {
            Some(__found) => match { __found } {
                &AuthError::WrongPassword => true,
                _ => false,
            },
            None => false,
        } {
            sqreen::Outcome::Failure
        } else {
            {
                use sqreen::tags::*;
                (&&sqreen::Returned(&__out)).rest(sqreen::Outcome::Error)
            }
        };
        if __outcome.is_success() {
            use sqreen::tags::*;
            if let Some(__found) = (&&&sqreen::Returned(&__out)).payload() {
                sqreen::ask(__found, |user| __told.add("id", &user.id));
            }
        }
        __outcome
    });
    return __out;
}
