//! Children that are started and locked in before anybody needs them.
//!
//! One that waits here has seen nothing of any script. It belongs to one script from when it leaves, and
//! comes back to [`Kept`] at most.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::time::sleep;

use super::RunnerSettings;
use super::codes::Codes;
use super::conversation::{Child, Jailed};
use super::kept::{Bond, IDLE, Kept};
use super::spawner::Spawner;
use crate::{Layer, Require, SandboxError};

#[derive(Debug)]
pub(super) struct Pool {
    spawner: Spawner,
    require: Require,
    /// How many children should wait.
    spares: usize,
    waiting: Mutex<Waiting>,
    codes: Codes,
    kept: Kept,
}

/// The counter of children by where they came from, for who wonders whether there are enough of them.
pub const CHILDREN: &str = "adapter_forge_sandbox_children_total";

pub(super) fn served_by(from: &'static str) {
    metrics::counter!(CHILDREN, "from" => from).increment(1);
}

#[derive(Debug, Default)]
struct Waiting {
    children: Vec<Jailed>,
    /// Children that are being started for it.
    coming: usize,
}

impl Pool {
    pub(super) fn new(spawner: Spawner, settings: RunnerSettings) -> Self {
        let RunnerSettings { spares, kept, require, concurrency: _ } = settings;
        let (waiting, codes) = (Mutex::default(), Codes::new());
        Self { spawner, require, spares, waiting, codes, kept: Kept::new(kept) }
    }

    /// What scripts were compiled to.
    pub(super) const fn codes(&self) -> &Codes {
        &self.codes
    }

    /// A child for one script: one that waits, or a new one. Has the next one started meanwhile.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Jailed, SandboxError> {
        let waiting = self.pop();
        self.refill();
        if let Some(child) = waiting {
            served_by("spare");
            return Ok(child);
        }
        served_by("new");
        self.start().await
    }

    /// The children that go on to serve whom they served.
    pub(super) const fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Lets a child wait for the next session of its bond, and for no longer than is worth it.
    pub(super) fn keep(self: &Arc<Self>, bond: Bond, child: Child) {
        // Outside a runtime nobody could end it, so it ends now.
        let Ok(runtime) = Handle::try_current() else { return };
        if self.kept.keep(bond, child) {
            let pool = Arc::downgrade(self);
            runtime.spawn(async move {
                loop {
                    sleep(IDLE).await;
                    let Some(pool) = pool.upgrade() else { return };
                    if !pool.kept.end_idle() {
                        return;
                    }
                }
            });
        }
    }

    /// Starts the first of those that wait, and names the layers of the jail that it lacks.
    pub(super) async fn warm_up(self: &Arc<Self>) -> Result<Vec<Layer>, SandboxError> {
        let child = self.start().await?;
        let missing = child.missing().to_vec();
        self.waiting().children.push(child);
        self.refill();
        Ok(missing)
    }

    /// A child that waits and still lives.
    fn pop(&self) -> Option<Jailed> {
        let mut waiting = self.waiting();
        while let Some(mut child) = waiting.children.pop() {
            if child.is_alive() {
                return Some(child);
            }
        }
        None
    }

    async fn start(&self) -> Result<Jailed, SandboxError> {
        let child = Jailed::start(&self.spawner).await?;
        match self.require.accept(child.missing()) {
            Ok(()) => Ok(child),
            Err(missing) => Err(SandboxError::Spawn(std::io::Error::new(
                std::io::ErrorKind::Unsupported,
                format!("this kernel lacks {missing}"),
            ))),
        }
    }

    fn refill(self: &Arc<Self>) {
        let lacking = {
            let mut waiting = self.waiting();
            let lacking = self.spares.saturating_sub(waiting.children.len() + waiting.coming);
            waiting.coming += lacking;
            lacking
        };
        for _ in 0..lacking {
            let pool = Arc::clone(self);
            tokio::spawn(async move {
                let child = pool.start().await;
                let mut waiting = pool.waiting();
                waiting.coming -= 1;
                match child {
                    Ok(child) => waiting.children.push(child),
                    // Whoever needs a child meets the same trouble and is told.
                    Err(error) => tracing::debug!(%error, "no spare sandbox process"),
                }
            });
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
