//! Samples as rows. The whole sample is one JSON text, its name included.

use domain::{ProviderSlug, Sample, Timestamp, Topic};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::columns::{from_json_without_nul, from_time, to_json};
use crate::entities::sample::{ActiveModel, Column, Entity, Model};
use crate::{SampleKey, StoreError};

pub(super) fn to_sample(content: &str) -> Result<Sample, StoreError> {
    to_json("content of a sample", content)
}

fn from_row(row: &Model) -> Result<Sample, StoreError> {
    to_sample(&row.content)
}

fn id(key: &SampleKey) -> (String, String, String) {
    (key.provider.to_string(), key.topic.to_string(), key.name.to_string())
}

pub(super) async fn put<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
    topic: Topic,
    sample: &Sample,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        provider: Set(provider.to_string()),
        topic: Set(topic.to_string()),
        name: Set(sample.name.to_string()),
        content: Set(from_json_without_nul("sample", sample)?),
        created_at: Set(from_time(now)),
        updated_at: Set(from_time(now)),
    };
    let replace = OnConflict::columns([Column::Provider, Column::Topic, Column::Name])
        .update_columns([Column::Content, Column::UpdatedAt])
        .to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

pub(super) async fn get<C: ConnectionTrait>(
    db: &C,
    key: &SampleKey,
) -> Result<Option<Sample>, StoreError> {
    Entity::find_by_id(id(key)).one(db).await?.as_ref().map(from_row).transpose()
}

pub(crate) async fn list<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
    topic: Topic,
) -> Result<Vec<Sample>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Provider.eq(provider.as_str()))
        .filter(Column::Topic.eq(topic.as_str()))
        .all(db)
        .await?;
    let mut samples: Vec<_> = rows.iter().map(from_row).collect::<Result<_, _>>()?;
    // Not by the database, whose order of names depends on its locale.
    samples.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(samples)
}

pub(super) async fn delete<C: ConnectionTrait>(
    db: &C,
    key: &SampleKey,
) -> Result<bool, StoreError> {
    Ok(Entity::delete_by_id(id(key)).exec(db).await?.rows_affected > 0)
}
