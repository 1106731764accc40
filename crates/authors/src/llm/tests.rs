//! The author against stand-ins of providers.

mod provider;
mod weather;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::{Allowance, Brief, Connection, Draft, Sample, Usage};
use serde_json::{Value, json};

use self::provider::{Provider, reply};
use super::{LlmAuthor, LlmSettings, Replay};
use crate::{AuthorError, ScriptAuthor, Watcher};

/// The key that no text may show.
const KEY: &str = "sk-stand-in-0123456789";

/// A script that is sent in many pieces.
const LONG: &str = "let a = 1;\nlet b = 2;\nlet c = 3;\nlet d = 4;\nlet e = 5;\nlet f = 6;\n";

/// Keeps what it is told.
#[derive(Default)]
struct Seen {
    grown: Mutex<Vec<String>>,
    used: Mutex<Usage>,
    said: Mutex<Vec<String>>,
    set_aside: Mutex<Vec<Usage>>,
    /// What a call may use, where that is bounded.
    grants: Option<Allowance>,
}

#[async_trait]
impl Watcher for Seen {
    fn grew(&self, script: &str) {
        self.grown.lock().unwrap().push(script.to_owned());
    }

    fn used(&self, usage: Usage) {
        *self.used.lock().unwrap() += usage;
    }

    fn said(&self, note: &str) {
        self.said.lock().unwrap().push(note.to_owned());
    }

    async fn set_aside(&self, most: Usage) -> Result<Allowance, AuthorError> {
        self.set_aside.lock().unwrap().push(most);
        Ok(self.grants.unwrap_or(Allowance::UNBOUNDED))
    }
}

fn brief() -> Brief {
    let sample = Sample {
        name: "one".parse().unwrap(),
        payload: Some(json!({"items": [{"id": "1", "title": "Tea", "cents": 250}]})),
        http: Vec::new(),
        connection: Connection::default(),
        expected: None,
    };
    Brief::of("my-till".parse().unwrap(), "sync_products".parse().unwrap(), vec![sample])
}

fn settings(provider: Provider, address: &str, more: &Value) -> LlmSettings {
    let mut all = json!({
        "kind": provider.kind(),
        "model": "model-1",
        "base_url": format!("{address}/v1"),
        "key_file": key_file(),
        "reply": "tool",
        "retry_milliseconds": 1,
        "retries": 2,
        "price": {"input": 3.0, "output": 15.0, "cached": 0.3}
    });
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(all).unwrap()
}

/// A file that stays for as long as the tests run.
fn key_file() -> String {
    static FILE: std::sync::OnceLock<tempfile::NamedTempFile> = std::sync::OnceLock::new();
    let file = FILE.get_or_init(|| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), KEY).unwrap();
        file
    });
    file.path().to_str().unwrap().to_owned()
}

fn author(provider: Provider, address: &str, more: &Value) -> LlmAuthor {
    let settings = settings(provider, address, more);
    LlmAuthor::new("helper".parse().unwrap(), settings, Replay::Off, None).unwrap()
}

async fn write(author: &LlmAuthor, brief: &Brief) -> (Result<Draft, AuthorError>, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let draft = author.write(brief, Arc::<Seen>::clone(&seen)).await;
    for text in seen.said.lock().unwrap().iter() {
        assert!(!text.contains(KEY), "{text}");
    }
    if let Err(error) = &draft {
        assert!(!format!("{error} {error:?}").contains(KEY), "{error}");
    }
    (draft, seen)
}

#[tokio::test]
async fn a_script_arrives_piece_by_piece() {
    for provider in Provider::ALL {
        let server = provider.serves([reply::script(LONG)]).await;
        let (draft, seen) = write(&author(provider, &server.uri(), &json!({})), &brief()).await;
        let Ok(Draft::Script(script)) = draft else { panic!("{provider:?}: {draft:?}") };
        assert_eq!(script.source, LONG);
        let grown = seen.grown.lock().unwrap();
        assert!(grown.len() > 2, "{provider:?}: {grown:?}");
        assert!(grown.iter().all(|part| script.source.starts_with(part)), "{grown:?}");
        // 1200 in, 800 of them cached, 300 out.
        let cost_micros = 400 * 3 + 240 + 300 * 15;
        let used = Usage { tokens_in: 1_200, tokens_out: 300, tokens_cached: 800, cost_micros };
        assert_eq!(*seen.used.lock().unwrap(), used, "{provider:?}");
    }
}

#[tokio::test]
async fn a_question_has_its_choices() {
    for provider in Provider::ALL {
        let server = provider.serves([reply::question("Which price?", &["net", "gross"])]).await;
        let (draft, _) = write(&author(provider, &server.uri(), &json!({})), &brief()).await;
        let Ok(Draft::Question(question)) = draft else { panic!("{provider:?}: {draft:?}") };
        assert_eq!(question.points[0].choices[1].label, "gross");
    }
}

#[tokio::test]
async fn a_wrong_reply_is_answered_once_with_what_was_wrong() {
    for provider in Provider::ALL {
        let wrong = json!({"kind": "script", "source": " "}).to_string();
        let server = provider.serves([wrong.clone(), reply::script("let a;")]).await;
        let (draft, seen) = write(&author(provider, &server.uri(), &json!({})), &brief()).await;
        assert!(matches!(draft, Ok(Draft::Script(_))), "{provider:?}: {draft:?}");
        let requests = server.received_requests().await.unwrap();
        let second = String::from_utf8(requests[1].body.clone()).unwrap();
        assert!(second.contains("source is empty"), "{second}");
        assert!(seen.said.lock().unwrap()[0].contains("source is empty"));
        assert_eq!(seen.used.lock().unwrap().tokens_in, 2_400, "both calls cost");
    }
}

#[tokio::test]
async fn a_second_wrong_reply_is_a_failed_attempt() {
    for provider in Provider::ALL {
        let server = provider.serves(["nonsense".to_owned(), "{}".to_owned()]).await;
        let (draft, _) = write(&author(provider, &server.uri(), &json!({})), &brief()).await;
        assert!(matches!(draft, Err(AuthorError::BadReply(_))), "{provider:?}: {draft:?}");
    }
}

#[tokio::test]
async fn the_question_after_all_tries_must_be_one() {
    for provider in Provider::ALL {
        let replies = [reply::script("let a;"), reply::question("What is a plu?", &[])];
        let server = provider.serves(replies).await;
        let author = author(provider, &server.uri(), &json!({}));
        let asked = author.ask(&brief(), Arc::new(Seen::default())).await.unwrap().unwrap();
        assert_eq!(asked.text, "What is a plu?");
    }
}

#[tokio::test]
async fn the_key_goes_into_its_header_and_nowhere_else() {
    for provider in Provider::ALL {
        let server = provider.serves([reply::script("let a;")]).await;
        write(&author(provider, &server.uri(), &json!({})), &brief()).await.0.unwrap();
        let requests = server.received_requests().await.unwrap();
        let (header, value) = provider.key_header(KEY);
        assert_eq!(requests[0].headers[header], value);
        let body = String::from_utf8(requests[0].body.clone()).unwrap();
        assert!(!body.contains(KEY) && !requests[0].url.as_str().contains(KEY));
    }
}

#[tokio::test]
async fn what_stays_the_same_is_marked_for_the_cache() {
    let server = Provider::Anthropic.serves([reply::script("let a;")]).await;
    write(&author(Provider::Anthropic, &server.uri(), &json!({})), &brief()).await.0.unwrap();
    let requests = server.received_requests().await.unwrap();
    let body: Value = requests[0].body_json().unwrap();
    let mark = body.pointer("/messages/0/content/0/cache_control/type");
    assert_eq!(mark, Some(&json!("ephemeral")), "{body:#}");
}

#[tokio::test]
async fn a_schema_gives_the_reply_its_form_where_tools_do_not() {
    let server = Provider::OpenAi.serves_text([reply::script("let a;")]).await;
    let author = author(Provider::OpenAi, &server.uri(), &json!({"reply": "schema"}));
    assert!(matches!(write(&author, &brief()).await.0, Ok(Draft::Script(_))));
    let requests = server.received_requests().await.unwrap();
    let body: Value = requests[0].body_json().unwrap();
    assert_eq!(body["response_format"]["type"], "json_schema", "{body:#}");
    assert!(body.get("tools").is_none());
}

#[tokio::test]
async fn a_budget_is_not_overdrawn() {
    let server = Provider::Anthropic.serves([reply::script("let a;")]).await;
    let author = author(Provider::Anthropic, &server.uri(), &json!({}));
    let mut brief = brief();
    brief.allowance = Allowance { tokens: Some(1_000), cost_micros: None };
    let (draft, _) = write(&author, &brief).await;
    assert!(matches!(draft, Err(AuthorError::BudgetSpent(_))), "{draft:?}");
    brief.allowance = Allowance { tokens: None, cost_micros: Some(10) };
    let (draft, _) = write(&author, &brief).await;
    assert!(matches!(draft, Err(AuthorError::BudgetSpent(_))), "{draft:?}");
    assert!(server.received_requests().await.unwrap().is_empty(), "nothing was sent");
    brief.allowance = Allowance { tokens: Some(15_000), cost_micros: None };
    write(&author, &brief).await.0.unwrap();
    let requests = server.received_requests().await.unwrap();
    let body: Value = requests[0].body_json().unwrap();
    assert!(body["max_tokens"].as_u64().unwrap() < 16_000, "a reply gets what is left");
}

#[tokio::test]
async fn what_a_call_may_cost_is_set_aside_before_it_and_a_reply_gets_what_was_granted() {
    for provider in Provider::ALL {
        let wrong = "nonsense".to_owned();
        let server = provider.serves([wrong, reply::script("let a;")]).await;
        let author = author(provider, &server.uri(), &json!({}));
        let grants = Some(Allowance { tokens: Some(15_000), cost_micros: None });
        let seen = Arc::new(Seen { grants, ..Seen::default() });
        author.write(&brief(), Arc::<Seen>::clone(&seen)).await.unwrap();
        let requests = server.received_requests().await.unwrap();
        let set_aside = seen.set_aside.lock().unwrap();
        assert_eq!((set_aside.len(), requests.len()), (2, 2), "for each call");
        for (most, request) in set_aside.iter().zip(&requests) {
            assert_eq!(most.tokens_out, 16_000, "{provider:?}");
            // As if all of the prompt were written to the cache, which costs a quarter more.
            let dearest = most.tokens_in * 15 / 4 + 16_000 * 15;
            assert!(most.cost_micros.abs_diff(dearest) <= 1, "{most:?}");
            let body: Value = request.body_json().unwrap();
            let bound = body["max_tokens"].as_u64().or(body["max_completion_tokens"].as_u64());
            assert_eq!(bound.unwrap(), 15_000 - most.tokens_in);
        }
        assert!(seen.used.lock().unwrap().tokens() <= set_aside.iter().map(Usage::tokens).sum());
    }
}

#[tokio::test]
async fn a_recorded_reply_needs_no_provider() {
    let folder = tempfile::tempdir().unwrap();
    let server = Provider::OpenAi.serves([reply::script("let a;")]).await;
    let settings = settings(Provider::OpenAi, &server.uri(), &json!({}));
    let with =
        |replay| LlmAuthor::new("helper".parse().unwrap(), settings.clone(), replay, None).unwrap();
    let recorded = write(&with(Replay::Record(folder.path().to_owned())), &brief()).await.0;
    drop(server);
    let (played, seen) = write(&with(Replay::Play(folder.path().to_owned())), &brief()).await;
    assert_eq!(played, recorded);
    assert!(seen.used.lock().unwrap().is_nothing());
    for file in std::fs::read_dir(folder.path()).unwrap() {
        assert!(!std::fs::read_to_string(file.unwrap().path()).unwrap().contains(KEY));
    }
}

#[tokio::test]
async fn local_models_get_one_message_from_each_side() {
    let replies = ["nonsense".to_owned(), reply::script("let a;")];
    let server = Provider::OpenAi.serves_text(replies).await;
    let author = author(Provider::OpenAi, &server.uri(), &json!({"kind": "compatible"}));
    assert!(matches!(write(&author, &brief()).await.0, Ok(Draft::Script(_))));
    let requests = server.received_requests().await.unwrap();
    let body: Value = requests[1].body_json().unwrap();
    let roles: Vec<&str> = body["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
}

#[tokio::test]
async fn a_model_s_name_is_sent_whole() {
    let server = Provider::OpenAi.serves([reply::script("let a;")]).await;
    let author = author(Provider::OpenAi, &server.uri(), &json!({"model": "mistral-medium"}));
    write(&author, &brief()).await.0.unwrap();
    let body: Value = server.received_requests().await.unwrap()[0].body_json().unwrap();
    assert_eq!(body["model"], "mistral-medium");
    assert!(body.get("reasoning_effort").is_none(), "{body:#}");
}
