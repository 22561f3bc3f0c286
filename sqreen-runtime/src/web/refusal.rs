//! What a refused client gets: problem+json (RFC 9457), or a page where it would rather have one; or the way
//! to a page for the banned.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};

use crate::request::Refused;

use super::body::GuardedBody;

/// The layer stands outside of whatever sets the application's own policy.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// How this request would be refused.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// What the client accepts; read only when it is refused.
    pub(super) accept: Option<HeaderValue>,
    pub(super) status: StatusCode,
}

/// The form of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Problem,
    Page,
}

impl Answer {
    /// The same for everybody but for the id: it tells nothing about the user, the rule or its end.
    pub(super) fn refusal<B>(&self, refused: &Refused) -> Response<GuardedBody<B>> {
        if let Some(location) = location(refused) {
            return redirect(location);
        }
        let (text, content_type) = match Form::accepted(self.accept.as_ref()) {
            Form::Problem => (problem(self.status, refused), "application/problem+json"),
            Form::Page => (page(refused), "text/html; charset=utf-8"),
        };
        let mut response = Response::new(GuardedBody::refusal(text));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(PAGE_POLICY),
        );
        response
    }
}

/// What stands in `Location`, where the client is sent elsewhere.
pub(super) fn location(refused: &Refused) -> Option<HeaderValue> {
    // A target has nothing that a header could not have.
    HeaderValue::try_from(refused.location()?).ok()
}

/// 303, so that a form that was refused is not sent once more to the page for the banned.
fn redirect<B>(location: HeaderValue) -> Response<GuardedBody<B>> {
    let mut response = Response::new(GuardedBody::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The text as it is: the id has hexadecimal digits only, and nothing in it comes from a client.
pub(super) fn problem(status: StatusCode, refused: &Refused) -> String {
    format!(
        r#"{{"type":"about:blank","title":"{}","status":{},"detail":"This request was refused. If that seems wrong to you, contact the operator of this site and name the decision.","decision":"{}"}}"#,
        status.canonical_reason().unwrap_or("Refused"),
        status.as_u16(),
        refused.decision(),
    )
}

fn page(refused: &Refused) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Refused</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;color:#222}}code{{background:#eee;padding:.1em .3em}}</style>
</head>
<body><h1>This request was refused</h1>
<p>If that seems wrong to you, contact the operator of this site and name the decision <code>{}</code>.</p></body>
</html>
"#,
        refused.decision(),
    )
}

impl Form {
    /// A page where the client says that it prefers one; otherwise what programs read.
    fn accepted(accept: Option<&HeaderValue>) -> Self {
        let Some(accept) = accept.and_then(|accept| accept.to_str().ok()) else {
            return Self::Problem;
        };
        let page = quality(accept, "text", "html");
        let json = quality(accept, "application", "problem+json").max(quality(
            accept,
            "application",
            "json",
        ));
        if page > json {
            Self::Page
        } else {
            Self::Problem
        }
    }
}

/// How much a media type is wanted, in thousandths: by the most specific range that matches it (RFC 9110
/// §12.5.1). Of equally wanted ones the specific is preferred, hence the last digit.
fn quality(accept: &str, main: &str, sub: &str) -> u32 {
    let mut best = (0, 0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let (range_main, range_sub) = parts
            .next()
            .and_then(|range| range.split_once('/'))
            .unwrap_or_default();
        let specificity = match (range_main, range_sub) {
            ("*", "*") => 1,
            (m, "*") if m.eq_ignore_ascii_case(main) => 2,
            (m, s) if m.eq_ignore_ascii_case(main) && s.eq_ignore_ascii_case(sub) => 3,
            _ => continue,
        };
        let weight = parts
            .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
            .map_or(Some(1.0), |q| q.parse::<f32>().ok())
            .unwrap_or(0.0);
        if specificity > best.0 {
            best = (specificity, thousandths(weight) * 10 + specificity);
        }
    }
    if best.1 < 10 { 0 } else { best.1 }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to 0..=1000
fn thousandths(weight: f32) -> u32 {
    (weight.clamp(0.0, 1.0) * 1000.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(accept: &str) -> Form {
        Form::accepted(Some(&HeaderValue::from_str(accept).unwrap()))
    }

    #[test]
    fn browsers_get_a_page_and_programs_a_problem() {
        assert_eq!(Form::accepted(None), Form::Problem);
        assert_eq!(form("*/*"), Form::Problem);
        assert_eq!(form("application/json"), Form::Problem);
        assert_eq!(
            form("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            Form::Page
        );
    }

    #[test]
    fn the_higher_weight_wins_and_the_specific_range_speaks_for_its_type() {
        assert_eq!(form("application/json;q=.85, text/*;q=.8"), Form::Problem);
        assert_eq!(form("text/html;q=0.9, application/json;q=0.8"), Form::Page);
        assert_eq!(form("text/html;q=0, */*"), Form::Problem);
        assert_eq!(form("text/html;q=0.1, */*;q=0.05"), Form::Page);
        assert_eq!(form("nonsense, ;;q=, text/html;q=x"), Form::Problem);
    }
}
