//! The table `drift_events`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "drift_events")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub script_id: i64,
    pub provider: String,
    pub topic: String,
    pub owner: Option<String>,
    pub kind: String,
    pub path: String,
    pub failure: String,
    /// 0 or 1.
    pub reproduced: i64,
    pub status: String,
    pub count: i64,
    pub first_seen: i64,
    pub last_seen: i64,
    pub repair_job: Option<i64>,
    pub resolved_at: Option<i64>,
    pub resolved_by: String,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
