//! Children that are started and locked in before anybody needs them.
//!
//! A child in the pool has seen nothing of any script. The one that leaves it belongs to one script
//! from then on and never comes back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::RunnerSettings;
use super::codes::Codes;
use super::conversation::Jailed;
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
}

#[derive(Debug, Default)]
struct Waiting {
    children: Vec<Jailed>,
    /// Children that are being started for it.
    coming: usize,
}

impl Pool {
    pub(super) fn new(spawner: Spawner, settings: RunnerSettings) -> Self {
        let RunnerSettings { spares, require, concurrency: _ } = settings;
        Self { spawner, require, spares, waiting: Mutex::default(), codes: Codes::new() }
    }

    /// What scripts were compiled to.
    pub(super) const fn codes(&self) -> &Codes {
        &self.codes
    }

    /// A child for one script: one that waits, or a new one. Has the next one started meanwhile.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Jailed, SandboxError> {
        let waiting = self.pop();
        self.refill();
        match waiting {
            Some(child) => Ok(child),
            None => self.start().await,
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
