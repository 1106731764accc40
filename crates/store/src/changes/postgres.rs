//! News between processes, by `NOTIFY` and `LISTEN`.
//!
//! A change is told after it was committed and not within its transaction: transactions that notify
//! commit one after the other, which would be the end of many at once. What is told while a
//! notification is on its way goes into the next, and between two there is a pause that nobody
//! notices, so a busy server sends few.
//!
//! A server has one connection of its own that listens. It takes none from the pool, so neither
//! keeps the other waiting, and when it breaks it is opened again; what was said in between is
//! [`Change::Missed`].

use std::time::Duration;

use domain::JobId;
use sea_orm::sqlx::postgres::{PgListener, PgPoolOptions};
use sea_orm::sqlx::{self, PgPool};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::{Board, Change};

const CHANNEL: &str = "adapter_forge";
/// Changes in one notification: PostgreSQL takes 8,000 bytes, and two numbers have at most forty.
const AT_ONCE: usize = 150;
/// Changes that wait to be sent. What comes when there are so many is not sent: others look anyway.
const WAITING: usize = 10_000;
/// From one notification to the next. Each is a transaction that keeps others from committing.
const PAUSE: Duration = Duration::from_millis(10);
/// It does not wait for the disk: after a crash of the database others look anyway.
const NOTIFY: &str = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";
/// How long to wait before a connection is opened again.
const RETRY: Duration = Duration::from_secs(1);

const READY: &str = "ready";
const SCRIPTS: &str = "scripts";

/// Carries news to the other servers and from them.
#[derive(Debug)]
pub(crate) struct Relay {
    outbox: mpsc::Sender<Change>,
    /// Ended when this is dropped.
    _tasks: JoinSet<()>,
}

impl Relay {
    /// Begins to listen, and to tell `board` what is heard.
    pub(crate) fn start(pool: &PgPool, board: Board) -> Self {
        let me = format!("{:016x}", rand::random::<u64>());
        let (outbox, waiting) = mpsc::channel(WAITING);
        let mut tasks = JoinSet::new();
        tasks.spawn(send(pool.clone(), me.clone(), waiting));
        tasks.spawn(listen(pool.clone(), me, board));
        Self { outbox, _tasks: tasks }
    }

    /// Tells the other servers, soon.
    pub(crate) fn tell(&self, change: Change) {
        // Full when the database is away.
        let _ = self.outbox.try_send(change);
    }
}

async fn send(pool: PgPool, me: String, mut waiting: mpsc::Receiver<Change>) {
    let mut changes = Vec::new();
    while waiting.recv_many(&mut changes, AT_ONCE).await > 0 {
        let text = to_text(&me, &changes);
        changes.clear();
        if let Err(error) = sqlx::query(NOTIFY).bind(CHANNEL).bind(text).execute(&pool).await {
            tracing::debug!(%error, "other servers could not be told of changes");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(pool: PgPool, me: String, board: Board) {
    let own = PgPoolOptions::new()
        .max_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .connect_lazy_with(pool.connect_options().as_ref().clone());
    loop {
        if let Err(error) = hear(&own, &me, &board).await {
            tracing::warn!(%error, "changes by other servers are not heard of; listening again");
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// Listens until the connection breaks.
async fn hear(own: &PgPool, me: &str, board: &Board) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(own).await?;
    listener.listen(CHANNEL).await?;
    // Of what happened until now nobody was told.
    board.tell(Change::Missed);
    while let Some(notification) = listener.try_recv().await? {
        for change in from_text(me, notification.payload()) {
            board.tell(change);
        }
    }
    Ok(())
}

/// The sender's name, then `NUMBER:VERSION` for a job, `NUMBER` for one that was taken, `ready` for one
/// to claim, and `scripts`.
fn to_text(me: &str, changes: &[Change]) -> String {
    let mut words = vec![me.to_owned()];
    // One is as good as many.
    words.extend(changes.contains(&Change::Ready).then(|| READY.to_owned()));
    words.extend(changes.contains(&Change::Scripts).then(|| SCRIPTS.to_owned()));
    words.extend(changes.iter().filter_map(|change| match change {
        Change::Job { id, version } => Some(format!("{id}:{version}")),
        Change::Taken { id } => Some(id.to_string()),
        Change::Ready | Change::Scripts | Change::Missed => None,
    }));
    words.join(" ")
}

/// Reads what [`to_text`] wrote. What we said ourselves is known here; what nobody understands was
/// said by a server of another version.
fn from_text(me: &str, text: &str) -> Vec<Change> {
    let mut words = text.split(' ');
    if words.next() == Some(me) {
        return Vec::new();
    }
    words.map(|word| from_word(word).unwrap_or(Change::Missed)).collect()
}

fn from_word(word: &str) -> Option<Change> {
    match word {
        READY => return Some(Change::Ready),
        SCRIPTS => return Some(Change::Scripts),
        _ => {}
    }
    let id = |text: &str| text.parse().ok().and_then(JobId::new);
    match word.split_once(':') {
        Some((job, version)) => Some(Change::Job { id: id(job)?, version: version.parse().ok()? }),
        None => Some(Change::Taken { id: id(word)? }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: i64, version: i64) -> Change {
        Change::Job { id: JobId::new(id).unwrap(), version }
    }

    #[test]
    fn what_one_server_says_another_hears_and_itself_does_not() {
        let taken = Change::Taken { id: JobId::new(9).unwrap() };
        let (ready, scripts) = (Change::Ready, Change::Scripts);
        let changes = [job(7, 1), scripts, ready, job(8, 3), taken, ready, scripts];
        let text = to_text("a", &changes);
        assert_eq!(from_text("b", &text), [ready, scripts, job(7, 1), job(8, 3), taken]);
        assert_eq!(from_text("a", &text), []);
    }

    #[test]
    fn the_longest_notification_fits() {
        let text = to_text("0123456789abcdef", &[job(i64::MAX, i64::MAX); AT_ONCE]);
        assert!(text.len() < 8_000, "{}", text.len());
    }

    #[test]
    fn what_is_not_understood_may_mean_anything() {
        assert_eq!(from_text("a", "b 7:x"), [Change::Missed]);
        assert_eq!(from_text("a", "b 0:1 later"), [Change::Missed, Change::Missed]);
    }
}
