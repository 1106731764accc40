//! The table `drift_samples`.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "drift_samples")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub drift_id: i64,
    pub sample: String,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
