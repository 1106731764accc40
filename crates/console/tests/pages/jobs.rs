//! The pages of jobs.

use domain::{Choice, Event, OpenPoint, Question, Scope, ScriptId};
use store::{Created, Page};

use crate::support::*;

fn asking() -> Event {
    let choice = |label: &str| Choice { value: label.to_owned(), label: label.to_owned() };
    let point = OpenPoint {
        field: "products[].price".to_owned(),
        prompt: format!("which one? {HOSTILE}"),
        choices: vec![choice("net"), choice(HOSTILE)],
    };
    Event::Asked { question: Question { text: "Two fit.".to_owned(), points: vec![point] } }
}

fn below(scopes: &[Scope], events: Vec<Event>) -> Below {
    let mut below = Below::with(scopes);
    below.jobs.expect_get().returning(move |_| Ok(Some(job_after(events.clone()))));
    below
}

#[tokio::test]
async fn a_question_is_asked_with_its_choices_as_buttons() {
    let events = vec![Event::Started, gathered(), asking()];
    let answer = send(below(&[Scope::Admin], events.clone()).router(), get("/jobs/7")).await;
    answer.shows_hostile_text();
    for part in [
        "<button name=\"response\" value=\"a\">",
        "<button name=\"response\" value=\"b\">",
        "action=\"/jobs/7/respond\"",
        "waits for you",
    ] {
        assert!(answer.text.contains(part), "{part} in {}", answer.text);
    }
    let reader = send(below(&[Scope::JobsRead], events).router(), get("/jobs/7")).await;
    assert!(!reader.text.contains("/jobs/7/respond") && !reader.text.contains("/jobs/7/cancel"));
}

#[tokio::test]
async fn an_answer_goes_to_the_job_and_the_page_comes_back() {
    let mut below = below(&[Scope::JobsWrite], vec![Event::Started, gathered(), asking()]);
    below
        .jobs
        .expect_amend()
        .withf(|job, _, act| {
            act.actor.as_str() == "till team" && job.latest_response() == Some("b")
        })
        .times(1)
        .returning(|_, _, _| Ok(()));
    let answer = send(below.router(), post("/jobs/7/respond", "response=b")).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/jobs/7"));
}

#[tokio::test]
async fn several_points_are_answered_by_their_numbers() {
    let mut below = below(&[Scope::JobsWrite], vec![Event::Started, gathered(), asking()]);
    below
        .jobs
        .expect_amend()
        .withf(|job, _, act| {
            act.actor.as_str() == "till team"
                && job.latest_response() == Some("1 b\n2: items[].cost")
        })
        .times(1)
        .returning(|_, _, _| Ok(()));
    let fields = "choice-1=b&words-2=items%5B%5D.cost&choice-2=a";
    assert_eq!(send(below.router(), post("/jobs/7/respond", fields)).await.status, 303);
}

#[tokio::test]
async fn what_a_job_does_not_take_is_said_on_its_page() {
    let below = below(&[Scope::Admin], vec![Event::Started]);
    let answer = send(below.router(), post("/jobs/7/respond", "response=b")).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("only a job that needs_clarification takes an answer"));
}

#[tokio::test]
async fn what_authors_and_vendors_wrote_stays_text() {
    let failed = attempt(false, &format!("sample menu: products[0].name: got {HOSTILE}"));
    let events = vec![
        Event::Started,
        Event::Gathered { summary: HOSTILE.to_owned() },
        drafted(&format!("const a = '{HOSTILE}'; // {HOSTILE}")),
        Event::TestsFailed { attempt: failed },
    ];
    let answer = send(below(&[Scope::Admin], events).router(), get("/jobs/7")).await;
    answer.shows_hostile_text();
    assert!(answer.text.contains("<td>menu</td><td><code>products[0].name</code></td>"));
}

#[tokio::test]
async fn a_job_that_is_over_has_no_more_events() {
    let events = vec![Event::Cancelled { by: "ops".to_owned() }];
    let mut over = job_after(events);
    over.set_result_script(ScriptId::new(3).unwrap());
    let mut below = Below::with(&[Scope::JobsRead]);
    below.jobs.expect_get().returning(move |_| Ok(Some(over.clone())));
    let router = below.router();
    let answer = send(router, get("/jobs/7/events")).await;
    // Its last state once, for whoever had the page open before it ended.
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/event-stream");
    assert!(answer.text.contains("event: last\n"), "{}", answer.text);
    let blank = answer.text.trim_end().split("event: last\n").nth(1).unwrap();
    assert!(blank.lines().all(|line| line.starts_with("data: ")), "{blank}");
}

#[tokio::test]
async fn a_list_narrows_and_takes_what_it_cannot_read_for_nothing() {
    let mut below = Below::with(&[Scope::JobsRead]);
    below
        .jobs
        .expect_list()
        .withf(|filter, page| {
            filter.provider.is_none() && filter.status.is_some() && page.before == Some(9)
        })
        .times(1)
        .returning(|_, _| Ok(Page { items: vec![accepted()], next: Some(7) }));
    let path = "/jobs?status=failed&provider=%3Cscript%3E&topic=x&before=9";
    let answer = send(below.router(), get(path)).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.text.contains("<script>"));
    assert!(answer.text.contains("/jobs?status=failed&#38;provider=&#38;topic=&#38;before=7"));
}

#[tokio::test]
async fn a_pasted_sample_starts_a_job_and_sending_the_form_twice_starts_one() {
    let mut keys = Vec::new();
    for _ in 0..2 {
        let mut below = Below::with(&[Scope::JobsWrite]);
        let (sender, receiver) = std::sync::mpsc::channel();
        below
            .jobs
            .expect_create()
            .withf(|new, _, _| new.inputs.samples.len() == 1 && new.provider.as_str() == "my-till")
            .times(1)
            .returning(move |_, idempotency, _| {
                sender.send(idempotency.unwrap().key).unwrap();
                Ok(Created { id: domain::JobId::new(8).unwrap(), replayed: false })
            });
        let fields = "once=x&provider=my-till&topic=sync_products&max_retries=3&sample=%7B%7D";
        let answer = send(below.router(), post("/jobs/new", fields)).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/jobs/8"));
        keys.push(receiver.recv().unwrap());
    }
    assert_eq!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_form_that_cannot_be_taken_comes_back_with_what_was_typed() {
    let fields =
        "provider=My+Till&topic=sync_products&max_retries=3&sample=%7B%22%3Cb%3E%22%3A1%7D";
    let answer = send(Below::with(&[Scope::Admin]).router(), post("/jobs/new", fields)).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("value=\"My Till\""));
    assert!(answer.text.contains("{&#34;&#60;b&#62;&#34;:1}"), "{}", answer.text);
    assert!(answer.text.contains("provider must be"));
}
