//! At most 64 bytes for a function that takes references, and one more copy of what is taken by value.
#![deny(warnings)]

async fn plain(email: &str, password: &str) -> bool {
    std::future::ready(()).await;
    email == password
}

#[sqreen::track_auth]
async fn tracked(email: &str, password: &str) -> bool {
    std::future::ready(()).await;
    email == password
}

async fn plain_large(email: &str, photo: [u8; 1024]) -> bool {
    std::future::ready(()).await;
    photo.len() == email.len()
}

#[sqreen::track_auth]
async fn tracked_large(email: &str, photo: [u8; 1024]) -> bool {
    std::future::ready(()).await;
    photo.len() == email.len()
}

fn main() {
    let growth = size_of_val(&tracked("", "")) - size_of_val(&plain("", ""));
    assert!(growth <= 64, "{growth}");
    let growth = size_of_val(&tracked_large("", [0; 1024])) - size_of_val(&plain_large("", [0; 1024]));
    assert!(growth <= 1024 + 64, "{growth}");
}
