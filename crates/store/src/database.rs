//! One database behind all repositories.

mod connect;
mod dialect;
mod errors;
mod migrate;
mod options;
mod unit;

use std::sync::{Arc, OnceLock};

use sea_orm::{DatabaseConnection, DatabaseTransaction};

use crate::api_keys::sea::SeaApiKeys;
use crate::audit::sea::SeaAudit;
use crate::changes::postgres::Relay;
use crate::connections::sea::SeaConnections;
use crate::drift::sea::SeaDrift;
use crate::jobs::sea::SeaJobs;
use crate::knowledge::sea::SeaKnowledge;
use crate::overview::sea::SeaOverview;
use crate::scripts::sea::SeaScripts;
use crate::sessions::sea::SeaSessions;
use crate::usage::sea::SeaUsage;
use crate::webhooks::sea::SeaWebhooks;
use crate::{
    ApiKeyRepository, AuditRepository, Board, Change, Changes, ConnectionRepository,
    DriftRepository, JobRepository, KnowledgeRepository, OverviewRepository, ScriptRepository,
    SessionRepository, StoreError, UsageRepository, WebhookRepository,
};

pub(crate) use dialect::{Dialect, lease_ms};
pub use options::ConnectOptions;
pub(crate) use unit::UnitFuture;

/// An open database: SQLite in a file, or PostgreSQL. Cheap to clone; all clones share its
/// connections.
#[derive(Debug, Clone)]
pub struct Database {
    dialect: Dialect,
    /// SQLite: the one connection that writes, so that writers queue here and not at the file's
    /// lock. PostgreSQL: the same pool as `read`.
    write: DatabaseConnection,
    read: DatabaseConnection,
    board: Board,
    /// PostgreSQL: the way to other servers and from them, once somebody watches.
    relay: Arc<OnceLock<Relay>>,
}

impl Database {
    /// Opens the database that `url` names: `sqlite://PATH`, whose file and folders are created
    /// where they are missing, or `postgres://USER:PASSWORD@HOST:PORT/NAME`. The schema is not
    /// touched: see [`Self::migrate`].
    ///
    /// # Errors
    /// [`StoreError::Misconfigured`] when the URL is of another kind or what it names cannot be opened,
    /// [`StoreError::Unavailable`] when a server does not answer. The message holds no part of the URL
    /// but a file's path.
    pub async fn connect(url: &str, options: &ConnectOptions) -> Result<Self, StoreError> {
        connect::connect(url, options).await
    }

    fn of(dialect: Dialect, write: DatabaseConnection, read: DatabaseConnection) -> Self {
        Self { dialect, write, read, board: Board::default(), relay: Arc::default() }
    }

    /// Brings the schema to the version of this program. Two servers may do so at once.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] when the database has steps that this program does not know.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.unit(|tx| Box::pin(migrate::up(tx))).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.read.ping().await?)
    }

    /// Closes the connections once they are given back. What is asked afterwards fails.
    ///
    /// # Errors
    /// When the database reports a failure while closing.
    pub async fn close(&self) -> Result<(), StoreError> {
        // The writer last: on SQLite the last one to close folds the journal into the file.
        self.read.close_by_ref().await?;
        Ok(self.write.close_by_ref().await?)
    }

    /// The jobs in this database.
    #[must_use]
    pub fn jobs(&self) -> Arc<dyn JobRepository> {
        Arc::new(SeaJobs::new(self.clone()))
    }

    /// The scripts in this database.
    #[must_use]
    pub fn scripts(&self) -> Arc<dyn ScriptRepository> {
        Arc::new(SeaScripts::new(self.clone()))
    }

    /// The knowledge in this database.
    #[must_use]
    pub fn knowledge(&self) -> Arc<dyn KnowledgeRepository> {
        Arc::new(SeaKnowledge::new(self.clone()))
    }

    /// The API keys in this database.
    #[must_use]
    pub fn api_keys(&self) -> Arc<dyn ApiKeyRepository> {
        Arc::new(SeaApiKeys::new(self.clone()))
    }

    /// Who did what, in this database.
    #[must_use]
    pub fn audit(&self) -> Arc<dyn AuditRepository> {
        Arc::new(SeaAudit::new(self.clone()))
    }

    /// The connections to vendors' accounts in this database.
    #[must_use]
    pub fn connections(&self) -> Arc<dyn ConnectionRepository> {
        Arc::new(SeaConnections::new(self.clone()))
    }

    /// What works for whom, in this database.
    #[must_use]
    pub fn overview(&self) -> Arc<dyn OverviewRepository> {
        Arc::new(SeaOverview::new(self.clone()))
    }

    /// Who is signed in at the console, in this database.
    #[must_use]
    pub fn sessions(&self) -> Arc<dyn SessionRepository> {
        Arc::new(SeaSessions::new(self.clone()))
    }

    /// The failures of active scripts in this database, and their repairs.
    #[must_use]
    pub fn drift(&self) -> Arc<dyn DriftRepository> {
        Arc::new(SeaDrift::new(self.clone()))
    }

    /// What authors used, in this database.
    #[must_use]
    pub fn usage(&self) -> Arc<dyn UsageRepository> {
        Arc::new(SeaUsage::new(self.clone()))
    }

    /// What callers are still to be told, in this database.
    #[must_use]
    pub fn webhooks(&self) -> Arc<dyn WebhookRepository> {
        Arc::new(SeaWebhooks::new(self.clone()))
    }

    /// Who tells what changes in this database. On PostgreSQL it is told what other servers change as
    /// well, from the first call on, through a connection of its own; on SQLite other processes are
    /// not heard of.
    #[must_use]
    pub fn changes(&self) -> Arc<dyn Changes> {
        if self.dialect == Dialect::Postgres {
            let pool = self.read.get_postgres_connection_pool();
            self.relay.get_or_init(|| Relay::start(pool, self.board.clone()));
        }
        Arc::new(self.board.clone())
    }

    /// Tells of a change that was committed.
    pub(crate) fn tell(&self, change: Change) {
        self.board.tell(change);
        if let Some(relay) = self.relay.get() {
            relay.tell(change);
        }
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// For statements that only read.
    pub(crate) const fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For single statements that write. What needs more than one is a [unit](Self::unit).
    pub(crate) const fn write(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Does all of `work` or nothing of it, in one transaction: see [`unit`].
    pub(crate) async fn unit<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t DatabaseTransaction) -> UnitFuture<'t, T> + Send + 'static,
    {
        unit::run(self.write.clone(), work).await
    }
}
