//! Documents as rows.

use domain::{Document, DocumentName, ProviderSlug, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::StoreError;
use crate::columns::{from_time, refuse_nul, to_word};
use crate::entities::document::{ActiveModel, Column, Entity, Model};

pub(super) fn to_document(name: &str, content: String) -> Result<Document, StoreError> {
    Ok(Document { name: to_word("name of a document", name)?, content })
}

fn from_row(row: Model) -> Result<Document, StoreError> {
    to_document(&row.name, row.content)
}

fn id(provider: &ProviderSlug, name: &DocumentName) -> (String, String) {
    (provider.to_string(), name.to_string())
}

pub(super) async fn put<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
    document: Document,
    now: Timestamp,
) -> Result<(), StoreError> {
    refuse_nul("content", &document.content)?;
    let row = ActiveModel {
        provider: Set(provider.to_string()),
        name: Set(document.name.to_string()),
        content: Set(document.content),
        created_at: Set(from_time(now)),
        updated_at: Set(from_time(now)),
    };
    let replace = OnConflict::columns([Column::Provider, Column::Name])
        .update_columns([Column::Content, Column::UpdatedAt])
        .to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

pub(super) async fn get<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
    name: &DocumentName,
) -> Result<Option<Document>, StoreError> {
    Entity::find_by_id(id(provider, name)).one(db).await?.map(from_row).transpose()
}

pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
) -> Result<Vec<Document>, StoreError> {
    let rows = Entity::find().filter(Column::Provider.eq(provider.as_str())).all(db).await?;
    let mut documents: Vec<_> = rows.into_iter().map(from_row).collect::<Result<_, _>>()?;
    // Not by the database, whose order of names depends on its locale.
    documents.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(documents)
}

pub(super) async fn delete<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
    name: &DocumentName,
) -> Result<bool, StoreError> {
    Ok(Entity::delete_by_id(id(provider, name)).exec(db).await?.rows_affected > 0)
}
