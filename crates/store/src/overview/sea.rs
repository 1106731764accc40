//! The overview through SeaORM. Everything is read along an index that holds all that is asked for:
//! the rows themselves, with their sources and payloads, stay where they are.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{JobId, Owner, ProviderSlug, ScriptId};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

use crate::columns::{corrupt, to_count, to_word};
use crate::database::{Database, Dialect};
use crate::{
    JobsInWork, OpenDrift, OverviewRepository, ProviderOverview, ProvidersPage, ScriptsInState,
    StoreError,
};

/// Jobs that are not over: the words of the index that holds them.
const IN_WORK: &str = "status IN ('pending', 'running', 'needs_clarification')";

/// The overview of a database.
pub(crate) struct SeaOverview {
    db: Database,
}

impl SeaOverview {
    pub(crate) const fn new(db: Database) -> Self {
        Self { db }
    }

    async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, StoreError> {
        let statement = Statement::from_sql_and_values(self.db.dialect().backend(), sql, values);
        Ok(self.db.read().query_all_raw(statement).await?)
    }

    /// The names of one provider more than wanted. Each is found by one look into each index for the
    /// next name, so that it costs the same however many scripts a provider has.
    async fn names(
        &self,
        owner: &str,
        from: &str,
        limit: u32,
    ) -> Result<Vec<ProviderSlug>, StoreError> {
        let dialect = self.db.dialect();
        let sql = format!(
            "WITH RECURSIVE names(provider) AS (SELECT ({first}) UNION ALL \
             SELECT ({next}) FROM names WHERE names.provider IS NOT NULL) \
             SELECT provider FROM names WHERE provider IS NOT NULL LIMIT $3",
            first = least(dialect, ">= $1"),
            next = least(dialect, "> names.provider"),
        );
        let values = vec![from.into(), owner.into(), (i64::from(limit) + 1).into()];
        let rows = self.rows(&sql, values).await?;
        rows.iter().map(|row| word(row, "provider")).collect()
    }

    /// All that is counted, in one statement: each part is read along its index, and the way to the
    /// database is gone once.
    async fn fill(
        &self,
        owner: &str,
        names: &[ProviderSlug],
        found: &mut BTreeMap<String, ProviderOverview>,
    ) -> Result<(), StoreError> {
        let [Some(first), Some(last)] = [names.first(), names.last()] else { return Ok(()) };
        let values = vec![first.as_str().into(), last.as_str().into(), owner.into()];
        for row in self.rows(&counts(self.db.dialect()), values).await? {
            let provider: String = row.try_get("", "provider")?;
            if let Some(provider) = found.get_mut(&provider) {
                add(provider, &row)?;
            }
        }
        Ok(())
    }
}

/// What a row of [`counts`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Scripts,
    Jobs,
    Drift,
    Samples,
    Documents,
    Connections,
}

impl Part {
    const ALL: [Self; 6] =
        [Self::Scripts, Self::Jobs, Self::Drift, Self::Samples, Self::Documents, Self::Connections];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Scripts => "scripts",
            Self::Jobs => "jobs",
            Self::Drift => "drift",
            Self::Samples => "samples",
            Self::Documents => "documents",
            Self::Connections => "connections",
        }
    }

    fn of(row: &QueryResult) -> Result<Self, StoreError> {
        let word: String = row.try_get("", "part")?;
        let part = Self::ALL.into_iter().find(|part| part.as_str() == word);
        part.ok_or_else(|| corrupt("part of an overview", "no part"))
    }

    /// Its rows, each with the same columns. A part that has no use for one leaves it empty.
    fn sql(self, dialect: Dialect) -> String {
        const AMONG: &str = "provider >= $1 AND provider <= $2";
        let (columns, table) = match self {
            Self::Scripts => (
                "topic, status, COUNT(*) AS count, MAX(id) AS newest, MAX(version) AS version",
                format!("scripts WHERE {AMONG} GROUP BY provider, topic, status"),
            ),
            Self::Jobs => (
                "topic, status, COUNT(*), MAX(id), 0",
                format!(
                    "jobs {} WHERE {IN_WORK} AND {AMONG} GROUP BY provider, topic, status",
                    along_work(dialect)
                ),
            ),
            Self::Drift => (
                "topic, '', COUNT(*), script_id, 0",
                format!(
                    "drift_events WHERE status = 'open' AND {AMONG} \
                     GROUP BY provider, topic, script_id"
                ),
            ),
            Self::Samples => (
                "topic, '', COUNT(*), 0, 0",
                format!("samples WHERE {AMONG} GROUP BY provider, topic"),
            ),
            // A document that is fetched from its address has a row in both tables.
            Self::Documents => (
                "'', '', COUNT(*), 0, 0",
                format!(
                    "(SELECT provider, name FROM documents WHERE {AMONG} UNION \
                      SELECT provider, name FROM document_links WHERE {AMONG}) AS known \
                     GROUP BY provider"
                ),
            ),
            Self::Connections => (
                "'', status, COUNT(*), 0, 0",
                format!("connections WHERE owner = $3 AND {AMONG} GROUP BY provider, status"),
            ),
        };
        format!("SELECT '{}' AS part, provider, {columns} FROM {table}", self.as_str())
    }
}

/// The counts of the providers from `$1` to `$2`, of connections those of the owner `$3`.
fn counts(dialect: Dialect) -> String {
    Part::ALL.map(|part| part.sql(dialect)).join(" UNION ALL ")
}

/// SQLite keeps no statistics by itself, and would walk through every job of a provider.
const fn along_work(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "INDEXED BY jobs_in_work",
        Dialect::Postgres => "",
    }
}

fn add(provider: &mut ProviderOverview, row: &QueryResult) -> Result<(), StoreError> {
    let count = to_count("count", row.try_get("", "count")?)?;
    match Part::of(row)? {
        Part::Scripts => provider.scripts.push(ScriptsInState {
            topic: word(row, "topic")?,
            status: word(row, "status")?,
            count,
            newest: script(row)?,
            version: to_count("version", row.try_get("", "version")?)?,
        }),
        Part::Jobs => provider.jobs.push(JobsInWork {
            topic: word(row, "topic")?,
            status: word(row, "status")?,
            count,
            newest: JobId::new(row.try_get("", "newest")?)
                .ok_or_else(|| corrupt("id of a job", "no id"))?,
        }),
        Part::Drift => provider.drift.push(OpenDrift {
            topic: word(row, "topic")?,
            script: script(row)?,
            events: count,
        }),
        Part::Samples => provider.samples.push((word(row, "topic")?, count)),
        Part::Documents => provider.documents = count,
        Part::Connections => provider.connections.push((word(row, "status")?, count)),
    }
    Ok(())
}

fn script(row: &QueryResult) -> Result<ScriptId, StoreError> {
    ScriptId::new(row.try_get("", "newest")?).ok_or_else(|| corrupt("id of a script", "no id"))
}

/// The least name in any table that is `so`.
fn least(dialect: Dialect, so: &str) -> String {
    let along = along_work(dialect);
    let of = |table: &str, condition: &str| {
        format!("SELECT MIN(provider) AS provider FROM {table} WHERE provider {so}{condition}")
    };
    let all = [
        of("scripts", ""),
        of(&format!("jobs {along}"), &format!(" AND {IN_WORK}")),
        of("samples", ""),
        of("documents", ""),
        of("document_links", ""),
        of("connections", " AND owner = $2"),
    ];
    format!("SELECT MIN(provider) FROM ({}) AS each_table", all.join(" UNION ALL "))
}

fn word<T>(row: &QueryResult, column: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text: String = row.try_get("", column)?;
    to_word(column, &text)
}

#[async_trait]
impl OverviewRepository for SeaOverview {
    async fn providers(
        &self,
        owner: Option<Owner>,
        from: Option<ProviderSlug>,
        limit: u32,
    ) -> Result<ProvidersPage, StoreError> {
        // No key has an empty name, so nobody owns what this finds: nothing.
        let owner = owner.as_ref().map_or("", Owner::as_str);
        let from = from.as_ref().map_or("", ProviderSlug::as_str);
        let mut names = self.names(owner, from, limit).await?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let next = if names.len() > wanted { names.pop() } else { None };
        if names.is_empty() {
            return Ok(ProvidersPage { items: Vec::new(), next });
        }
        let mut found = BTreeMap::new();
        for provider in &names {
            let empty = ProviderOverview {
                provider: provider.clone(),
                scripts: Vec::new(),
                jobs: Vec::new(),
                drift: Vec::new(),
                samples: Vec::new(),
                documents: 0,
                connections: Vec::new(),
            };
            found.insert(provider.to_string(), empty);
        }
        self.fill(owner, &names, &mut found).await?;
        // In the order of the names as the database has them.
        let items = names.iter().filter_map(|name| found.remove(name.as_str())).collect();
        Ok(ProvidersPage { items, next })
    }
}
