//! The table `jobs`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub provider: String,
    pub topic: String,
    pub author: Option<String>,
    pub max_retries: i64,
    pub callback_url: Option<String>,
    pub status: String,
    pub stage: String,
    pub retries: i64,
    pub retries_before_answer: i64,
    pub hypothesis_source: Option<String>,
    pub hypothesis_author: Option<String>,
    pub hypothesis_provenance: Option<String>,
    pub attempts: String,
    pub rounds: String,
    pub logs: String,
    pub growing: String,
    pub usage: String,
    pub outage: Option<String>,
    pub result_script_id: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
    pub fence: i64,
    pub lease_owner: Option<String>,
    pub lease_expires_at: Option<i64>,
    pub priority: i64,
    pub turn: i64,
    pub claims: i64,
    pub started_by: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
