//! What a job is gathered from.

use std::sync::{Arc, Mutex};

use domain::{
    Brief, Clock as _, Document, DocumentLink, Event, FetchState, GivenDocument, Job, JobInputs,
    ManualClock, Pause, Question, Sample, State,
};
use egress::{EgressError, MockEgress, Response};
use engine::{Authors, Pipeline};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;
use store::{MockJobRepository, MockKnowledgeRepository, MockUsageRepository};
use tokio_util::sync::CancellationToken;

use crate::support::*;

/// A till's API, with an example of its menu.
const API: &str = r#"
openapi: 3.0.3
info: {title: My Till, version: "2"}
servers: [{url: "https://api.my-till.example/v2"}]
paths:
  /items:
    get:
      summary: List the items of the menu
      responses:
        "200":
          description: The menu
          content:
            application/json:
              schema:
                type: object
                properties:
                  items:
                    type: array
                    items:
                      type: object
                      properties:
                        id: {type: integer}
                        name: {type: string}
                        cost: {type: string}
              example: {items: [{id: 1, name: Tea, cost: "4.50"}, {id: 2, name: Cake, cost: "3.00"}]}
"#;

fn document(name: &str, content: &str) -> Document {
    Document { name: name.parse().unwrap(), content: content.to_owned() }
}

fn link(state: FetchState) -> DocumentLink {
    let url = "https://docs.till.example/api?key=s3cret".parse().unwrap();
    DocumentLink { name: "api.yaml".parse().unwrap(), url, state }
}

fn answer(content: &'static str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/yaml"));
    headers.insert("etag", HeaderValue::from_static("\"8\""));
    let url = "https://docs.till.example/api".parse().unwrap();
    Response { status: StatusCode::OK, headers, body: content.into(), url }
}

/// What a job is gathered from, and what came of it.
#[derive(Default)]
struct Known {
    given: JobInputs,
    samples: Vec<Sample>,
    documents: Vec<Document>,
    links: Vec<DocumentLink>,
    /// An address that has another by the time it is fetched.
    moved: bool,
    egress: MockEgress,
}

struct Seen {
    job: Job,
    /// What the author was given; none when it was not asked.
    brief: Option<Brief>,
    kept: Vec<(DocumentLink, Option<String>)>,
}

impl Seen {
    fn log(&self) -> String {
        self.job.logs.iter().flat_map(|entry| [entry.message.as_str(), "\n"]).collect()
    }

    fn brief(&self) -> &Brief {
        self.brief.as_ref().unwrap_or_else(|| panic!("the author was not asked:\n{}", self.log()))
    }
}

async fn gathered(known: Known, job: Job) -> Seen {
    let (stored, briefs) = (Stored::default(), Arc::new(Mutex::new(Vec::new())));
    let kept = Arc::new(Mutex::new(Vec::new()));
    let Known { given, samples, documents, links, moved, egress } = known;
    let mut knowledge = MockKnowledgeRepository::new();
    let precedents = precedents();
    let known = store::Known { documents, links, samples, precedents };
    knowledge.expect_known().returning(move |_, _| Ok(known.clone()));
    let keeping = Arc::clone(&kept);
    knowledge.expect_keep_fetched().returning(move |_, link, content, _| {
        keeping.lock().unwrap().push((link, content));
        Ok(!moved)
    });
    let mut author = authors::MockScriptAuthor::new();
    author.expect_name().returning(|| "synth".parse().unwrap());
    let asking = Arc::clone(&briefs);
    author.expect_write().returning(move |brief, _| {
        asking.lock().unwrap().push(brief.clone());
        Ok(domain::Draft::Question(Question::plain("enough?")))
    });
    let pipeline = Pipeline::new(
        Arc::new(jobs_given(&stored, given)),
        Arc::new(sources(knowledge, egress)),
        Arc::new(Authors::only(Arc::new(author))),
        Arc::new(MockUsageRepository::new()),
        tester(judging_runner()),
        Arc::new(ManualClock::default()),
    );
    pipeline.run(claimed(job), &CancellationToken::new()).await;
    let job = stored.lock().unwrap().last().unwrap().clone();
    let brief = briefs.lock().unwrap().pop();
    let kept = kept.lock().unwrap().clone();
    Seen { job, brief, kept }
}

fn jobs_given(stored: &Stored, given: JobInputs) -> MockJobRepository {
    let mut jobs = MockJobRepository::new();
    jobs.expect_inputs().returning(move |_| Ok(given.clone()));
    let stored = Arc::clone(stored);
    jobs.expect_save().returning(move |_, job| {
        stored.lock().unwrap().push(job.clone());
        Ok(())
    });
    jobs
}

#[tokio::test]
async fn the_author_is_given_the_passages_about_the_topic_and_about_the_samples_fields() {
    let guide = "# Menu items\n\nThe price of an item is in cents.\n\n# Staff\n\nWho works when.\n\n\
                 # Remarks\n\nThe field cost has the tax in it.";
    let documents = vec![document("guide.md", guide), document("api.yaml", API)];
    let seen = gathered(Known { samples: vec![tea()], documents, ..Known::default() }, a_job());
    let seen = seen.await;
    let headings: Vec<&str> = seen.brief().passages.iter().map(|p| p.heading.as_str()).collect();
    assert_eq!(headings[0], "Overview");
    assert!(headings.contains(&"Menu items") && headings.contains(&"Remarks"), "{headings:?}");
    assert!(!headings.contains(&"Staff"), "{headings:?}");
    assert!(seen.brief().passages[0].text.contains("https://api.my-till.example/v2"));
}

#[tokio::test]
async fn what_a_person_answered_is_looked_up_too() {
    let documents = vec![document("guide.md", "# Sizes\n\nSmall, large.\n\n# Colours\n\nRed.")];
    let asked = Event::Asked { question: Question::plain("What of the colours?") };
    let answered = Event::Answered { response: "As the guide says".to_owned() };
    let job = after([Event::Started, asked, answered]);
    let seen = gathered(Known { samples: vec![tea()], documents, ..Known::default() }, job).await;
    let passages = &seen.brief().passages;
    assert!(passages.iter().any(|passage| passage.heading == "Colours"), "{passages:?}");
}

#[tokio::test]
async fn examples_of_documents_stand_in_where_there_is_no_real_sample_and_are_marked() {
    let known = Known { documents: vec![document("api.yaml", API)], ..Known::default() };
    let seen = gathered(known, a_job()).await;
    let sample = &seen.brief().samples[0];
    assert_eq!(sample.name.as_str(), "documented-get-items-1");
    assert_eq!(sample.payload.as_ref().unwrap()["items"][1]["name"], "Cake");
    let log = seen.log();
    assert!(
        log.contains("1 sample (documented-get-items-1) from the documents, not real"),
        "{log}"
    );
    assert!(log.contains("is an example of GET /items in api.yaml"), "{log}");
}

#[tokio::test]
async fn a_real_sample_leaves_no_place_for_those_of_documents() {
    let documents = vec![document("api.yaml", API)];
    let asked = Event::Asked { question: Question::plain("a sample?") };
    let pasted = json!({"items": [{"id": 1, "name": "Tea", "cost": "4.50"}]}).to_string();
    let job = after([Event::Started, asked, Event::Answered { response: pasted }]);
    let given = JobInputs { samples: vec![tea()], ..JobInputs::default() };
    for (known, job, name) in [
        (Known { samples: vec![tea()], ..Known::default() }, a_job(), "menu.json"),
        (Known { given, ..Known::default() }, a_job(), "menu.json"),
        (Known::default(), job, "answer"),
    ] {
        let seen = gathered(Known { documents: documents.clone(), ..known }, job).await;
        let names: Vec<&str> = seen.brief().samples.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, [name]);
        assert!(!seen.log().contains("not real"));
    }
}

#[tokio::test]
async fn where_documents_contradict_the_samples_the_log_says_so_once() {
    // The document says that the cost is a text.
    let documents = vec![document("api.yaml", API)];
    let known = || Known { samples: vec![tea()], documents: documents.clone(), ..Known::default() };
    let seen = gathered(known(), a_job()).await;
    assert!(seen.log().contains("disagree"), "{}", seen.log());
    assert!(seen.log().contains("$.items[].cost is said to be string"), "{}", seen.log());
    let mut job = seen.job;
    job.apply(Event::Answered { response: "yes".to_owned() }, NOW).unwrap();
    let seen = gathered(known(), job).await;
    assert_eq!(seen.log().matches("disagree").count(), 1, "{}", seen.log());
}

#[tokio::test]
async fn without_any_sample_the_question_says_what_the_documents_describe() {
    let bare = API.split("              example:").next().unwrap();
    let known = Known { documents: vec![document("api.yaml", bare)], ..Known::default() };
    let seen = gathered(known, a_job()).await;
    assert_eq!(seen.job.state, State::Waiting(Pause::Gathering));
    let question = &seen.job.open_question().unwrap().question.text;
    assert!(question.contains("describe GET /items in api.yaml"), "{question}");
}

#[tokio::test]
async fn an_address_is_fetched_and_its_text_is_kept() {
    let mut egress = MockEgress::new();
    egress.expect_send().times(1).returning(|_| Ok(answer(API)));
    let links = vec![link(FetchState::default())];
    let seen = gathered(Known { links, egress, ..Known::default() }, a_job()).await;
    assert_eq!(seen.brief().documents, [document("api.yaml", API)]);
    let (link, content) = &seen.kept[0];
    assert_eq!((link.state.etag.as_str(), link.state.fetched_at), ("\"8\"", Some(now())));
    assert_eq!(content.as_deref(), Some(API));
    assert!(seen.log().contains("fetched document api.yaml from docs.till.example"));
    assert!(!seen.log().contains("s3cret"), "{}", seen.log());
}

#[tokio::test]
async fn a_fresh_text_is_not_fetched_again_and_an_old_one_is_asked_after() {
    let documents = vec![document("api.yaml", API)];
    let fetched = |ago| {
        let etag = "\"7\"".to_owned();
        link(FetchState { etag, fetched_at: Some(now() - ago), ..FetchState::default() })
    };
    let links = vec![fetched(FRESH / 2)];
    let fresh = Known { documents: documents.clone(), links, ..Known::default() };
    assert_eq!(gathered(fresh, a_job()).await.kept, []);

    let mut egress = MockEgress::new();
    egress.expect_send().times(1).returning(|request| {
        assert_eq!(request.headers()["if-none-match"], "\"7\"");
        Ok(Response { status: StatusCode::NOT_MODIFIED, ..answer("") })
    });
    let links = vec![fetched(FRESH * 2)];
    let seen = gathered(
        Known { documents: documents.clone(), links, egress, ..Known::default() },
        a_job(),
    );
    let seen = seen.await;
    assert_eq!(seen.brief().documents, documents);
    let (link, content) = &seen.kept[0];
    assert_eq!((link.state.etag.as_str(), link.state.fetched_at), ("\"7\"", Some(now())));
    assert_eq!(*content, None);
}

#[tokio::test]
async fn a_fetch_that_fails_leaves_the_old_text_in_use_and_the_log_says_so() {
    let failing = || {
        let mut egress = MockEgress::new();
        egress
            .expect_send()
            .returning(|_| Ok(Response { status: StatusCode::NOT_FOUND, ..answer("") }));
        egress
    };
    let (documents, links) = (vec![document("api.yaml", API)], vec![link(FetchState::default())]);
    let known = Known { documents, links: links.clone(), egress: failing(), ..Known::default() };
    let seen = gathered(known, a_job()).await;
    assert_eq!(seen.brief().documents.len(), 1);
    assert!(seen.log().contains("answered 404; the text that is kept is used"), "{}", seen.log());
    assert!(seen.kept[0].0.state.error.contains("404"));

    let known = Known { samples: vec![tea()], links, egress: failing(), ..Known::default() };
    let seen = gathered(known, a_job()).await;
    assert_eq!(seen.brief().documents, []);
    assert!(seen.log().contains("the job goes on without it"), "{}", seen.log());
}

#[tokio::test]
async fn a_text_whose_address_changed_while_it_was_fetched_is_not_used() {
    let mut egress = MockEgress::new();
    egress.expect_send().returning(|_| Ok(answer(API)));
    let links = vec![link(FetchState::default())];
    let known = Known { samples: vec![tea()], links, egress, moved: true, ..Known::default() };
    assert_eq!(gathered(known, a_job()).await.brief().documents, []);
}

#[tokio::test]
async fn the_addresses_of_a_job_are_fetched_for_it_alone() {
    let mut egress = MockEgress::new();
    egress.expect_send().returning(|request| match request.url().path() {
        "/api" => Ok(answer(API)),
        _ => Err(EgressError::TooManyRedirects { limit: 5 }),
    });
    let linked = |name: &str, url: &str| GivenDocument::Linked {
        name: name.parse().unwrap(),
        url: url.parse().unwrap(),
    };
    let documents = vec![
        linked("api.yaml", "https://docs.till.example/api"),
        linked("gone.md", "https://docs.till.example/gone"),
        GivenDocument::Text(document("notes.md", "# Notes")),
    ];
    let known = Known {
        given: JobInputs { samples: vec![tea()], documents, ..JobInputs::default() },
        documents: vec![document("api.yaml", "old"), document("gone.md", "known")],
        egress,
        ..Known::default()
    };
    let seen = gathered(known, a_job()).await;
    let wanted =
        [document("notes.md", "# Notes"), document("api.yaml", API), document("gone.md", "known")];
    assert_eq!(seen.brief().documents, wanted);
    assert_eq!(seen.kept, []);
    assert!(seen.log().contains("gone.md could not be fetched"), "{}", seen.log());
}

fn now() -> domain::Timestamp {
    ManualClock::default().now()
}
