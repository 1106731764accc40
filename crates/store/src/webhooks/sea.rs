//! Webhooks through SeaORM.

use std::time::Duration;

use async_trait::async_trait;
use domain::{Announcement, bounded};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IdenStatic, Iterable, QueryFilter, Statement,
};

use super::{DueWebhook, WebhookRepository};
use crate::StoreError;
use crate::columns::{to_count, to_word};
use crate::database::{Database, Dialect, lease_ms};
use crate::entities::webhook::{Column, Entity, Model};

/// Not delivered yet. The index of what is due names this word.
pub(super) const WAITING: &str = "waiting";
const DELIVERED: &str = "delivered";
const GIVEN_UP: &str = "given_up";

/// Characters of what a receiver said.
const ERROR_MAX: usize = 500;

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
        let row = Model::find_by_statement(statement).all(self.db.write()).await?.pop();
        row.map(|row| {
            let attempt = to_count("attempts", row.attempts)?;
            let url = to_word("url", &row.url)?;
            let announcement = Announcement { id: row.id, url, body: row.body };
            Ok(DueWebhook { announcement, attempt })
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
    let columns: Vec<_> =
        Column::iter().map(|column| format!("webhooks.{}", column.as_str())).collect();
    let columns = columns.join(", ");
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
