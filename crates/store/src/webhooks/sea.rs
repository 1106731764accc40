//! Webhooks through SeaORM.

use std::time::Duration;

use async_trait::async_trait;
use domain::{Announcement, JobId, bounded};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Statement};

use super::{DueWebhook, WebhookRepository};
use crate::StoreError;
use crate::columns::{corrupt, to_count, to_time, to_word};
use crate::database::{Database, Dialect, lease_ms};
use crate::entities::webhook::{Column, Entity};

/// Not delivered yet. The index of what is due names this word.
pub(super) const WAITING: &str = "waiting";
const DELIVERED: &str = "delivered";
const GIVEN_UP: &str = "given_up";

/// Characters of what a receiver said.
const ERROR_MAX: usize = 500;

/// What is read of a webhook that is due.
#[derive(FromQueryResult)]
struct Taken {
    id: String,
    job_id: i64,
    url: String,
    body: String,
    attempts: i64,
    accepted_at: i64,
}

/// Webhooks in a database.
pub(crate) struct SeaWebhooks {
    db: Database,
}

impl SeaWebhooks {
    pub(crate) const fn new(db: Database) -> Self {
        Self { db }
    }

    async fn end(&self, id: &str, state: &str, error: &str) -> Result<(), StoreError> {
        Entity::update_many()
            .col_expr(Column::State, Expr::val(state))
            .col_expr(Column::Error, Expr::val(bounded(error, ERROR_MAX)))
            .filter(Column::Id.eq(id))
            // What has arrived stays so, whatever a slower sender says.
            .filter(Column::State.eq(WAITING))
            .exec(self.db.write())
            .await?;
        Ok(())
    }
}

#[async_trait]
impl WebhookRepository for SeaWebhooks {
    async fn take_due(&self, lease: Duration) -> Result<Option<DueWebhook>, StoreError> {
        let dialect = self.db.dialect();
        let sql = take_due(dialect);
        let statement =
            Statement::from_sql_and_values(dialect.backend(), sql, [lease_ms(lease).into()]);
        // All rows of one: so the statement is run to its end, which is its commit.
        let row = Taken::find_by_statement(statement).all(self.db.write()).await?.pop();
        row.map(|row| {
            let attempt = to_count("attempts", row.attempts)?;
            let url = to_word("url", &row.url)?;
            let announcement = Announcement { id: row.id, url, body: row.body };
            let job = JobId::new(row.job_id).ok_or_else(|| corrupt("job_id", "no id"))?;
            let accepted = to_time("accepted_at", row.accepted_at)?;
            Ok(DueWebhook { announcement, job, accepted, attempt })
        })
        .transpose()
    }

    async fn delivered(&self, id: &str) -> Result<(), StoreError> {
        self.end(id, DELIVERED, "").await
    }

    async fn retry(&self, id: &str, wait: Duration, error: &str) -> Result<(), StoreError> {
        Entity::update_many()
            .col_expr(Column::DueAt, self.db.dialect().end_of(wait))
            .col_expr(Column::Error, Expr::val(bounded(error, ERROR_MAX)))
            .filter(Column::Id.eq(id))
            .filter(Column::State.eq(WAITING))
            .exec(self.db.write())
            .await?;
        Ok(())
    }

    async fn give_up(&self, id: &str, error: &str) -> Result<(), StoreError> {
        self.end(id, GIVEN_UP, error).await
    }
}

/// One statement that finds the webhook, hides it and counts the attempt. Why no two get the same is
/// what the claim of jobs says (`jobs/claim.rs`).
fn take_due(dialect: Dialect) -> String {
    // The job may be trimmed by now.
    let columns = "webhooks.id, webhooks.job_id, webhooks.url, webhooks.body, webhooks.attempts, \
        COALESCE((SELECT jobs.created_at FROM jobs WHERE jobs.id = webhooks.job_id), \
        webhooks.created_at) AS accepted_at";
    let now = dialect.now_ms();
    let due = format!("state = '{WAITING}' AND due_at <= {now}");
    let taken = format!("attempts = attempts + 1, due_at = {now} + $1");
    match dialect {
        Dialect::Sqlite => format!(
            "UPDATE webhooks SET {taken} WHERE id = \
             (SELECT id FROM webhooks WHERE {due} ORDER BY due_at LIMIT 1) RETURNING {columns}"
        ),
        Dialect::Postgres => format!(
            "WITH oldest AS MATERIALIZED \
             (SELECT id FROM webhooks WHERE {due} ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) \
             UPDATE webhooks SET {taken} FROM oldest WHERE webhooks.id = oldest.id RETURNING {columns}"
        ),
    }
}
