//! Whose turn it is: the order of jobs of one priority.
//!
//! Each provider and author together have a line of their own, and lines take turns. A job gets its
//! turn when it is accepted: one after the last of its line, and one after what is served now, if
//! that is later (start-time fair queueing). So
//!
//! - a provider that puts ten thousand jobs into the queue gets ten thousand turns, and the next
//!   provider's first job one of the nearest;
//! - no job waits for ever: a new job's turn is after all that are served, so each turn has an end;
//! - a claim is a walk along an index, whatever the lines are: the work is done here, once for a job,
//!   by looking at the ends of three indexes.
//!
//! Two jobs that are accepted at the same moment may get the same turn; their numbers decide then. A
//! job that goes on, after an answer or another worker's death, keeps its turn, which is an early one.

use domain::{NewJob, Priority};
use sea_orm::{ConnectionTrait, Statement, Value};

use super::claim::{OPEN, READY};
use crate::StoreError;
use crate::columns::corrupt;
use crate::database::Dialect;

/// A job's place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) priority: i64,
    pub(super) turn: i64,
}

/// A line, and how urgent the job in it is.
pub(super) struct Line {
    provider: String,
    /// Empty where the job names none.
    author: String,
    priority: i64,
}

impl Line {
    pub(super) fn of(job: &NewJob) -> Self {
        Self {
            provider: job.provider.to_string(),
            author: job.author.as_ref().map(ToString::to_string).unwrap_or_default(),
            priority: match job.priority {
                Priority::Low => -1,
                Priority::Normal => 0,
                Priority::High => 1,
            },
        }
    }

    /// The place for one more job.
    pub(super) async fn next<C: ConnectionTrait>(
        self,
        db: &C,
        dialect: Dialect,
    ) -> Result<Place, StoreError> {
        let Self { provider, author, priority } = self;
        // SQLite is told which index to use: of its own it may take one by status.
        let (most, turns, held, ready) = match dialect {
            Dialect::Sqlite => {
                ("MAX", "INDEXED BY jobs_turns", "INDEXED BY jobs_held", "INDEXED BY jobs_ready")
            }
            Dialect::Postgres => ("GREATEST", "", "", ""),
        };
        // Each looks at one end of an index, and at no more.
        let sql = format!(
            "SELECT {most}(\
             COALESCE((SELECT turn FROM jobs {turns} WHERE {OPEN} AND provider = $2 \
             AND COALESCE(author, '') = $3 ORDER BY turn DESC LIMIT 1), 0), \
             COALESCE((SELECT turn FROM jobs {held} WHERE {OPEN} AND lease_owner IS NOT NULL \
             ORDER BY turn DESC LIMIT 1), 0), \
             COALESCE((SELECT turn FROM jobs {ready} WHERE {READY} AND priority = $1 \
             ORDER BY turn, id LIMIT 1), 0)) + 1 AS turn"
        );
        let values = [Value::from(priority), provider.into(), author.into()];
        let statement = Statement::from_sql_and_values(dialect.backend(), sql, values);
        let row = db.query_one_raw(statement).await?.ok_or_else(|| corrupt("turn", "no row"))?;
        Ok(Place { priority, turn: row.try_get("", "turn")? })
    }
}
