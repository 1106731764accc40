//! The overview through SeaORM. Everything is read along an index that holds all that is asked for:
//! the rows themselves, with their sources and payloads, stay where they are.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{JobId, Owner, ProviderSlug, ScriptId};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

use crate::columns::{corrupt, to_count, to_word};
use crate::database::{Database, Dialect};
use crate::{
    JobsInWork, OverviewRepository, ProviderOverview, ProvidersPage, ScriptsInState, StoreError,
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

    async fn fill(
        &self,
        owner: &str,
        found: &mut BTreeMap<String, ProviderOverview>,
    ) -> Result<(), StoreError> {
        let named: Vec<Value> = found.keys().map(|name| name.as_str().into()).collect();
        let places: Vec<String> = (1..=named.len()).map(|number| format!("${number}")).collect();
        let among = format!("provider IN ({})", places.join(", "));
        let groups = |what: &str, table: &str, condition: &str, by: &str| {
            format!(
                "SELECT provider, {by}, COUNT(*) AS count{what} FROM {table} \
                 WHERE {condition} AND {among} GROUP BY provider, {by}"
            )
        };
        let sql = groups(
            ", MAX(id) AS newest, MAX(version) AS version",
            "scripts",
            "1 = 1",
            "topic, status",
        );
        for row in self.rows(&sql, named.clone()).await? {
            let scripts = ScriptsInState {
                topic: word(&row, "topic")?,
                status: word(&row, "status")?,
                count: number(&row, "count")?,
                newest: ScriptId::new(row.try_get("", "newest")?)
                    .ok_or_else(|| corrupt("id of a script", "no id"))?,
                version: number(&row, "version")?,
            };
            if let Some(provider) = of(found, &row)? {
                provider.scripts.push(scripts);
            }
        }
        let sql = groups(", MAX(id) AS newest", "jobs", IN_WORK, "topic, status");
        for row in self.rows(&sql, named.clone()).await? {
            let jobs = JobsInWork {
                topic: word(&row, "topic")?,
                status: word(&row, "status")?,
                count: number(&row, "count")?,
                newest: JobId::new(row.try_get("", "newest")?)
                    .ok_or_else(|| corrupt("id of a job", "no id"))?,
            };
            if let Some(provider) = of(found, &row)? {
                provider.jobs.push(jobs);
            }
        }
        let sql = groups("", "samples", "1 = 1", "topic");
        for row in self.rows(&sql, named.clone()).await? {
            let samples = (word(&row, "topic")?, number(&row, "count")?);
            if let Some(provider) = of(found, &row)? {
                provider.samples.push(samples);
            }
        }
        // A document that is fetched from its address has a row in both tables.
        let sql = format!(
            "SELECT provider, COUNT(*) AS count FROM \
             (SELECT provider, name FROM documents WHERE {among} UNION \
              SELECT provider, name FROM document_links WHERE {among}) AS known GROUP BY provider"
        );
        for row in self.rows(&sql, named.clone()).await? {
            let documents = number(&row, "count")?;
            if let Some(provider) = of(found, &row)? {
                provider.documents = documents;
            }
        }
        let mut values = named;
        values.push(owner.into());
        let sql = groups("", "connections", &format!("owner = ${}", values.len()), "status");
        for row in self.rows(&sql, values).await? {
            let connections = (word(&row, "status")?, number(&row, "count")?);
            if let Some(provider) = of(found, &row)? {
                provider.connections.push(connections);
            }
        }
        Ok(())
    }
}

/// The least name in any table that is `so`.
fn least(dialect: Dialect, so: &str) -> String {
    let along = match dialect {
        Dialect::Sqlite => "INDEXED BY jobs_in_work",
        Dialect::Postgres => "",
    };
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

fn of<'a>(
    found: &'a mut BTreeMap<String, ProviderOverview>,
    row: &QueryResult,
) -> Result<Option<&'a mut ProviderOverview>, StoreError> {
    let name: String = row.try_get("", "provider")?;
    Ok(found.get_mut(&name))
}

fn word<T>(row: &QueryResult, column: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text: String = row.try_get("", column)?;
    to_word(column, &text)
}

fn number(row: &QueryResult, column: &str) -> Result<u32, StoreError> {
    to_count(column, row.try_get("", column)?)
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
                samples: Vec::new(),
                documents: 0,
                connections: Vec::new(),
            };
            found.insert(provider.to_string(), empty);
        }
        self.fill(owner, &mut found).await?;
        // In the order of the names as the database has them.
        let items = names.iter().filter_map(|name| found.remove(name.as_str())).collect();
        Ok(ProvidersPage { items, next })
    }
}
