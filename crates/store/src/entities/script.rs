//! The table `scripts`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scripts")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub provider: String,
    pub topic: String,
    pub version: i64,
    pub status: String,
    pub source: String,
    pub author: Option<String>,
    pub job_id: Option<i64>,
    pub provenance: String,
    pub test_results: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub started_by: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
