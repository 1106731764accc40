//! All that is known for a topic, by one statement: a job is gathered from it, and a text never comes
//! without the address that it was fetched from.
//!
//! Each precedent comes from an index by itself: were they asked for by their numbers, PostgreSQL would
//! read a table that is small all through, and go on so when it has grown. That a script is active is
//! written out and not bound, because a partial index serves a query only when its condition stands in
//! the query's text.

use domain::{ProviderSlug, ScriptOfAnother, Topic};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use super::{documents, links, samples};
use crate::columns::{corrupt, to_count, to_word};
use crate::database::Dialect;
use crate::entities::document_link;
use crate::{Known, StoreError};

/// The addresses come first: PostgreSQL takes a column's type from where it is not always null.
const SQL: &str = "\
    SELECT 'link' AS kind, name, url AS content, etag, last_modified, fetched_at AS number, error \
    FROM document_links WHERE provider = $1 UNION ALL \
    SELECT 'document', name, content, NULL, NULL, NULL, NULL \
    FROM documents WHERE provider = $1 UNION ALL \
    SELECT 'sample', name, content, NULL, NULL, NULL, NULL \
    FROM samples WHERE provider = $1 AND topic = $2 UNION ALL \
    SELECT 'latest', '', '', NULL, NULL, version, NULL FROM (SELECT version FROM scripts \
    WHERE provider = $1 AND topic = $2 ORDER BY version DESC LIMIT 1) AS latest UNION ALL \
    SELECT 'active', '', source, NULL, NULL, NULL, NULL FROM scripts \
    WHERE provider = $1 AND topic = $2 AND status = 'active' UNION ALL \
    SELECT 'elsewhere', provider, source, NULL, NULL, NULL, NULL FROM (SELECT provider, source \
    FROM scripts WHERE topic = $2 AND provider <> $1 AND status = 'active' \
    ORDER BY id DESC LIMIT 1) AS elsewhere";

/// One of these; what one has and another has not is null.
#[derive(FromQueryResult)]
struct Row {
    kind: String,
    name: String,
    content: String,
    etag: Option<String>,
    last_modified: Option<String>,
    number: Option<i64>,
    error: Option<String>,
}

pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    dialect: Dialect,
    provider: &ProviderSlug,
    topic: Topic,
) -> Result<Known, StoreError> {
    let values = [provider.as_str().into(), topic.as_str().into()];
    let statement = Statement::from_sql_and_values(dialect.backend(), SQL, values);
    let mut known = Known::default();
    for row in Row::find_by_statement(statement).all(db).await? {
        match row.kind.as_str() {
            "link" => known.links.push(links::to_link(row.into_link(provider))?),
            "document" => known.documents.push(documents::to_document(&row.name, row.content)?),
            "sample" => known.samples.push(samples::to_sample(&row.content)?),
            "latest" => {
                let version = row.number.ok_or_else(|| corrupt("version", "no version"))?;
                known.precedents.latest_version = to_count("version", version)?;
            }
            "active" => known.precedents.active = Some(row.content),
            "elsewhere" => {
                let provider = to_word("provider", &row.name)?;
                let script = ScriptOfAnother { provider, source: row.content };
                known.precedents.elsewhere = Some(script);
            }
            other => return Err(corrupt("kind", format!("{other:?} is none"))),
        }
    }
    // Not by the database, whose order of names depends on its locale.
    known.links.sort_by(|a, b| a.name.cmp(&b.name));
    known.documents.sort_by(|a, b| a.name.cmp(&b.name));
    known.samples.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(known)
}

impl Row {
    fn into_link(self, provider: &ProviderSlug) -> document_link::Model {
        document_link::Model {
            provider: provider.to_string(),
            name: self.name,
            url: self.content,
            etag: self.etag.unwrap_or_default(),
            last_modified: self.last_modified.unwrap_or_default(),
            fetched_at: self.number,
            error: self.error.unwrap_or_default(),
        }
    }
}
