use super::*;

#[test]
fn types_that_people_fill_in() {
    for (name, is) in [
        ("Credentials", true),
        ("LoginCreds", true),
        ("LoginForm", true),
        ("UserForm", true),
        ("Form", true),
        ("Login", true),
        ("SignUp", true),
        ("RegisterUser", true),
        ("NewUser", true),
        ("CreateAccount", true),
        ("LoginRequest", true),
        ("CreateUserRequest", true),
        ("AuthPayload", true),
        ("RegisterInput", true),
        ("User", false),
        ("AuthUser", false),
        ("Auth", false),
        ("AuthSession", false),
        ("Request", false),
        ("HttpRequest", false),
        ("LoginService", false),
        ("LoginError", false),
        ("LoginLimiter", false),
        ("Data", false),
        ("New", false),
        ("", false),
    ] {
        assert_eq!(is_credentials(name), is, "{name}");
    }
}
