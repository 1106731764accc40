//! Addresses of documents as rows.

use domain::{DocumentLink, DocumentName, FetchState, ProviderSlug};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{ExprTrait as _, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::StoreError;
use crate::columns::{from_time, to_time, to_word};
use crate::entities::document_link::{ActiveModel, Column, Entity, Model};

pub(super) fn to_link(row: Model) -> Result<DocumentLink, StoreError> {
    Ok(DocumentLink {
        name: to_word("name of a document's address", &row.name)?,
        url: to_word("address of a document", &row.url)?,
        state: FetchState {
            etag: row.etag,
            last_modified: row.last_modified,
            fetched_at: row
                .fetched_at
                .map(|ms| to_time("fetched_at of a document", ms))
                .transpose()?,
            error: row.error,
        },
    })
}

pub(super) async fn put<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
    link: &DocumentLink,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        provider: Set(provider.to_string()),
        name: Set(link.name.to_string()),
        url: Set(link.url.to_string()),
        ..state(&link.state)
    };
    let replace = OnConflict::columns([Column::Provider, Column::Name])
        .update_columns([
            Column::Url,
            Column::Etag,
            Column::LastModified,
            Column::FetchedAt,
            Column::Error,
        ])
        .to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// Writes the state of a fetch if the address is still the one that was fetched; says whether it was.
pub(super) async fn update<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
    link: &DocumentLink,
) -> Result<bool, StoreError> {
    let updated = Entity::update_many()
        .set(state(&link.state))
        .filter(Column::Provider.eq(provider.as_str()))
        .filter(Column::Name.eq(link.name.as_str()))
        .filter(Column::Url.eq(link.url.as_str()))
        // A worker that stood still in between does not put an older text over a newer one.
        .filter(
            Column::FetchedAt
                .is_null()
                .or(Column::FetchedAt.lte(link.state.fetched_at.map(from_time))),
        )
        .exec(db)
        .await?;
    Ok(updated.rows_affected > 0)
}

fn state(state: &FetchState) -> ActiveModel {
    // A server may say anything; PostgreSQL keeps no NUL.
    let clean = |text: &str| text.replace('\0', "\u{fffd}");
    ActiveModel {
        etag: Set(clean(&state.etag)),
        last_modified: Set(clean(&state.last_modified)),
        fetched_at: Set(state.fetched_at.map(from_time)),
        error: Set(clean(&state.error)),
        ..ActiveModel::default()
    }
}

pub(super) async fn get<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
    name: &DocumentName,
) -> Result<Option<DocumentLink>, StoreError> {
    let id = (provider.to_string(), name.to_string());
    Entity::find_by_id(id).one(db).await?.map(to_link).transpose()
}

pub(super) async fn list<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
) -> Result<Vec<DocumentLink>, StoreError> {
    let rows = Entity::find().filter(Column::Provider.eq(provider.as_str())).all(db).await?;
    let mut links: Vec<_> = rows.into_iter().map(to_link).collect::<Result<_, _>>()?;
    links.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(links)
}

pub(super) async fn delete<C: ConnectionTrait>(
    db: &C,
    provider: &ProviderSlug,
    name: &DocumentName,
) -> Result<bool, StoreError> {
    let id = (provider.to_string(), name.to_string());
    Ok(Entity::delete_by_id(id).exec(db).await?.rows_affected > 0)
}
