//! Claiming, keeping and releasing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use authors::{AuthorError, ScriptAuthor, Watcher};
use domain::{AuthorName, Brief, Draft, State};
use engine::{Worker, WorkerSettings};
use store::{Board, Change, Claimed, MockJobRepository, StoreError, WorkerId};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::support::*;

/// An author that never ends, and counts those at work.
struct Busy(Arc<AtomicUsize>);

struct Leaving(Arc<AtomicUsize>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

#[async_trait::async_trait]
impl ScriptAuthor for Busy {
    fn name(&self) -> AuthorName {
        "synth".parse().unwrap()
    }

    async fn write(&self, _: &Brief, _: Arc<dyn Watcher>) -> Result<Draft, AuthorError> {
        self.0.fetch_add(1, SeqCst);
        let _leaving = Leaving(Arc::clone(&self.0));
        std::future::pending().await
    }

    async fn ask(
        &self,
        _: &Brief,
        _: Arc<dyn Watcher>,
    ) -> Result<Option<domain::Question>, AuthorError> {
        Ok(None)
    }
}

struct House {
    board: Board,
    at_work: Arc<AtomicUsize>,
    renewals: Arc<AtomicUsize>,
    releases: Arc<AtomicUsize>,
    shutdown: CancellationToken,
    worker: tokio::task::JoinHandle<()>,
}

/// A worker of two places whose jobs never end by themselves.
fn house(renew: impl Fn() -> Result<(), StoreError> + Send + Sync + 'static) -> House {
    let [at_work, renewals, releases] = [0; 3].map(|_| Arc::new(AtomicUsize::new(0)));
    let mut jobs = MockJobRepository::new();
    jobs.expect_claim()
        .returning(|_, _, room| Ok((0..room.jobs).map(|_| claimed(a_job())).collect()));
    let renewed = Arc::clone(&renewals);
    jobs.expect_renew().returning(move |_, _| {
        renewed.fetch_add(1, SeqCst);
        renew()
    });
    let given_back = Arc::clone(&releases);
    jobs.expect_release().returning(move |_| {
        given_back.fetch_add(1, SeqCst);
        Ok(())
    });
    jobs.expect_save().returning(|_, _| Ok(()));
    jobs.expect_inputs().returning(|_| Ok(domain::JobInputs::default()));
    let shutdown = CancellationToken::new();
    let jobs = Arc::new(jobs);
    let mut for_pipeline = MockJobRepository::new();
    for_pipeline.expect_save().returning(|_, _| Ok(()));
    for_pipeline.expect_inputs().returning(|_| Ok(domain::JobInputs::default()));
    let busy = Busy(Arc::clone(&at_work));
    let pipeline = Arc::new(pipeline(for_pipeline, vec![tea()], busy, judging_runner()));
    let settings = WorkerSettings { concurrency: 2, ..WorkerSettings::default() };
    let id = WorkerId("w".to_owned());
    let board = Board::default();
    let worker = Arc::new(Worker::new(jobs, pipeline, Arc::new(board.clone()), id, settings));
    let worker = tokio::spawn(worker.run(shutdown.clone()));
    House { board, at_work, renewals, releases, shutdown, worker }
}

#[tokio::test(start_paused = true)]
async fn no_more_jobs_run_than_there_are_places_and_their_leases_are_kept() {
    let house = house(|| Ok(()));
    sleep(Duration::from_secs(50)).await;
    assert_eq!(house.at_work.load(SeqCst), 2);
    // At 15, 30 and 45 s, for two jobs.
    assert_eq!(house.renewals.load(SeqCst), 6);
}

#[tokio::test(start_paused = true)]
async fn shutdown_gives_grace_then_releases_and_returns() {
    let house = house(|| Ok(()));
    sleep(Duration::from_secs(1)).await;
    let asked = Instant::now();
    house.shutdown.cancel();
    sleep(Duration::from_secs(19)).await;
    assert_eq!((house.at_work.load(SeqCst), house.releases.load(SeqCst)), (2, 0));
    house.worker.await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(22), "{:?}", asked.elapsed());
    assert_eq!((house.at_work.load(SeqCst), house.releases.load(SeqCst)), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_lost_lease_stops_the_work() {
    let house = house(|| Err(StoreError::LeaseLost));
    sleep(Duration::from_secs(14)).await;
    assert_eq!(house.releases.load(SeqCst), 0);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(house.releases.load(SeqCst), 2, "both were stopped");
}

#[tokio::test(start_paused = true)]
async fn work_stops_at_once_on_a_job_that_somebody_took() {
    let house = house(|| Err(StoreError::LeaseLost));
    sleep(Duration::from_secs(1)).await;
    house.board.tell(Change::Taken { id: domain::JobId::new(8).unwrap() });
    sleep(Duration::from_millis(1)).await;
    assert_eq!(house.releases.load(SeqCst), 0, "that was another job");
    house.board.tell(Change::Taken { id: a_job().id });
    sleep(Duration::from_millis(1)).await;
    assert_eq!(house.releases.load(SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn work_stops_before_a_lease_that_cannot_be_renewed_would_end() {
    let house = house(|| Err(away()));
    sleep(Duration::from_secs(44)).await;
    assert_eq!(house.releases.load(SeqCst), 0);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(house.releases.load(SeqCst), 2, "both were stopped");
}

#[tokio::test(start_paused = true)]
async fn a_database_that_is_away_is_asked_again_less_and_less_often() {
    let claims = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&claims);
    let stored = Stored::default();
    let mut jobs = MockJobRepository::new();
    jobs.expect_claim().returning(move |_, _, _| match asked.fetch_add(1, SeqCst) {
        0..5 => Err(away()),
        5 => Ok(vec![claimed(a_job())]),
        _ => Ok(Vec::new()),
    });
    jobs.expect_renew().returning(|_, _| Ok(()));
    let drafts = author(vec![script("right")]);
    let for_pipeline = crate::support::jobs(&stored, vec![]);
    let pipeline = Arc::new(pipeline(for_pipeline, vec![tea()], drafts, judging_runner()));
    let shutdown = CancellationToken::new();
    let (board, id) = (Arc::new(Board::default()), WorkerId("w".to_owned()));
    let settings = WorkerSettings::default();
    let worker = Arc::new(Worker::new(Arc::new(jobs), pipeline, board, id, settings));
    let worker = tokio::spawn(worker.run(shutdown.clone()));
    sleep(Duration::from_secs(5)).await;
    assert!(claims.load(SeqCst) <= 5, "{claims:?}");
    sleep(Duration::from_secs(5)).await;
    assert_eq!(stored.lock().unwrap().last().unwrap().state, State::Completed);
    shutdown.cancel();
    worker.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_pipeline_fails_the_job_and_the_worker_goes_on() {
    let claims = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&claims);
    let stored = Stored::default();
    let saved = Arc::clone(&stored);
    let mut jobs = MockJobRepository::new();
    jobs.expect_claim().returning(move |_, _, _| {
        Ok(first_time(&asked).then(|| claimed(a_job())).into_iter().collect())
    });
    jobs.expect_get().returning(|_| Ok(Some(a_job())));
    jobs.expect_save().returning(move |_, job| {
        saved.lock().unwrap().push(job.clone());
        Ok(())
    });
    worked_without_a_pipeline(jobs, Duration::from_secs(10)).await;
    assert!(claims.load(SeqCst) > 5);
    let stored = stored.lock().unwrap();
    assert_eq!(stored.iter().map(|job| job.state).collect::<Vec<_>>(), [State::Failed]);
}

/// Lets a worker work for a while whose pipeline panics: a mock without expectations does.
async fn worked_without_a_pipeline(jobs: MockJobRepository, time: Duration) {
    let pipeline = pipeline(MockJobRepository::new(), vec![], author(vec![]), judging_runner());
    let shutdown = CancellationToken::new();
    let (board, id) = (Arc::new(Board::default()), WorkerId("w".to_owned()));
    let settings = WorkerSettings::default();
    let worker = Worker::new(Arc::new(jobs), Arc::new(pipeline), board, id, settings);
    let worker = tokio::spawn(Arc::new(worker).run(shutdown.clone()));
    sleep(time).await;
    shutdown.cancel();
    worker.await.unwrap();
}

fn first_time(asked: &AtomicUsize) -> bool {
    asked.fetch_add(1, SeqCst) == 0
}

#[tokio::test(start_paused = true)]
async fn a_job_of_which_three_workers_died_is_failed_and_not_begun() {
    let asked = AtomicUsize::new(0);
    let stored = Stored::default();
    let saved = Arc::clone(&stored);
    let mut jobs = MockJobRepository::new();
    jobs.expect_claim().returning(move |_, _, _| {
        let poison = Claimed { deaths: 3, ..claimed(a_job()) };
        Ok(first_time(&asked).then_some(poison).into_iter().collect())
    });
    jobs.expect_save().returning(move |_, job| {
        saved.lock().unwrap().push(job.clone());
        Ok(())
    });
    // A panic would be stored as another reason.
    worked_without_a_pipeline(jobs, Duration::from_secs(1)).await;
    let stored = stored.lock().unwrap();
    let [job] = &stored[..] else { panic!("{stored:?}") };
    assert_eq!(job.state, State::Failed);
    assert!(
        job.logs.last().unwrap().message.contains("lost the database 3 times"),
        "{:?}",
        job.logs
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_claims_at_once_when_it_hears_of_a_job_and_otherwise_now_and_then() {
    let claims = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&claims);
    let mut jobs = MockJobRepository::new();
    jobs.expect_claim().returning(move |_, _, _| {
        asked.fetch_add(1, SeqCst);
        Ok(Vec::new())
    });
    let pipeline = pipeline(MockJobRepository::new(), vec![], author(vec![]), judging_runner());
    let (board, shutdown) = (Board::default(), CancellationToken::new());
    let changes = Arc::new(board.clone());
    let settings = WorkerSettings { poll: Duration::from_mins(1), ..WorkerSettings::default() };
    let id = WorkerId("w".to_owned());
    let worker = Worker::new(Arc::new(jobs), Arc::new(pipeline), changes, id, settings);
    let worker = tokio::spawn(Arc::new(worker).run(shutdown.clone()));
    let after = async |wait| {
        sleep(wait).await;
        claims.load(SeqCst)
    };
    let moment = Duration::from_millis(1);
    assert_eq!(after(moment).await, 1);
    board.tell(Change::Job { id: a_job().id, version: 2 });
    assert_eq!(after(moment).await, 1, "that is nothing to claim");
    for _ in 0..100 {
        board.tell(Change::Ready);
    }
    assert_eq!(after(moment).await, 2, "news that came together are one");
    board.tell(Change::Missed);
    assert_eq!(after(moment).await, 3);
    assert_eq!(after(Duration::from_secs(70)).await, 4, "without any news it looks all the same");
    shutdown.cancel();
    worker.await.unwrap();
}
