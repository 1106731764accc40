//! Listening to a job.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::ApiSettings;
use axum::Router;
use axum::body::Body;
use domain::{Event, Job, Scope};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use store::{Board, Change, Glance};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::support::{Answer, Below, SCRIPTS, accepted, get, job_after, request, send};

const READ: &[Scope] = &[Scope::JobsRead];

fn path() -> String {
    format!("{SCRIPTS}/jobs/7/events")
}

fn over() -> Job {
    job_after([Event::Cancelled { by: "till team".to_owned() }])
}

/// A job that changes, and who is told of it.
struct Scene {
    job: Arc<Mutex<Job>>,
    board: Board,
    shutdown: CancellationToken,
    router: Router,
}

impl Scene {
    fn of(job: Job, settings: ApiSettings) -> Self {
        let job = Arc::new(Mutex::new(job));
        let mut below = Below::default();
        let seen = Arc::clone(&job);
        below.jobs.expect_glance().returning(move |_| {
            let job = seen.lock().unwrap();
            Ok(Some(Glance::from(&*job)))
        });
        let shown = Arc::clone(&job);
        below.jobs.expect_get().returning(move |id| {
            let job = shown.lock().unwrap().clone();
            Ok((job.id == id).then_some(job))
        });
        let (board, shutdown) = (below.board.clone(), below.shutdown.clone());
        Self { job, board, shutdown, router: below.router_with(READ, settings) }
    }

    async fn listen(&self, request: Request<Body>) -> Stream {
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut stream = Stream(response.into_body());
        assert!(stream.next().await.unwrap().starts_with("retry: "));
        stream
    }

    fn change(&self, job: Job) {
        let change = Change::Job { id: job.id, version: job.version };
        *self.job.lock().unwrap() = job;
        self.board.tell(change);
    }
}

struct Stream(Body);

impl Stream {
    async fn next(&mut self) -> Option<String> {
        let frame = self.0.frame().await?.unwrap().into_data().unwrap();
        Some(String::from_utf8(frame.into()).unwrap())
    }

    /// The next event: its id and its data.
    async fn event(&mut self) -> (String, Value) {
        let text = self.next().await.unwrap();
        let (id, data) = text.strip_prefix("id: ").unwrap().split_once("\ndata: ").unwrap();
        let data = data.strip_suffix("\n\n").unwrap();
        assert!(!data.contains(['\n', '\r']), "{data}");
        (id.to_owned(), serde_json::from_str(data).unwrap())
    }
}

#[tokio::test]
async fn every_event_is_the_answer_that_a_poller_gets_and_the_last_is_the_end() {
    let scene = Scene::of(accepted(), ApiSettings::default());
    let mut stream = scene.listen(get(&path())).await;
    let cancelled = Event::Cancelled { by: "till team".to_owned() };
    for job in [accepted(), job_after([Event::Started]), job_after([Event::Started, cancelled])] {
        scene.change(job);
        let (id, data) = stream.event().await;
        let polled = send(scene.router.clone(), get(&format!("{SCRIPTS}/jobs/7"))).await;
        assert_eq!(polled.header("etag"), format!("\"{id}\""));
        assert_eq!(data, polled.json());
    }
    assert_eq!(stream.next().await, None);
}

fn after(last: &str) -> Request<Body> {
    request("GET", &path()).header("last-event-id", last).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_caller_that_comes_back_is_told_what_it_has_not_seen() {
    let scene = Scene::of(accepted(), ApiSettings::default());
    let mut stream = scene.listen(after("1")).await;
    scene.change(over());
    assert_eq!(stream.event().await.0, "2");
    let done = send(scene.router.clone(), after("2")).await;
    assert_eq!((done.status, done.text.as_str()), (StatusCode::NO_CONTENT, ""));
}

#[tokio::test]
async fn an_id_that_is_none_of_ours_shows_the_job_once_more() {
    let scene = Scene::of(over(), ApiSettings::default());
    for last in ["", "x", "-1", "1.5", "99999999999999999999", "1"] {
        assert_eq!(scene.listen(after(last)).await.event().await.0, "2", "{last}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_listens_hears_that_the_connection_is_alive_and_comes_back_after_an_hour() {
    let begun = tokio::time::Instant::now();
    let scene = Scene::of(accepted(), ApiSettings::default());
    let mut stream = scene.listen(get(&path())).await;
    stream.event().await;
    let mut heartbeats = 0;
    while let Some(heartbeat) = stream.next().await {
        assert_eq!(heartbeat, ":\n\n");
        heartbeats += 1;
    }
    // The last may fall on the end.
    assert!((239..=240).contains(&heartbeats), "{heartbeats}");
    assert_eq!(begun.elapsed().as_secs(), 3_600);
}

#[tokio::test]
async fn a_stream_outlasts_the_time_of_a_request_and_ends_with_the_server() {
    let settings =
        ApiSettings { request_timeout: Duration::from_millis(50), ..ApiSettings::default() };
    let scene = Scene::of(accepted(), settings);
    let mut stream = scene.listen(get(&path())).await;
    stream.event().await;
    let silent = tokio::time::timeout(settings.request_timeout * 3, stream.next()).await;
    assert!(silent.is_err(), "{silent:?}");
    scene.shutdown.cancel();
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn listening_asks_for_the_same_rights_and_finds_the_same_jobs_as_polling() {
    let scene = Scene::of(accepted(), ApiSettings::default());
    let answer = |path: String| send(scene.router.clone(), get(&path));
    for id in ["8", "0", "x", "07"] {
        assert_eq!(answer(format!("{SCRIPTS}/jobs/{id}/events")).await.status, 404, "{id}");
    }
    let nobody = Request::get(path()).body(Body::empty()).unwrap();
    send(scene.router.clone(), nobody).await.error(401);
    let refused: Answer = send(Below::default().router(&[Scope::JobsWrite]), get(&path())).await;
    refused.error(403);
}

#[tokio::test]
async fn more_listeners_than_there_are_places_are_asked_to_come_later() {
    let scene = Scene::of(accepted(), ApiSettings::default());
    let _first = scene.listen(get(&path())).await;
    let _second = scene.listen(get(&path())).await;
    let third = send(scene.router.clone(), get(&path())).await;
    third.error(503);
    assert_eq!(third.header("retry-after"), "2");
}
