//! Wiring: which implementation stands behind which trait.

#[cfg(feature = "failpoints")]
mod failpoints;
mod staff;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use api::{ApiSettings, ServeSettings, Services};
use console::{ConsoleSettings, Desk};
use domain::{ApiKeyToken, Clock, SystemClock};
use egress::{Egress, Guard, GuardedClient};
use engine::{
    Adapters, Audit, Connections, Courier, Drifts, Evidence, Exits, Jobs, Keys, Knowledge,
    Listeners, Metered, Overview, Pipeline, Queue, Retention, Scripts, Sessions, Sources, Tester,
    Worker, WorkerSettings,
};
use mcp::HttpSettings;
use sandbox::{
    ChildCommand, InProcessRunner, ProcessRunner, Require, RunnerSettings, ScriptRunner,
};
use store::sea::{ConnectOptions, Database};
use store::{StoreError, WorkerId};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::settings::{SandboxRequire, SandboxSettings, Settings, webhooks};
use crate::telemetry;

/// Between two tries of a database that does not answer: the first wait, and the longest.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// Whose key a new database gets.
const FIRST_KEY: &str = "first key";

/// Opens the configured database and brings it to this version. One that does not answer is tried
/// again for as long as the configuration says.
///
/// # Errors
/// When it cannot be opened, or is of a newer version than this program.
pub(crate) async fn open_database(settings: &Settings) -> anyhow::Result<Database> {
    let url = &settings.database.url;
    let deadline = Instant::now() + settings.database.patience();
    let mut wait = FIRST_WAIT;
    loop {
        match opened(settings).await {
            Err(StoreError::Unavailable(why)) if Instant::now() + wait < deadline => {
                let seconds = (deadline - Instant::now()).as_secs();
                tracing::warn!(database = %url, why, "the database does not answer; trying again for {seconds} s");
                sleep(wait).await;
                wait = LONGEST_WAIT.min(wait * 2);
            }
            other => return other.with_context(|| format!("cannot open the database {url}")),
        }
    }
}

async fn opened(settings: &Settings) -> Result<Database, StoreError> {
    let options = ConnectOptions {
        max_connections: settings.database.max_connections,
        min_connections: settings.database.min_connections,
        acquire_timeout: settings.database.acquire_timeout(),
        ..ConnectOptions::default()
    };
    let database = Database::connect(settings.database.url.expose(), &options).await?;
    database.migrate().await?;
    Ok(database)
}

/// The layers, put together and not yet started.
pub(crate) struct App {
    database: Database,
    services: Services,
    desk: Desk,
    queue: Arc<Queue>,
    worker: Arc<Worker>,
    /// None when no webhooks are sent.
    courier: Option<Arc<Courier>>,
}

impl App {
    /// Opens the database and wires the layers.
    pub(crate) async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let runner: Arc<dyn ScriptRunner> = Arc::new(Metered::new(script_runner(settings).await?));
        // Before the database is made: a mistake in the configuration leaves nothing behind.
        let authors = Arc::new(staff::engage(settings, &runner)?);
        let signer = settings.webhooks.signer()?;
        let vault = settings.vault.vault()?;
        let database = open_database(settings).await?;
        let (stored_jobs, stored_usage) = (database.jobs(), database.usage());
        #[cfg(feature = "failpoints")]
        let (stored_jobs, stored_usage) =
            (failpoints::jobs(stored_jobs), failpoints::usage(stored_usage));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let limits = settings.sandbox.limits();
        let tester = Arc::new(Tester::new(Arc::clone(&runner), limits, Arc::clone(&clock)));
        let names = authors.names();
        let egress = document_client(settings);
        let refetch_after = settings.knowledge.refetch_after();
        let sources = Sources::new(database.knowledge(), Arc::clone(&egress), refetch_after);
        let pipeline = Pipeline::new(
            Arc::clone(&stored_jobs),
            Arc::new(sources),
            authors,
            stored_usage,
            Arc::clone(&tester),
            Arc::clone(&clock),
        );
        let worker = Arc::new(Worker::new(
            Arc::clone(&stored_jobs),
            Arc::new(pipeline),
            database.changes(),
            worker_id(),
            worker_settings(settings),
        ));
        let mut jobs = Jobs::new(stored_jobs, names, Arc::clone(&clock));
        let waiting_jobs = settings.limits.waiting_jobs;
        let queue = Arc::new(Queue::new(database.jobs(), Arc::clone(&clock), waiting_jobs));
        jobs.bound(Arc::clone(&queue));
        let courier = signer.map(|signer| {
            let (webhooks, receivers) = (database.webhooks(), webhook_client(settings));
            #[cfg(feature = "failpoints")]
            let (webhooks, receivers) =
                (failpoints::webhooks(webhooks), failpoints::receivers(receivers));
            jobs.allow_callbacks(Arc::clone(&receivers));
            Arc::new(Courier::new(webhooks, receivers, signer, Arc::clone(&clock)))
        });
        let connections = Arc::new(Connections::new(
            database.connections(),
            vault,
            connection_exits(settings),
            Arc::clone(&clock),
        ));
        let jobs = Arc::new(jobs);
        let drifts = Arc::new(Drifts::new(
            database.drift(),
            Arc::clone(&jobs),
            Arc::clone(&runner),
            limits,
            Arc::clone(&clock),
        ));
        let live_limits = settings.connections.run_limits(&settings.sandbox);
        let adapters = Adapters::new(
            (database.scripts(), database.knowledge(), &*database.changes()),
            Arc::clone(&connections),
            Arc::clone(&drifts),
            (Arc::clone(&runner), live_limits),
            settings.connections.pace(),
            database.audit(),
            Arc::clone(&clock),
        );
        let keys = Arc::new(Keys::new(database.api_keys(), Arc::clone(&clock)));
        let desk = desk(&database, &keys, &runner, settings);
        let mut scripts = Scripts::new(
            database.scripts(),
            database.knowledge(),
            runner,
            limits,
            tester,
            Arc::clone(&clock),
        );
        if settings.review.four_eyes {
            scripts.ask_for_four_eyes();
        }
        let services = Services {
            connections,
            adapters: Arc::new(adapters),
            drifts,
            jobs,
            listeners: Arc::new(Listeners::new(
                database.jobs(),
                database.changes(),
                settings.server.max_listeners,
            )),
            scripts: Arc::new(scripts),
            knowledge: Arc::new(Knowledge::new(database.knowledge(), egress, clock)),
            audit: Arc::new(Audit::new(database.audit())),
            keys,
            meters: telemetry::install_meters()?,
        };
        Ok(Self { database, services, desk, queue, worker, courier })
    }

    /// Listens and works until [`Running::stop`].
    pub(crate) async fn start(self, settings: &Settings) -> anyhow::Result<Running> {
        let wanted = SocketAddr::new(settings.server.host, settings.server.port);
        let listener = TcpListener::bind(wanted)
            .await
            .with_context(|| format!("cannot listen on {wanted}"))?;
        let address = listener.local_addr().context("cannot read the address listened on")?;
        let shutdown = CancellationToken::new();
        let mut parts = JoinSet::new();
        let keys = Arc::clone(&self.services.keys);
        let (meters, token) = (self.services.meters.clone(), shutdown.clone());
        parts.spawn(async move {
            telemetry::keep_meters(&meters, &token).await;
            Ok(())
        });
        let (listeners, token) = (Arc::clone(&self.services.listeners), shutdown.clone());
        parts.spawn(async move {
            listeners.run(token).await;
            Ok(())
        });
        let (queue, token) = (self.queue, shutdown.clone());
        parts.spawn(async move {
            queue.run(token).await;
            Ok(())
        });
        let pages = console::router(self.services.clone(), self.desk, console_settings(settings));
        let mut all = api::routes(self.services, api_settings(settings));
        if settings.mcp.serve {
            all = all.clone().merge(mcp::routes(all, mcp_settings(settings)));
        }
        let router = api::layered(all.merge(pages), api_settings(settings));
        let server = api::serve(listener, router, serve_settings(settings), shutdown.clone());
        parts.spawn(async { server.await.context("the HTTP server failed") });
        if let Some(keep) = settings.worker.keep_jobs() {
            let retention = Retention::new(self.database.jobs(), Arc::new(SystemClock), keep);
            let token = shutdown.clone();
            parts.spawn(async move {
                retention.run(token).await;
                Ok(())
            });
        }
        // Without a worker of its own, a server only answers requests.
        if settings.worker.concurrency > 0 {
            let (worker, token) = (self.worker, shutdown.clone());
            parts.spawn(async move {
                worker.run(token).await;
                Ok(())
            });
            if let Some(courier) = self.courier {
                let token = shutdown.clone();
                parts.spawn(async move {
                    courier.run(token).await;
                    Ok(())
                });
            }
        }
        Ok(Running { address, shutdown, parts, keys, database: self.database })
    }
}

/// A server at work.
pub(crate) struct Running {
    address: SocketAddr,
    shutdown: CancellationToken,
    /// The HTTP server, the worker and the upkeep of the counters.
    parts: JoinSet<anyhow::Result<()>>,
    keys: Arc<Keys>,
    database: Database,
}

impl Running {
    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes a key with all rights where the database has no key at all. Only a server that listens
    /// does: one that could not start would keep a key that nobody has seen.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn first_key(&self) -> anyhow::Result<Option<ApiKeyToken>> {
        Ok(self.keys.create_first(FIRST_KEY).await?)
    }

    /// Waits for a part to end, which none does before it is told to unless it failed.
    ///
    /// # Errors
    /// With what the part failed of.
    pub(crate) async fn failure(&mut self) -> anyhow::Result<()> {
        match self.parts.join_next().await {
            Some(ended) => ended.context("a part of the server panicked")?,
            None => Ok(()),
        }
    }

    /// Drains: requests and jobs get their time to finish, then the database is closed.
    ///
    /// # Errors
    /// When a part failed, or the database could not be closed.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        self.shutdown.cancel();
        let mut outcome = Ok(());
        while let Some(ended) = self.parts.join_next().await {
            outcome = outcome.and(ended.context("a part of the server panicked").flatten());
        }
        self.database.close().await.context("cannot close the database")?;
        outcome
    }
}

/// What runs scripts, started and tried: where scripts cannot be locked in as the settings say, the
/// server does not start.
async fn script_runner(settings: &Settings) -> anyhow::Result<Arc<dyn ScriptRunner>> {
    let SandboxSettings { concurrency, spares, kept, .. } = settings.sandbox;
    let require = match settings.sandbox.require {
        SandboxRequire::Strict => Require::Strict,
        SandboxRequire::BestEffort => Require::BestEffort,
        SandboxRequire::InProcess => {
            tracing::warn!("scripts run in this process: nothing locks them in");
            return Ok(Arc::new(InProcessRunner));
        }
    };
    let runner_settings = RunnerSettings { concurrency, spares, kept, require };
    let runner = ProcessRunner::new(ChildCommand::this_binary(), runner_settings)?;
    let missing = runner.warm_up().await.context(
        "scripts cannot be locked in (sandbox.require = \"best-effort\" does with what there is)",
    )?;
    for layer in missing {
        if layer.is_essential() {
            tracing::warn!(%layer, "scripts are not well locked in: this kernel lacks a layer");
        } else {
            tracing::info!(%layer, "this kernel lacks a second line of the sandbox");
        }
    }
    Ok(Arc::new(runner))
}

/// Who fetches vendors' documents.
fn document_client(settings: &Settings) -> Arc<dyn Egress> {
    egress::install_cryptography();
    Arc::new(GuardedClient::new(settings.knowledge.guard(), settings.knowledge.limits()))
}

/// Who calls vendors' accounts, each under the rules of its connection.
pub(crate) fn connection_exits(settings: &Settings) -> Exits {
    egress::install_cryptography();
    let connections = settings.connections.clone();
    let client = GuardedClient::new(Guard::only([]), connections.call_limits());
    Arc::new(move |guard| Arc::new(client.under(connections.widen(guard))))
}

fn webhook_client(settings: &Settings) -> Arc<dyn Egress> {
    egress::install_cryptography();
    Arc::new(GuardedClient::new(settings.webhooks.guard(), webhooks::limits()))
}

/// Unique among all servers that share the database, and telling in its logs.
fn worker_id() -> WorkerId {
    let host = std::env::var("HOSTNAME").unwrap_or_else(|_| "server".to_owned());
    WorkerId(format!("{host}-{}-{:08x}", std::process::id(), rand::random::<u32>()))
}

fn worker_settings(settings: &Settings) -> WorkerSettings {
    let worker = &settings.worker;
    WorkerSettings {
        concurrency: worker.concurrency,
        lease: worker.lease(),
        renew_every: worker.heartbeat(),
        // Three quarters: work stops before another worker may begin.
        give_up_after: worker.lease() * 3 / 4,
        poll: worker.poll(),
        grace: worker.grace(),
        deaths: worker.deaths,
    }
}

fn api_settings(settings: &Settings) -> ApiSettings {
    let server = &settings.server;
    ApiSettings {
        body_limit: server.body_limit_bytes,
        body_timeout: server.body_timeout(),
        request_timeout: server.request_timeout(),
        heartbeat: server.listener_heartbeat(),
        key_limit: settings.limits.key_limit(),
    }
}

/// The use cases that only the console offers.
fn desk(
    database: &Database,
    keys: &Arc<Keys>,
    runner: &Arc<dyn ScriptRunner>,
    settings: &Settings,
) -> Desk {
    let length = settings.console.session();
    let sessions =
        Sessions::new(database.sessions(), Arc::clone(keys), length, Arc::new(SystemClock));
    let evidence = Evidence::new(
        database.scripts(),
        database.jobs(),
        database.knowledge(),
        Arc::clone(runner),
        settings.sandbox.limits(),
    );
    Desk {
        sessions: Arc::new(sessions),
        overview: Arc::new(Overview::new(database.overview())),
        evidence: Arc::new(evidence),
    }
}

fn console_settings(settings: &Settings) -> ConsoleSettings {
    ConsoleSettings {
        api: api_settings(settings),
        sign_ins_per_minute: settings.console.sign_ins_per_minute,
    }
}

fn mcp_settings(settings: &Settings) -> HttpSettings {
    HttpSettings {
        body_limit: settings.server.body_limit_bytes,
        hosts: settings.mcp.hosts.clone(),
        origins: settings.mcp.origins.clone(),
    }
}

fn serve_settings(settings: &Settings) -> ServeSettings {
    let server = &settings.server;
    ServeSettings {
        max_connections: server.max_connections,
        header_timeout: server.header_timeout(),
        shutdown_deadline: server.drain(),
        ..ServeSettings::default()
    }
}
