//! Starting a job: what is known is pasted, chosen or dropped.

use std::collections::HashSet;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::{
    Actor, AuthorName, DEFAULT_MAX_RETRIES, Document, GivenDocument, JobInputs, MAX_RETRIES_LIMIT,
    NewJob, Priority, ProviderSlug, Sample, Scope, Topic,
};
use http::StatusCode;
use rand::distr::{Alphanumeric, SampleString as _};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use store::Idempotency;

use api::ApiError;

use crate::error::PageError;
use crate::form::{Fields, File, Sent};
use crate::layout::{Layout, Section, html};
use crate::state::ConsoleState;
use crate::viewer::Viewer;

/// What the name of a file with a wanted output ends with, before its `.json`.
const EXPECTED: &str = ".expected";
/// The name of what was pasted without one.
const PASTED_SAMPLE: &str = "pasted.json";
const PASTED_DOCUMENT: &str = "pasted.md";

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/jobs/new", get(show).post(start))
}

#[derive(Template)]
#[template(path = "new_job.html")]
struct NewJobPage {
    layout: Layout,
    topics: [Topic; 7],
    authors: Vec<AuthorName>,
    retries_limit: u32,
    /// Tells this form from others, so that sending it twice starts one job.
    once: String,
    given: Given,
    /// What is wrong, and with which field.
    problem: String,
    field: String,
}

/// What somebody wrote into the form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Given {
    provider: String,
    topic: String,
    author: String,
    max_retries: String,
    is_http: bool,
    sample_name: String,
    sample: String,
    expected: String,
    document_name: String,
    document: String,
}

impl Given {
    fn of(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).to_owned();
        Self {
            provider: text("provider"),
            topic: text("topic"),
            author: text("author"),
            max_retries: text("max_retries"),
            is_http: fields.text("sample_kind") == "http",
            sample_name: text("sample_name"),
            sample: fields.whole_text("sample").to_owned(),
            expected: fields.whole_text("expected").to_owned(),
            document_name: text("document_name"),
            document: fields.whole_text("document").to_owned(),
        }
    }
}

fn page(
    viewer: &Viewer,
    state: &ConsoleState,
    given: Given,
    problem: Option<&ApiError>,
) -> Result<Html<String>, PageError> {
    html(&NewJobPage {
        layout: Layout::new(viewer, Section::Jobs),
        topics: Topic::ALL,
        authors: state.services.jobs.authors().to_vec(),
        retries_limit: MAX_RETRIES_LIMIT,
        once: Alphanumeric.sample_string(&mut rand::rng(), 16),
        given,
        problem: problem.map(|error| error.message().to_owned()).unwrap_or_default(),
        field: problem.map(|error| error.field().to_owned()).unwrap_or_default(),
    })
}

async fn show(
    viewer: Viewer,
    State(state): State<ConsoleState>,
    Query(mut given): Query<Given>,
) -> Result<Html<String>, PageError> {
    viewer.must(Scope::JobsWrite)?;
    if given.max_retries.is_empty() {
        given.max_retries = DEFAULT_MAX_RETRIES.to_string();
    }
    page(&viewer, &state, given, None)
}

async fn start(
    State(state): State<ConsoleState>,
    Sent { viewer, fields }: Sent,
) -> Result<Response, PageError> {
    viewer.must(Scope::JobsWrite)?;
    let given = Given::of(&fields);
    match started(&viewer, &state, &given, &fields).await {
        Ok(link) => Ok(Redirect::to(&link).into_response()),
        Err(error) if error.status() == StatusCode::INTERNAL_SERVER_ERROR => Err(error.into()),
        Err(error) => {
            let page = page(&viewer, &state, given, Some(&error))?;
            Ok((error.status(), page).into_response())
        }
    }
}

/// Where the new job is watched.
async fn started(
    viewer: &Viewer,
    state: &ConsoleState,
    given: &Given,
    fields: &Fields,
) -> Result<String, ApiError> {
    let new = job(viewer.actor(), given, fields)?;
    let mut digest = Sha256::new();
    digest.update(format!("{} {new:?}", fields.text("once")));
    let request_hash = hex::encode(digest.finalize());
    // The key is of what is asked for as well: a form that was corrected is another request.
    let idempotency = Idempotency {
        owner: viewer.key.prefix.clone(),
        key: format!("console {request_hash}"),
        request_hash,
    };
    let created = state.services.jobs.generate(new, Some(idempotency)).await?;
    Ok(format!("/jobs/{}", created.id))
}

fn job(started_by: Actor, given: &Given, fields: &Fields) -> Result<NewJob, ApiError> {
    let provider: ProviderSlug = named("provider", &given.provider)?;
    let topic: Topic = named("topic", &given.topic)?;
    let author = match given.author.as_str() {
        "" => None,
        name => Some(named("author", name)?),
    };
    let max_retries = given.max_retries.parse().map_err(|_| {
        ApiError::invalid("maxRetries", format!("give a number from 0 to {MAX_RETRIES_LIMIT}"))
    })?;
    let inputs = JobInputs {
        samples: samples(given, fields)?,
        documents: documents(given, fields)?,
        repair: None,
    };
    Ok(NewJob {
        provider,
        topic,
        author,
        max_retries,
        callback_url: None,
        priority: Priority::Normal,
        started_by,
        inputs,
    })
}

fn named<T>(field: &str, text: &str) -> Result<T, ApiError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| ApiError::invalid(field, error.to_string()))
}

/// The pasted sample first, then the files by their names; a file `NAME.expected.json` is the output
/// that is wanted for `NAME.json`.
fn samples(given: &Given, fields: &Fields) -> Result<Vec<Sample>, ApiError> {
    let mut samples = Vec::new();
    if !given.sample.trim().is_empty() {
        let name = if given.sample_name.is_empty() { PASTED_SAMPLE } else { &given.sample_name };
        samples.push(sample(name, "sample", &given.sample, given.is_http)?);
    }
    let (wanted, payloads): (Vec<&File>, Vec<&File>) =
        fields.files("sample_files").partition(|file| stem(&file.name).ends_with(EXPECTED));
    for file in payloads {
        samples.push(sample(&file.name, "sample_files", &file.text, given.is_http)?);
    }
    for file in wanted {
        let of = stem(&file.name).trim_end_matches(EXPECTED);
        let sample = samples.iter_mut().find(|sample| stem(sample.name.as_str()) == of);
        let sample = sample.ok_or_else(|| {
            let message = format!("{} is for {of}.json, which is not there; add it", file.name);
            ApiError::invalid("sample_files", message)
        })?;
        sample.expected = Some(json(&file.name, "sample_files", &file.text)?);
    }
    if !given.expected.trim().is_empty() {
        let expected = json("the wanted output", "expected", &given.expected)?;
        let first = samples.first_mut().ok_or_else(|| {
            ApiError::invalid("sample", "a wanted output needs the sample that it is wanted for")
        })?;
        first.expected = Some(expected);
    }
    if let Some(name) = twice(samples.iter().map(|sample| sample.name.as_str())) {
        let message = format!("there are two samples named {name}; give each its own name");
        return Err(ApiError::invalid("sample_name", message));
    }
    Ok(samples)
}

/// A name that is there twice.
fn twice<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut seen = HashSet::new();
    let mut names = names;
    names.find(|name| !seen.insert(*name))
}

/// `menu` of `menu.json`.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn sample(name: &str, field: &str, text: &str, is_http: bool) -> Result<Sample, ApiError> {
    let value = json(name, field, text)?;
    let part = if is_http { "http" } else { "payload" };
    let whole = Map::from_iter([("name".to_owned(), Value::from(name)), (part.to_owned(), value)]);
    let sample: Sample = serde_json::from_value(Value::Object(whole))
        .map_err(|error| ApiError::invalid(field, format!("{name}: {error}")))?;
    if sample.payload.is_none() && sample.http.is_empty() {
        let message = format!("{name} says nothing: give a payload, or a list of HTTP exchanges");
        return Err(ApiError::invalid(field, message));
    }
    Ok(sample)
}

fn json(name: &str, field: &str, text: &str) -> Result<Value, ApiError> {
    serde_json::from_str(text)
        .map_err(|error| ApiError::invalid(field, format!("{name} is not valid JSON: {error}")))
}

fn documents(given: &Given, fields: &Fields) -> Result<Vec<GivenDocument>, ApiError> {
    let mut documents = Vec::new();
    let mut add = |name: &str, field: &str, content: &str| {
        let name = name
            .parse()
            .map_err(|error: domain::NameError| ApiError::invalid(field, error.to_string()))?;
        documents.push(Document { name, content: content.to_owned() });
        Ok::<(), ApiError>(())
    };
    if !given.document.trim().is_empty() {
        let name =
            if given.document_name.is_empty() { PASTED_DOCUMENT } else { &given.document_name };
        add(name, "document_name", &given.document)?;
    }
    for file in fields.files("document_files") {
        add(&file.name, "document_files", &file.text)?;
    }
    let names = documents.iter().map(|document| document.name.as_str());
    if let Some(name) = twice(names) {
        let message = format!("there are two documents named {name}; give each its own name");
        return Err(ApiError::invalid("document_name", message));
    }
    Ok(documents.into_iter().map(GivenDocument::Text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> Given {
        Given {
            provider: "my-till".to_owned(),
            topic: "sync_products".to_owned(),
            max_retries: "3".to_owned(),
            sample: "{\"items\": []}".to_owned(),
            ..Given::default()
        }
    }

    #[test]
    fn what_was_pasted_becomes_a_job() {
        let given = Given { expected: "{\"products\": []}".to_owned(), ..given() };
        let job = job(Actor::named("till team"), &given, &Fields::default()).unwrap();
        let [sample] = job.inputs.samples.as_slice() else { panic!("{:?}", job.inputs) };
        assert_eq!(sample.name.as_str(), "pasted.json");
        assert_eq!(sample.expected, Some(serde_json::json!({"products": []})));
        assert_eq!((job.max_retries, job.author), (3, None));
    }

    #[test]
    fn no_document_takes_the_place_of_another() {
        let file = |name: &'static str| ("document_files", name, "text");
        let fields = Fields::of_files(&[file("api.md"), file("guide.md"), file("api.md")]);
        let error = job(Actor::named("till team"), &given(), &fields).unwrap_err();
        assert!(error.message().contains("two documents named api.md"), "{error:?}");
    }

    #[test]
    fn what_is_wrong_names_its_field() {
        let cases = [
            (Given { provider: "My Till".to_owned(), ..given() }, "provider"),
            (Given { topic: String::new(), ..given() }, "topic"),
            (Given { max_retries: "many".to_owned(), ..given() }, "maxRetries"),
            (Given { sample: "{".to_owned(), ..given() }, "sample"),
            (Given { sample: "null".to_owned(), ..given() }, "sample"),
            (Given { sample_name: "../x".to_owned(), ..given() }, "sample"),
            (Given { expected: "{".to_owned(), ..given() }, "expected"),
            (Given { sample: String::new(), expected: "{}".to_owned(), ..given() }, "sample"),
        ];
        for (given, field) in cases {
            let error = job(Actor::named("till team"), &given, &Fields::default()).unwrap_err();
            assert_eq!(error.field(), field, "{error:?}");
        }
    }
}
