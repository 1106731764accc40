//! Usage through SeaORM.

use async_trait::async_trait;
use domain::{Allowance, AuthorName, Timestamp, Usage};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::reserve;
use crate::database::Database;
use crate::entities::author_usage::{ActiveModel, Column, Entity, Model};
use crate::{Lease, Reserved, StoreError, UsageRepository};

/// Usage in a database.
pub(crate) struct SeaUsage {
    db: Database,
}

impl SeaUsage {
    pub(crate) const fn new(db: Database) -> Self {
        Self { db }
    }
}

fn day(now: Timestamp) -> String {
    now.format("%Y-%m-%d").to_string()
}

/// More than fits is as good as endless: no budget is that large.
pub(super) fn column(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn count(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}

/// What the author used on that day.
pub(super) async fn on_day<C: ConnectionTrait>(
    db: &C,
    author: &AuthorName,
    day: &str,
) -> Result<Usage, StoreError> {
    let row = Entity::find_by_id((author.to_string(), day.to_owned())).one(db).await?;
    Ok(row.map_or_else(Usage::default, |row: Model| Usage {
        tokens_in: count(row.tokens_in),
        tokens_out: count(row.tokens_out),
        tokens_cached: count(row.tokens_cached),
        cost_micros: count(row.cost_micros),
    }))
}

#[async_trait]
impl UsageRepository for SeaUsage {
    async fn add(
        &self,
        author: &AuthorName,
        usage: Usage,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = ActiveModel {
            author: Set(author.to_string()),
            day: Set(day(now)),
            tokens_in: Set(column(usage.tokens_in)),
            tokens_out: Set(column(usage.tokens_out)),
            tokens_cached: Set(column(usage.tokens_cached)),
            cost_micros: Set(column(usage.cost_micros)),
        };
        // By the database, so that of two servers that add at once neither is lost.
        let mut add = OnConflict::columns([Column::Author, Column::Day]);
        for (name, more) in [
            (Column::TokensIn, usage.tokens_in),
            (Column::TokensOut, usage.tokens_out),
            (Column::TokensCached, usage.tokens_cached),
            (Column::CostMicros, usage.cost_micros),
        ] {
            add.value(name, Expr::col((Entity, name)).add(column(more)));
        }
        Entity::insert(row).on_conflict(add).exec_without_returning(self.db.write()).await?;
        Ok(())
    }

    async fn on_day(&self, author: &AuthorName, now: Timestamp) -> Result<Usage, StoreError> {
        on_day(self.db.read(), author, &day(now)).await
    }

    async fn reserve(
        &self,
        held: &Lease,
        author: &AuthorName,
        most: Usage,
        per_day: Allowance,
        now: Timestamp,
    ) -> Result<Reserved, StoreError> {
        let dialect = self.db.dialect();
        let (held, author, day) = (held.clone(), author.clone(), day(now));
        self.db
            .unit(move |tx| {
                Box::pin(reserve::reserve(tx, dialect, held, author, day, most, per_day))
            })
            .await
    }

    async fn release(&self, held: &Lease) -> Result<(), StoreError> {
        reserve::release(self.db.write(), self.db.dialect(), held).await
    }
}
