use axum::Json;

#[derive(serde::Deserialize)]
pub struct Creds {
    pub email: String,
}

#[sqreen::track_auth(user = creds.emial)]
pub async fn misspelt(Json(creds): Json<Creds>) -> bool {
    creds.email.is_empty()
}

#[sqreen::track_auth(user = form)]
pub async fn whole(form: Json<Creds>) -> bool {
    form.email.is_empty()
}

#[sqreen::track_auth(user = form.email)]
pub async fn name_of_nothing(Json(creds): Json<Creds>) -> bool {
    creds.email.is_empty()
}

fn main() {}
