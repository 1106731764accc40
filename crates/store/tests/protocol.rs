//! A model of claim, lease, crash and fence, checked for all interleavings of two workers and a job.
//!
//! The job has four steps, and may ask a person once; somebody may cancel it. Workers crash, stand
//! still for any time, lose their lease, and give the job back, at once or for a while. A write is
//! under way for any time as well: it may arrive after its worker died, after another worker claimed
//! the job, or after a newer write of the same worker, which sent it again because it heard no answer.
//! Each of these happens a bounded number of times, so that every run ends.
//!
//! The rules of the database are those of `jobs/claim.rs`, `jobs/due.rs` and `jobs/lease.rs`. The same
//! model with weaker rules shows what each of them is for.
#![expect(clippy::indexing_slicing, reason = "a worker is 0 or 1, and there are two")]

use std::collections::BTreeSet;

use stateright::{Checker, HasDiscoveries, Model, Property};

/// Ticks of a lease, by the database's clock.
const LEASE: u8 = 1;
const WORKERS: [usize; 2] = [0, 1];

/// What the database asks of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// Nothing.
    Nothing,
    /// That the job is running.
    State,
    /// That the lease is the newest claim's and holds.
    Fence,
    /// The same, and that the job was not written in a later form.
    FenceAndVersion,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Stage {
    Queued,
    Drafting,
    Testing,
    Asking,
    Completed,
    Failed,
}

impl Stage {
    const fn needs_worker(self) -> bool {
        matches!(self, Self::Queued | Self::Drafting | Self::Testing)
    }
}

/// The job's row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Row {
    stage: Stage,
    version: u8,
    fence: u8,
    /// Ticks until the lease ends, or until the job may be claimed again; none where that is now.
    lease: Option<u8>,
    scripts: u8,
}

/// A worker's view of the job that it holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Held {
    fence: u8,
    stage: Stage,
    version: u8,
}

/// A write on its way to the database.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Write {
    worker: usize,
    fence: u8,
    stage: Stage,
    version: u8,
}

/// How often each of these may still happen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Left {
    /// Workers that leave their job: they crash or give it back.
    departures: u8,
    /// Leases that run out while their worker lives, because it stands still.
    standstills: u8,
    renewals: u8,
    /// Writes that are lost, or of which no answer comes in time.
    silences: u8,
    questions: u8,
    cancellations: u8,
}

/// What happened on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Sight {
    /// A write of a former claim was taken.
    StaleWrite,
    /// A write was taken where a later form stood.
    StepBack,
    /// A write was taken after the job was cancelled.
    UndoneCancellation,
    Refusal,
    Crash,
    Postponement,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    row: Row,
    workers: [Option<Held>; 2],
    under_way: Vec<Write>,
    left: Left,
    seen: BTreeSet<Sight>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    Claim(usize),
    /// The database's clock goes on.
    Tick,
    /// A job whose moment has come is put back into the queue.
    Requeue,
    /// A worker stops, and leaves the job to others.
    Release(usize),
    /// Nothing can be done for the job for a while.
    Postpone(usize),
    Renew(usize),
    /// A worker has done its step and writes it down.
    Send(usize, Stage),
    /// It hears nothing and writes the same again, on another connection.
    SendAgain(usize),
    /// A write arrives, and its worker hears what came of it.
    Arrive(usize),
    /// A write arrives, and nobody hears.
    ArriveUnheard(usize),
    /// A write is lost on its way.
    Vanish(usize),
    Crash(usize),
    Answer,
    Cancel,
}

struct Protocol(Guard);

impl Protocol {
    fn accepts(&self, row: &Row, write: &Write) -> bool {
        let fenced = row.fence == write.fence && row.lease.is_some_and(|ticks| ticks > 0);
        match self.0 {
            Guard::Nothing => true,
            Guard::State => row.stage.needs_worker(),
            Guard::Fence => fenced,
            Guard::FenceAndVersion => fenced && row.version <= write.version,
        }
    }

    /// A write meets the row. Says whether it was taken.
    fn meet(&self, world: &mut World, write: &Write) -> bool {
        if !self.accepts(&world.row, write) {
            world.seen.insert(Sight::Refusal);
            return false;
        }
        let row = &mut world.row;
        let sights = [
            (write.fence != row.fence).then_some(Sight::StaleWrite),
            (write.version < row.version).then_some(Sight::StepBack),
            (row.stage == Stage::Failed).then_some(Sight::UndoneCancellation),
        ];
        world.seen.extend(sights.into_iter().flatten());
        row.scripts += u8::from(write.stage == Stage::Completed);
        row.stage = write.stage;
        row.version = write.version;
        if !row.stage.needs_worker() {
            row.lease = None;
        }
        true
    }
}

/// What a step may lead to.
fn steps(world: &World, stage: Stage) -> Vec<Stage> {
    match stage {
        Stage::Queued => vec![Stage::Drafting],
        Stage::Drafting if world.left.questions > 0 => vec![Stage::Testing, Stage::Asking],
        Stage::Drafting => vec![Stage::Testing],
        Stage::Testing => vec![Stage::Completed],
        Stage::Asking | Stage::Completed | Stage::Failed => Vec::new(),
    }
}

fn holder_lives(world: &World) -> bool {
    world.workers.iter().flatten().any(|held| held.fence == world.row.fence)
}

/// Whether this is the write whose answer a worker waits for.
fn is_next(held: &Held, write: &Write) -> bool {
    write.fence == held.fence && write.version == held.version + 1
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            row: Row { stage: Stage::Queued, version: 0, fence: 0, lease: None, scripts: 0 },
            workers: [None, None],
            under_way: Vec::new(),
            left: Left {
                departures: 1,
                standstills: 1,
                renewals: 1,
                silences: 1,
                questions: 1,
                cancellations: 1,
            },
            seen: BTreeSet::new(),
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        let World { row, workers, under_way, left, .. } = world;
        for worker in WORKERS {
            let Some(held) = &workers[worker] else {
                if row.stage.needs_worker() && row.lease.is_none() {
                    actions.push(Action::Claim(worker));
                }
                continue;
            };
            match under_way.iter().position(|write| is_next(held, write)) {
                None => {
                    let next = steps(world, held.stage).into_iter();
                    actions.extend(next.map(|next| Action::Send(worker, next)));
                }
                Some(place) if left.silences > 0 => actions.push(Action::SendAgain(place)),
                Some(_) => {}
            }
            if left.renewals > 0 {
                actions.push(Action::Renew(worker));
            }
            if left.departures > 0 {
                let departures = [Action::Crash, Action::Release, Action::Postpone];
                actions.extend(departures.map(|departure| departure(worker)));
            }
        }
        for place in 0..under_way.len() {
            actions.push(Action::Arrive(place));
            if left.silences > 0 {
                actions.push(Action::ArriveUnheard(place));
                actions.push(Action::Vanish(place));
            }
        }
        if row.lease.is_some_and(|ticks| ticks > 0)
            && (left.standstills > 0 || !holder_lives(world))
        {
            actions.push(Action::Tick);
        }
        if row.stage.needs_worker() && row.lease == Some(0) {
            actions.push(Action::Requeue);
        }
        if row.stage == Stage::Asking {
            actions.push(Action::Answer);
        }
        if left.cancellations > 0 && (row.stage.needs_worker() || row.stage == Stage::Asking) {
            actions.push(Action::Cancel);
        }
    }

    fn next_state(&self, before: &World, action: Action) -> Option<World> {
        let mut world = before.clone();
        match action {
            Action::Claim(worker) => {
                world.row.fence += 1;
                world.row.lease = Some(LEASE);
                let Row { fence, stage, version, .. } = world.row;
                world.workers[worker] = Some(Held { fence, stage, version });
            }
            Action::Tick => {
                world.left.standstills -= u8::from(holder_lives(&world));
                world.row.lease = world.row.lease.map(|ticks| ticks - 1);
            }
            Action::Renew(worker) => {
                world.left.renewals -= 1;
                let held = world.workers[worker].clone()?;
                if world.row.fence == held.fence && world.row.lease.is_some_and(|ticks| ticks > 0) {
                    world.row.lease = Some(LEASE);
                } else {
                    world.workers[worker] = None;
                }
            }
            Action::Requeue => world.row.lease = None,
            Action::Release(worker) => {
                world.left.departures -= 1;
                let held = world.workers[worker].take()?;
                if world.row.fence == held.fence {
                    world.row.lease = None;
                }
            }
            Action::Postpone(worker) => {
                world.left.departures -= 1;
                let held = world.workers[worker].take()?;
                if world.row.fence == held.fence {
                    // A moment stands where a lease's end would; the fence says that nobody holds it.
                    world.row.fence += 1;
                    world.row.lease = Some(LEASE);
                    world.seen.insert(Sight::Postponement);
                }
            }
            Action::Send(worker, stage) => {
                let Held { fence, version, .. } = world.workers[worker].clone()?;
                world.under_way.push(Write { worker, fence, stage, version: version + 1 });
            }
            Action::SendAgain(place) => {
                world.left.silences -= 1;
                world.under_way.push(world.under_way[place].clone());
            }
            Action::Arrive(place) => {
                let write = world.under_way.remove(place);
                let taken = self.meet(&mut world, &write);
                let worker = &mut world.workers[write.worker];
                // A worker that has gone on or died does not wait for this answer.
                if worker.as_ref().is_some_and(|held| is_next(held, &write)) {
                    *worker = (taken && write.stage.needs_worker()).then_some(Held {
                        fence: write.fence,
                        stage: write.stage,
                        version: write.version,
                    });
                }
            }
            Action::ArriveUnheard(place) => {
                world.left.silences -= 1;
                let write = world.under_way.remove(place);
                self.meet(&mut world, &write);
            }
            Action::Vanish(place) => {
                world.left.silences -= 1;
                world.under_way.remove(place);
            }
            Action::Crash(worker) => {
                world.left.departures -= 1;
                world.workers[worker] = None;
                world.seen.insert(Sight::Crash);
            }
            Action::Answer => {
                world.left.questions = 0;
                world.row.stage = Stage::Queued;
                world.row.version += 1;
                world.row.fence += 1;
            }
            Action::Cancel => {
                world.left.cancellations -= 1;
                world.row.stage = Stage::Failed;
                world.row.version += 1;
                world.row.fence += 1;
                world.row.lease = None;
            }
        }
        // What is under way has no order.
        world.under_way.sort();
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(ONE_SCRIPT, |_, world: &World| world.row.scripts <= 1),
            Property::always("a completed job has its script", |_, world: &World| {
                (world.row.stage == Stage::Completed) == (world.row.scripts > 0)
            }),
            Property::always(NO_STALE_WRITE, |_, world: &World| {
                !world.seen.contains(&Sight::StaleWrite)
            }),
            Property::always(NO_STEP_BACK, |_, world: &World| {
                !world.seen.contains(&Sight::StepBack)
            }),
            Property::always("a cancelled job stays so", |_, world: &World| {
                !world.seen.contains(&Sight::UndoneCancellation)
            }),
            // Every run ends, and none while the job needs a worker: somebody can always claim it.
            Property::eventually("the job is over", |_, world: &World| {
                matches!(world.row.stage, Stage::Completed | Stage::Failed)
            }),
            // What would make the others say nothing.
            Property::sometimes("a write is refused", |_, world: &World| {
                world.seen.contains(&Sight::Refusal)
            }),
            Property::sometimes("a job whose worker crashed is completed", |_, world: &World| {
                world.seen.contains(&Sight::Crash) && world.row.stage == Stage::Completed
            }),
            Property::sometimes("a job that was postponed is completed", |_, world: &World| {
                world.seen.contains(&Sight::Postponement) && world.row.stage == Stage::Completed
            }),
        ]
    }
}

const ONE_SCRIPT: &str = "a job has one script";
const NO_STALE_WRITE: &str = "only the newest claim writes";
const NO_STEP_BACK: &str = "no write undoes a later one";

fn breaks(guard: Guard, property: &'static str) -> bool {
    let wanted = HasDiscoveries::AnyOf(BTreeSet::from([property]));
    let checker = Protocol(guard).checker().finish_when(wanted).spawn_bfs().join();
    checker.discovery(property).is_some()
}

#[test]
fn under_its_rules_no_interleaving_loses_a_job_or_does_a_thing_twice() {
    let checker = Protocol(Guard::FenceAndVersion).checker().threads(2).spawn_bfs().join();
    println!("{} states", checker.unique_state_count());
    checker.assert_properties();
}

#[test]
fn without_any_rule_a_job_gets_two_scripts() {
    assert!(breaks(Guard::Nothing, ONE_SCRIPT));
}

#[test]
fn a_look_at_the_state_alone_lets_a_former_holder_write() {
    assert!(breaks(Guard::State, NO_STALE_WRITE));
}

#[test]
fn a_fence_alone_lets_a_worker_s_delayed_write_undo_its_next_one() {
    assert!(!breaks(Guard::Fence, NO_STALE_WRITE));
    assert!(breaks(Guard::Fence, NO_STEP_BACK));
}
