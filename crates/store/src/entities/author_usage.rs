//! The table `author_usage`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "author_usage")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub author: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    pub tokens_in: i64,
    pub tokens_out: i64,
    pub tokens_cached: i64,
    pub cost_micros: i64,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
