//! The cookies: who is signed in, which sign-in form belongs to whom, and how pages shall look.

use std::time::Duration;

use axum::response::AppendHeaders;
use cookie::{Cookie, SameSite};
use domain::SessionToken;
use http::HeaderMap;
use http::header::{COOKIE, HeaderName, SET_COOKIE};

use crate::guard::is_https;

const THEME: &str = "forge_theme";
/// How long a sign-in form may stay open.
const VISIT: Duration = Duration::from_hours(1);

/// A cookie that holds a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// Of a session.
    Session,
    /// Of a sign-in form that was shown.
    Visit,
}

impl Held {
    /// By HTTPS the browser itself keeps other hosts from setting it.
    const fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-forge_session",
            (Self::Session, false) => "forge_session",
            (Self::Visit, true) => "__Host-forge_visit",
            (Self::Visit, false) => "forge_visit",
        }
    }

    /// The token that the browser holds, if it has the form of one.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<SessionToken> {
        value(headers, self.name(is_https(headers)))?.parse().ok()
    }

    /// The cookie that makes the browser hold `token` for as long as `length`.
    pub(crate) fn cookie(
        self,
        headers: &HeaderMap,
        token: &SessionToken,
        length: Duration,
    ) -> Cookie<'static> {
        let https = is_https(headers);
        let length = i64::try_from(length.as_secs()).unwrap_or(i64::MAX);
        Cookie::build((self.name(https), token.reveal().to_owned()))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(https)
            .max_age(cookie::time::Duration::seconds(length))
            .build()
    }

    /// The cookie that makes the browser forget it.
    pub(crate) fn forget(self, headers: &HeaderMap) -> Cookie<'static> {
        let https = is_https(headers);
        let mut cookie = Cookie::build((self.name(https), ""))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(https)
            .build();
        cookie.make_removal();
        cookie
    }

    /// How long a form that signs in may stay open.
    pub(crate) const fn visit_length() -> Duration {
        VISIT
    }
}

/// The value of a cookie that the browser sent.
fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let sent = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = sent.flat_map(Cookie::split_parse).flatten();
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// The headers that hand cookies to the browser.
pub(crate) fn handed<const N: usize>(
    cookies: [Cookie<'static>; N],
) -> AppendHeaders<[(HeaderName, String); N]> {
    AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie.to_string())))
}

/// How pages shall look. The page's script sets the cookie; nothing depends on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system does.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        match value(headers, THEME).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}
