use proptest::prelude::*;
use serde_json::json;

use super::*;

fn user(pairs: &[(&str, &str)]) -> UserIdentifiers {
    capture(pairs).finish().unwrap()
}

fn capture(pairs: &[(&str, &str)]) -> Capture {
    let mut capture = Capture::new();
    for (key, value) in pairs {
        capture.add(key, *value);
    }
    capture
}

fn primary(keys: &[&str]) -> String {
    let pairs: Vec<_> = keys.iter().map(|key| (*key, "x")).collect();
    user(&pairs).primary_key().0.to_owned()
}

#[test]
fn swapped_values_are_different_users() {
    assert_ne!(
        user(&[("a", "1"), ("b", "2")]),
        user(&[("a", "2"), ("b", "1")])
    );
    assert_ne!(
        user(&[("email", "x"), ("id", "y")]),
        user(&[("x", "email"), ("id", "y")])
    );
    assert_ne!(user(&[("a", "1b2")]), user(&[("a", "1"), ("b", "2")]));
}

#[test]
fn numbers_and_their_spelling_are_the_same_user() {
    assert_eq!(
        UserIdentifiers::new("id", &1).unwrap(),
        UserIdentifiers::new("id", "1").unwrap()
    );
    assert_eq!(
        UserIdentifiers::new("id", &-1_i64).unwrap().get("id"),
        Some("-1")
    );
}

#[cfg(feature = "uuid")]
#[test]
fn uuids_are_kept_hyphenated_in_lower_case() {
    let id = uuid::Uuid::from_u128(0x0102_0304_0506_0708_090A_0B0C_0D0E_0F10);
    assert_eq!(
        UserIdentifiers::new("id", &id).unwrap().get("id"),
        Some("01020304-0506-0708-090a-0b0c0d0e0f10")
    );
}

#[test]
fn every_ordering_of_the_keyword_list_gives_the_same_primary_key() {
    let keywords = ["email", "mail", "e-mail", "username", "login"];
    for (n, first) in keywords.iter().enumerate() {
        // Every permutation of the keywords from `first` on, with two others around them.
        let mut keys: Vec<&str> = keywords[n..].to_vec();
        keys.extend(["aaa", "zzz"]);
        permutations(&mut keys, 0, &mut |order| {
            assert_eq!(primary(order), *first)
        });
    }
}

fn permutations(keys: &mut Vec<&str>, from: usize, check: &mut impl FnMut(&[&str])) {
    if from == keys.len() {
        return check(keys);
    }
    for n in from..keys.len() {
        keys.swap(from, n);
        permutations(keys, from + 1, check);
        keys.swap(from, n);
    }
}

#[test]
fn the_primary_key_ignores_case_keeps_its_spelling_and_takes_whole_keys_only() {
    assert_eq!(primary(&["EMail", "username"]), "EMail");
    assert_eq!(primary(&["user_email", "login"]), "login");
    assert_eq!(primary(&["email", "Email"]), "Email");
    assert_eq!(primary(&["zeta", "Alpha", "alpha"]), "Alpha");
}

#[test]
fn nobody_is_no_user() {
    assert_eq!(Capture::new().finish(), Err(IdentityError::Empty));
    assert_eq!(capture(&[("", "x")]).finish(), Err(IdentityError::EmptyKey));
    assert_eq!(
        capture(&[("email", "")]).finish(),
        Err(IdentityError::Missing {
            key: "email".into()
        })
    );
    assert_eq!(
        UserIdentifiers::new("email", &None::<&str>),
        Err(IdentityError::Missing {
            key: "email".into()
        })
    );
}

#[test]
fn a_user_without_its_primary_key_is_nobody_and_without_a_lesser_one_is_somebody() {
    let without_email = capture(&[("email", ""), ("platform_id", "7")]).finish();
    assert_eq!(
        without_email,
        Err(IdentityError::Missing {
            key: "email".into()
        })
    );

    let without_platform = capture(&[("email", "a@b"), ("platform_id", "")]).finish();
    assert_eq!(without_platform, Ok(user(&[("email", "a@b")])));
}

#[test]
fn too_much_is_refused_by_name() {
    let long = "x".repeat(UserIdentifiers::MAX_VALUE + 1);
    assert_eq!(
        UserIdentifiers::new("email", &long),
        Err(IdentityError::ValueTooLong {
            key: "email".into(),
            length: 513
        })
    );
    assert_eq!(
        UserIdentifiers::new(&long, "x"),
        Err(IdentityError::KeyTooLong { length: 513 })
    );
    assert_eq!(
        capture(&[("a", "1"), ("a", "2")]).finish(),
        Err(IdentityError::DuplicateKey { key: "a".into() })
    );
    let keys: Vec<String> = (0..9).map(|n| format!("k{n}")).collect();
    let pairs: Vec<_> = keys.iter().map(|key| (key.as_str(), "x")).collect();
    assert_eq!(capture(&pairs).finish(), Err(IdentityError::TooManyPairs));
}

#[test]
fn a_display_escapes_what_attackers_type() {
    let shown = user(&[("email", "a\n\u{1b}[31mb\u{202e}")]).to_string();
    assert_eq!(shown, "email=\"a\\n\\u{1b}[31mb\\u{202e}\"");
}

#[test]
fn a_value_cannot_pass_for_the_line_it_is_shown_in() {
    assert_eq!(
        user(&[("email", "alice@example.com")]).to_string(),
        "email=alice@example.com"
    );
    let forged = user(&[("email", "bob, email=alice@x is refused: \"x\"")]).to_string();
    assert_eq!(forged, r#"email="bob, email=alice@x is refused: \"x\"""#);
}

#[test]
fn the_digest_is_stable_across_versions() {
    // A change here would separate users from their own history.
    let digest = user(&[("email", "alice@example.com"), ("platform_id", "7")]).digest();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        hex,
        "49bf00d902465c7c213e39ac8af7cd63dc11af59ac3237197d582b448a2ad2db"
    );
}

#[test]
fn the_wire_form_is_an_object_of_strings() {
    let alice = user(&[("platform_id", "7"), ("email", "a@b")]);
    assert_eq!(
        serde_json::to_string(&alice).unwrap(),
        r#"{"email":"a@b","platform_id":"7"}"#
    );
    assert!(serde_json::from_value::<UserIdentifiers>(json!({})).is_err());
    assert!(serde_json::from_value::<UserIdentifiers>(json!({"id": 1})).is_err());
    assert!(serde_json::from_str::<UserIdentifiers>(r#"{"a":"1","a":"2"}"#).is_err());
}

#[test]
fn pseudonyms_hide_values_keep_keys_and_depend_on_secret_and_key() {
    let hide = Pseudonymizer::new(b"sixteen bytes ok").unwrap();
    let other = Pseudonymizer::new(b"sixteen bytes no").unwrap();
    let alice = user(&[
        ("email", "alice@example.com"),
        ("login", "alice@example.com"),
    ]);
    let hidden = hide.identifiers(&alice);

    assert_eq!(hidden.primary_key().0, "email");
    assert!(!format!("{hidden:?}{hide:?}").contains("alice"));
    assert_ne!(hidden.get("email"), hidden.get("login"));
    assert_ne!(hidden, other.identifiers(&alice));
    assert_eq!(
        Pseudonymizer::new(b"short").unwrap_err(),
        WeakKey { length: 5 }
    );
}

#[test]
fn traits_keep_the_first_sixteen_names() {
    let traits = (0..20).fold(Traits::new(), |traits, n| {
        traits.with(&format!("k{n:02}"), &n)
    });
    assert_eq!(traits.iter().count(), Traits::MAX);
    assert_eq!((traits.get("k15"), traits.get("k16")), (Some("15"), None));
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::btree_map(".{1,12}", ".{1,60}", 1..=8)
        .prop_map(|pairs| pairs.into_iter().collect())
}

proptest! {
    #[test]
    fn order_never_matters(pairs in pairs(), seed: u64) {
        let mut shuffled = pairs.clone();
        let length = shuffled.len();
        for n in 0..length {
            shuffled.swap(n, (seed as usize).wrapping_mul(n + 7) % length);
        }
        let user = |pairs: &[(String, String)]| {
            let mut capture = Capture::new();
            pairs.iter().for_each(|(key, value)| capture.add(key, value));
            capture.finish().unwrap()
        };
        let (one, other) = (user(&pairs), user(&shuffled));
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(one.digest(), other.digest());
        let seed = FixedState::with_seed(seed);
        prop_assert_eq!(one.fingerprint(&seed), other.fingerprint(&seed));
        prop_assert_eq!(one.primary_key(), other.primary_key());
        let read: Vec<_> = one.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        prop_assert_eq!(read, pairs);
    }

    #[test]
    fn different_pairs_are_different_users(a in pairs(), b in pairs()) {
        let user = |pairs: &[(String, String)]| {
            let mut capture = Capture::new();
            pairs.iter().for_each(|(key, value)| capture.add(key, value));
            capture.finish().unwrap()
        };
        prop_assert_eq!(a == b, user(&a) == user(&b));
        prop_assert_eq!(a == b, user(&a).digest() == user(&b).digest());
    }

    #[test]
    fn the_wire_form_round_trips(pairs in pairs()) {
        let mut capture = Capture::new();
        pairs.iter().for_each(|(key, value)| capture.add(key, value));
        let user = capture.finish().unwrap();
        let wire = serde_json::to_string(&user).unwrap();
        prop_assert_eq!(serde_json::from_str::<UserIdentifiers>(&wire).unwrap(), user);
    }
}
