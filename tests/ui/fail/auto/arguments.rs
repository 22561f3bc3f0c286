//! It takes the path of the crate and nothing else.
#[sqreen::auto(user = email)]
mod one {
    pub fn login(email: &str) -> bool {
        email.is_empty()
    }
}

#[sqreen::auto(crat = ::sqreen)]
mod two {
    pub fn login(email: &str) -> bool {
        email.is_empty()
    }
}

#[sqreen::auto(crate = "sqreen")]
mod three {
    pub fn login(email: &str) -> bool {
        email.is_empty()
    }
}

#[sqreen::auto(crate = ::sqreen, crate = ::sqreen)]
mod four {
    pub fn login(email: &str) -> bool {
        email.is_empty()
    }
}

fn main() {
    assert!(one::login("") && two::login("") && three::login("") && four::login(""));
}
