//! Measures the queue on PostgreSQL: `queue MODE URL [JOBS]`, with the URL of an empty database that may
//! be spoilt. `scripts/bench_queue.py` runs it beside the queues of others.
//!
//! - `fill` accepts jobs.
//! - `noop` drives a worker whose jobs are claimed and ended and nothing else.
//! - `life` drives a worker whose jobs go their whole way, with an author and tests that take no time.
//! - `loop-fill` and `loop` are the floor of `life`: as many writes, by hand.
//!
//! The modes that drive print when they are ready, wait for a line on standard input, and print how long
//! they took, so that several processes can start at one moment.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement prints what it finds and ends where it cannot go on"
)]

mod by_hand;
mod ours;

use std::time::Instant;

/// As in the server.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Jobs at once in a process.
pub(crate) const WORKERS: usize = 8;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mode, url) = (arguments.next().unwrap(), arguments.next().unwrap());
    let jobs: u32 = arguments.next().map_or(0, |jobs| jobs.parse().unwrap());
    match mode.as_str() {
        "fill" => ours::fill(&url, jobs).await,
        "loop-fill" => by_hand::fill(&url, jobs).await,
        "noop" => ours::drive(&url, ours::Way::Noop).await,
        "life" => ours::drive(&url, ours::Way::Whole).await,
        "loop" => by_hand::drive(&url).await,
        _ => println!("the modes are fill, noop, life, loop-fill and loop"),
    }
}

/// Says that all is ready, and waits for the word to begin.
pub(crate) fn on_your_marks() -> Instant {
    println!("ready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    Instant::now()
}

/// Says how long it took.
pub(crate) fn finished(begun: Instant) {
    println!("{}", begun.elapsed().as_secs_f64());
}
