//! What a browser sends: fields and files, from a page of this session and nowhere else.

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use url::form_urlencoded;

use api::{ApiError, read_body};

use crate::error::PageError;
use crate::guard;
use crate::state::ConsoleState;
use crate::viewer::Viewer;

/// The field that each form carries.
const FORM_TOKEN: &str = "form_token";

/// A file that was chosen or dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    field: String,
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The fields and files of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    texts: Vec<(String, String)>,
    files: Vec<File>,
}

impl Fields {
    /// What a field says, without the white space around it; empty where it says nothing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.whole_text(name).trim()
    }

    /// What a field says, to the letter.
    pub(crate) fn whole_text(&self, name: &str) -> &str {
        let found = self.texts.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, text)| text.as_str())
    }

    /// Whether a box is checked.
    pub(crate) fn is_checked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// Files as they would come: field, name and text.
    #[cfg(test)]
    pub(crate) fn of_files(files: &[(&str, &str, &str)]) -> Self {
        let file = |&(field, name, text): &(&str, &str, &str)| File {
            field: field.to_owned(),
            name: name.to_owned(),
            text: text.to_owned(),
        };
        Self { texts: Vec::new(), files: files.iter().map(file).collect() }
    }

    /// The files of a field.
    pub(crate) fn files<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.field == name)
    }

    /// Reads the fields of a request's body.
    ///
    /// # Errors
    /// A 4xx when it is too large, too slow, or no form.
    pub(crate) async fn read(request: Request, state: &ConsoleState) -> Result<Self, ApiError> {
        let stated = request.headers().get(CONTENT_TYPE).cloned();
        let media_type = stated.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_multipart = media_type.starts_with("multipart/form-data");
        if !is_multipart && !media_type.starts_with("application/x-www-form-urlencoded") {
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "the body must be a form",
            ));
        }
        let bytes = read_body(request, &state.settings.api).await?;
        if is_multipart {
            let again = Request::builder().header(CONTENT_TYPE, media_type).body(Body::from(bytes));
            return multipart(again.map_err(|_| no_form())?).await;
        }
        let texts = form_urlencoded::parse(&bytes).into_owned().collect();
        Ok(Self { texts, files: Vec::new() })
    }
}

async fn multipart(request: Request) -> Result<Fields, ApiError> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| no_form())?;
    let mut fields = Fields::default();
    while let Some(part) = parts.next_field().await.map_err(|_| no_form())? {
        let field = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| no_form())?;
        let text = String::from_utf8(bytes.into()).map_err(|_| {
            let name = file.clone().unwrap_or_else(|| field.clone());
            ApiError::invalid(field.clone(), format!("{name} is no text in UTF-8; give text"))
        })?;
        match file {
            // What a browser sends where no file was chosen.
            Some(name) if name.is_empty() && text.is_empty() => {}
            Some(name) => fields.files.push(File { field, name, text }),
            // Browsers break lines as mail does.
            None => fields.texts.push((field, text.replace("\r\n", "\n"))),
        }
    }
    Ok(fields)
}

fn no_form() -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "the body is no form, or broke off before its end")
}

/// A form that somebody who is signed in sent from a page of theirs.
pub(crate) struct Sent {
    pub(crate) viewer: Viewer,
    pub(crate) fields: Fields,
}

impl FromRequest<ConsoleState> for Sent {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &ConsoleState) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        guard::refuse_other_sites(&parts)?;
        // Before the body: nobody else's is read.
        let viewer =
            <Viewer as axum::extract::FromRequestParts<_>>::from_request_parts(&mut parts, state)
                .await?;
        let fields = Fields::read(Request::from_parts(parts, body), state).await?;
        if !viewer.token.is_form_token(fields.text(FORM_TOKEN)) {
            return Err(guard::foreign().into());
        }
        Ok(Self { viewer, fields })
    }
}

/// Whether the form that signs in is the one that this browser was shown.
pub(crate) fn is_own(fields: &Fields, visit: Option<&domain::SessionToken>) -> bool {
    visit.is_some_and(|visit| visit.is_form_token(fields.text(FORM_TOKEN)))
}
