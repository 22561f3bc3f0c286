//! Names of functions in public repositories, and what those functions do there.

use super::*;

fn shown(name: &str) -> String {
    match says(name) {
        Some(Says::Does(attribute)) => attribute.name().to_owned(),
        Some(Says::About(attribute, word)) => format!("{}, but {word}", attribute.name()),
        Some(Says::LooksUp) => "looks up".to_owned(),
        Some(Says::Both) => "both".to_owned(),
        None => "-".to_owned(),
    }
}

#[test]
fn words_of_real_functions() {
    for (name, expected) in [
        // realworld-axum-sqlx
        ("login_user", "track_auth"),
        ("create_user", "track_signup"),
        ("get_current_user", "identify"),
        ("update_user", "-"),
        ("hash_password", "-"),
        ("verify_password", "-"),
        // zero-to-production
        ("login", "track_auth"),
        ("validate_credentials", "track_auth"),
        ("login_form", "track_auth, but form"),
        ("get_stored_credentials", "-"),
        ("verify_password_hash", "-"),
        ("compute_password_hash", "-"),
        ("reject_anonymous_users", "-"),
        ("log_out", "-"),
        ("change_password", "-"),
        ("subscribe", "-"),
        // atuin
        ("register", "track_signup"),
        ("logout", "-"),
        ("get_session_user", "identify"),
        ("add_user", "-"),
        // axum-login and its examples
        ("authenticate", "track_auth"),
        ("get_user", "looks up"),
        ("login_required", "track_auth, but required"),
        ("authorize_url", "-"),
        // Rocket's examples
        ("post_login", "track_auth"),
        ("login_page", "track_auth, but page"),
        ("can_login", "track_auth, but can"),
        ("redirect_logged_in_user", "identify"),
        // axum's examples
        ("discord_auth", "track_auth"),
        ("login_authorized", "track_auth"),
        ("protected", "-"),
    ] {
        assert_eq!(shown(name), expected, "{name}");
    }
}

#[test]
fn words_and_never_parts_of_them() {
    for (name, expected) in [
        ("unregister", "-"),
        ("registered", "-"),
        ("relogin", "-"),
        ("author", "-"),
        ("blogin", "-"),
        ("catalog_in", "-"),
        ("logging_in", "-"),
        ("log_into_file", "-"),
        ("_login_", "track_auth"),
        ("Login", "track_auth"),
        ("login2", "-"),
    ] {
        assert_eq!(shown(name), expected, "{name}");
    }
}

#[test]
fn what_is_about_a_login_is_none() {
    for (name, expected) in [
        ("log_in_with_password", "track_auth"),
        ("login_by_email", "track_auth"),
        ("login_handler", "track_auth"),
        ("basic_auth", "track_auth"),
        ("auth_sign_up", "track_signup"),
        ("create_account_table", "track_signup, but table"),
        ("send_login_link", "track_auth, but link"),
        ("login_url", "track_auth, but url"),
        ("test_login", "track_auth, but test"),
        ("record_login_failure", "track_auth, but record"),
        ("login_or_register", "both"),
        ("require_current_user", "identify"),
        ("update_current_user", "identify, but update"),
        ("user_from_session", "identify"),
        ("user_from_row", "-"),
        ("get_user_by_id", "-"),
        ("delete_user", "-"),
    ] {
        assert_eq!(shown(name), expected, "{name}");
    }
}

#[test]
fn types_have_words_too() {
    for (name, words) in [
        ("LoginRequest", "login request"),
        ("SignUpForm", "sign up form"),
        ("OAuthCreds", "oauth creds"),
        ("User", "user"),
        ("HTTPRequest", "httprequest"),
    ] {
        assert_eq!(camel_words(name).join(" "), words, "{name}");
    }
}
