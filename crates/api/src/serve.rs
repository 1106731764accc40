//! The server. `axum::serve` sets no timer, so that half a header would hold a connection for ever;
//! this accept loop bounds how many connections there are and how long each may be silent.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

/// Wait after a failed accept. The usual reason is that no file descriptor is left; only a
/// connection that ends can help then.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(250);

/// Bytes of a request's header. No honest one comes near it; hyper alone would hold 400 KB.
const HEADER_BYTES: usize = 32 << 10;

/// Bounds of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServeSettings {
    /// Connections at one time; more wait to be accepted.
    pub max_connections: usize,
    /// Within which a request's whole header has to arrive, counted from the end of the request
    /// before. Also how long an idle connection is kept.
    pub header_timeout: Duration,
    /// How long a client may take nothing of its answer.
    pub write_timeout: Duration,
    /// How long requests may go on once the server shuts down.
    pub shutdown_deadline: Duration,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self {
            max_connections: 1_024,
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            shutdown_deadline: Duration::from_secs(25),
        }
    }
}

/// Serves until `shutdown` is cancelled. Then it accepts nothing more, closes idle connections, lets
/// requests end until the deadline, and cuts off what is left.
///
/// # Errors
/// When the listener has no local address any more. A failed accept is no error: it is logged and
/// tried anew.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    settings: ServeSettings,
    shutdown: CancellationToken,
) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "listening");
    let places = Arc::new(Semaphore::new(settings.max_connections.min(Semaphore::MAX_PERMITS)));
    let graceful = GracefulShutdown::new();
    let cut_off = CancellationToken::new();
    while let Some((stream, place)) = next(&listener, &places, &shutdown).await {
        let connection = serve_connection(stream, router.clone(), settings, graceful.watcher());
        let cut_off = cut_off.clone();
        tokio::spawn(async move {
            cut_off.run_until_cancelled(connection).await;
            drop(place);
        });
    }
    drop(listener);
    let open = graceful.count();
    tracing::info!(open, "shutting down; open connections may finish their requests");
    if tokio::time::timeout(settings.shutdown_deadline, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were cut off because they did not end before the deadline");
        cut_off.cancel();
    }
    Ok(())
}

/// The next connection and its place among those that may be open; none when the server shuts down.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let accepted = async {
        // The semaphore is never closed, so there is always a place in the end.
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, _)) => return Some((stream, place)),
                Err(error) if is_about_one_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "cannot accept connections; trying again");
                    tokio::time::sleep(ACCEPT_BACKOFF).await;
                }
            }
        }
    };
    shutdown.run_until_cancelled(accepted).await.flatten()
}

/// The client was gone before we got to it; the listener is well.
fn is_about_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}

async fn serve_connection(
    stream: TcpStream,
    router: Router,
    settings: ServeSettings,
    watcher: Watcher,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection stays with Nagle's algorithm");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(settings.write_timeout));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.header_timeout)
        .max_header_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(router));
    if let Err(error) = watcher.watch(connection).await {
        // Clients hang up and send nonsense all day; only somebody who looks for it wants to know.
        tracing::debug!(%error, "a connection ended early");
    }
}
