macro_rules! login {
    ($name:ident, $who:expr, $($args:tt)*) => {
        #[sqreen::track_auth(user = $who, $($args)*)]
        pub fn $name(email: &str, password: &str) -> bool {
            email == password
        }
    };
}

login!(misspelt, emial,);
login!(secret, password,);
login!(unknown, email, sucess = |_| true);
login!(no_place, 1 + 1,);
login!(no_bool, email, success = |returned| Some(*returned));

fn main() {}
