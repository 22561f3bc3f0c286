//! Credentials from another module say by their type who it is.
#![deny(warnings)]

pub struct Json<T>(pub T);

pub mod requests {
    #[derive(sqreen::Identity)]
    pub struct LoginRequest {
        #[identity]
        pub name: String,
        pub password: String,
    }

    #[derive(sqreen::Identity)]
    pub struct SignUpForm {
        pub email: String,
    }
}

#[sqreen::auto]
mod account {
    use super::Json;
    use super::requests::{LoginRequest, SignUpForm};

    pub async fn login(Json(request): Json<LoginRequest>) -> Result<Option<u8>, String> {
        Ok((request.password == "right" && request.name == "ann").then_some(1))
    }

    pub fn sign_up(form: &SignUpForm) -> bool {
        !form.email.is_empty()
    }
}

fn main() {
    let (name, password) = (String::from("ann"), String::from("right"));
    drop(account::login(Json(requests::LoginRequest { name, password })));
    assert!(account::sign_up(&requests::SignUpForm { email: "ann".into() }));
    assert_eq!(sqreen::registry::instrumentation().len(), 2);
}
