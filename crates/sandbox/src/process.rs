//! Scripts in child processes.

mod codes;
mod conversation;
mod death;
mod kept;
mod pool;
mod session;
mod spawner;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;

use crate::protocol::INPUT_BYTES;
use crate::{
    CHILD_ARGUMENT, Layer, Limits, Require, SandboxError, ScriptRunner, ScriptSession, Tenant,
};
pub use pool::CHILDREN;
use pool::Pool;
use session::Session;
pub(crate) use session::input_json;
use spawner::Spawner;

/// A little more than the limit: a child that ends a run by itself can say more about it.
const GRACE: Duration = Duration::from_millis(100);

/// How a child is started.
#[derive(Debug, Clone)]
pub struct ChildCommand {
    /// The binary.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

impl ChildCommand {
    /// The running binary in its hidden mode, even when its file has been replaced since.
    #[must_use]
    pub fn this_binary() -> Self {
        Self { program: PathBuf::from("/proc/self/exe"), args: vec![CHILD_ARGUMENT.into()] }
    }
}

/// How many children there are, and how well they are locked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunnerSettings {
    /// Open sessions at one time, one at the least. Each has one child.
    pub concurrency: usize,
    /// Children that wait, started and locked in, for the next script.
    pub spares: usize,
    /// Children that wait, after a run, for the next one of the same script and tenant.
    pub kept: usize,
    /// How much of the jail the runner insists on.
    pub require: Require,
}

/// Runs each opened script in a child process of its own, and one that is opened for a tenant in one
/// that ran it for the same tenant, where there is one.
///
/// The wall-clock limit is kept from outside, by killing the child. A child is replaced after any
/// error, and after a time or a number of runs.
#[derive(Debug)]
pub struct ProcessRunner {
    pool: Arc<Pool>,
    places: Arc<Semaphore>,
}

impl ProcessRunner {
    /// A runner that starts its children by this command.
    ///
    /// # Errors
    /// When the thread that starts the children cannot be started.
    pub fn new(command: ChildCommand, settings: RunnerSettings) -> Result<Self, SandboxError> {
        let spawner = Spawner::start(command).map_err(SandboxError::Spawn)?;
        let places = settings.concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Ok(Self {
            pool: Arc::new(Pool::new(spawner, settings)),
            places: Arc::new(Semaphore::new(places)),
        })
    }

    /// Starts the spare children, and names the layers of the jail that this kernel does not have.
    /// Call it before the first script: it fails where none could be run.
    ///
    /// # Errors
    /// When no child can be started, or the kernel lacks a layer that the settings require; the
    /// text says which.
    pub async fn warm_up(&self) -> Result<Vec<Layer>, SandboxError> {
        self.pool.warm_up().await
    }
}

#[async_trait]
impl ScriptRunner for ProcessRunner {
    async fn open(
        &self,
        source: &str,
        limits: Limits,
    ) -> Result<Box<dyn ScriptSession>, SandboxError> {
        self.session(source, limits, None).await
    }

    async fn open_for(
        &self,
        tenant: &Tenant,
        source: &str,
        limits: Limits,
    ) -> Result<Box<dyn ScriptSession>, SandboxError> {
        self.session(source, limits, Some(tenant.clone())).await
    }
}

impl ProcessRunner {
    async fn session(
        &self,
        source: &str,
        limits: Limits,
        tenant: Option<Tenant>,
    ) -> Result<Box<dyn ScriptSession>, SandboxError> {
        if source.len() > INPUT_BYTES {
            return Err(SandboxError::InputTooLarge { limit_bytes: INPUT_BYTES });
        }
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|closed| SandboxError::Spawn(std::io::Error::other(closed)))?;
        let session = Session::open(Arc::clone(&self.pool), source, limits, tenant, place).await?;
        Ok(Box::new(session))
    }
}
