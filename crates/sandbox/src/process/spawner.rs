//! The thread that starts children.
//!
//! A child asks the kernel to be killed when its parent dies, and to the kernel the parent is the
//! thread that started it. Threads of an async runtime come and go; this one lives as long as the
//! runner and its sessions.

use std::io;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::ChildCommand;

struct Order {
    runtime: Handle,
    child: oneshot::Sender<io::Result<Child>>,
}

#[derive(Debug)]
pub(super) struct Spawner {
    orders: mpsc::Sender<Order>,
}

impl Spawner {
    pub(super) fn start(command: ChildCommand) -> io::Result<Self> {
        let (orders, received) = mpsc::channel::<Order>();
        thread::Builder::new().name("sandbox-spawner".to_owned()).spawn(move || {
            for order in received {
                let _entered = order.runtime.enter();
                // When nobody waits any more, the child is dropped, which kills it.
                let _ = order.child.send(spawn(&command));
            }
        })?;
        Ok(Self { orders })
    }

    /// Starts a child. It is killed when it is dropped.
    pub(super) async fn spawn(&self) -> io::Result<Child> {
        let (child, started) = oneshot::channel();
        let order = Order { runtime: Handle::current(), child };
        self.orders.send(order).map_err(|_| io::Error::other("the spawner has stopped"))?;
        started.await.map_err(io::Error::other)?
    }
}

fn spawn(command: &ChildCommand) -> io::Result<Child> {
    Command::new(&command.program)
        .args(&command.args)
        .env_clear()
        // One thread needs one arena; another would take a quarter of the address space.
        .env("MALLOC_ARENA_MAX", "1")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
}
