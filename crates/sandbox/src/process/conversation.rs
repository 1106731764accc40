//! One child, and the talk with it. Nothing that it says is taken on trust.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::BufReader;
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::timeout;

use super::codes::Code;
use super::spawner::Spawner;
use super::{GRACE, death};
use crate::frames::{self, Frame, FrameError};
use crate::log_book::LogBook;
use crate::protocol::{FromChild, FromParent, INPUT_BYTES, Terms};
use crate::signing::{SIGNATURES, too_many_signatures};
use crate::trust::make_calls;
use crate::{HttpCall, HttpCallRecord, HttpHost, Layer, Limits, Output, RunError, SandboxError};

/// A child that is not ready by then never will be.
const START: Duration = Duration::from_secs(10);

/// A child that is locked in and has seen no script.
#[derive(Debug)]
pub(super) struct Jailed {
    link: Link,
    missing: Vec<Layer>,
}

/// A child that has its script.
#[derive(Debug)]
pub(super) struct Child {
    link: Link,
    since: Instant,
    /// Runs so far. The number of a run tells its answer from a late one.
    runs: u32,
    /// What it compiled the script to, as it said before it saw any input.
    code: Option<Vec<u8>>,
}

/// The process and the pipes to it. It is killed when it is dropped.
#[derive(Debug)]
struct Link {
    process: tokio::process::Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// A script as a child gets it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Script<'s> {
    /// Its source.
    Source(&'s str),
    /// What another child compiled the same source to.
    Code(&'s Code),
}

/// One run, as far as it has come.
pub(super) struct Run {
    pub(super) limits: Limits,
    pub(super) host: Arc<dyn HttpHost>,
    pub(super) log: LogBook,
    pub(super) calls: Vec<HttpCallRecord>,
    pub(super) signatures: u32,
}

/// Why a conversation broke off.
enum BreakOff {
    /// The run has its verdict.
    Verdict(RunError),
    /// The pipe says that the child is gone or does not keep to the protocol.
    Pipe(FrameError),
    /// A reply of the host is too large to hand over.
    Sandbox(SandboxError),
}

impl From<FrameError> for BreakOff {
    fn from(error: FrameError) -> Self {
        Self::Pipe(error)
    }
}

fn crashed(how: impl Into<String>) -> BreakOff {
    BreakOff::Verdict(RunError::Crashed { how: how.into() })
}

impl Link {
    /// Waits for the frame by which a child shows that it is further. Its end, or words of its own,
    /// are the trouble of the sandbox: it has run nothing yet.
    async fn expect(&mut self, wanted: FromChild) -> Result<Vec<u8>, SandboxError> {
        let why = match timeout(START, frames::read_async(&mut self.answers)).await {
            Ok(Ok(Frame { kind, body, .. })) if kind == wanted => return Ok(body),
            Ok(Ok(Frame { kind: FromChild::Refused, body, .. })) => {
                format!("it cannot lock itself in: {}", String::from_utf8_lossy(&body))
            }
            Ok(Ok(Frame { kind, .. })) => format!("it said {kind:?} instead of {wanted:?}"),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("it was not ready within {} s", START.as_secs()),
        };
        Err(SandboxError::Spawn(io::Error::other(why)))
    }

    async fn hand_over(&mut self, script: Script<'_>, terms: &Terms) -> Result<(), FrameError> {
        let terms = serde_json::to_vec(terms).map_err(io::Error::from)?;
        frames::write_async(&mut self.requests, FromParent::Terms, 0, &terms).await?;
        let (kind, body) = match script {
            Script::Source(source) => (FromParent::Script, Cow::Borrowed(source.as_bytes())),
            Script::Code(code) => (FromParent::Code, Cow::Owned(code.to_frame())),
        };
        frames::write_async(&mut self.requests, kind, 0, &body).await
    }

    fn is_alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }
}

impl Jailed {
    /// Starts a child and waits until it is locked in.
    pub(super) async fn start(spawner: &Spawner) -> Result<Self, SandboxError> {
        let mut process = spawner.spawn().await.map_err(SandboxError::Spawn)?;
        let (Some(requests), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(SandboxError::Spawn(io::Error::other("a pipe is missing")));
        };
        let mut link = Link { process, requests, answers: BufReader::new(answers) };
        let body = link.expect(FromChild::Jailed).await?;
        let missing = serde_json::from_slice(&body)
            .map_err(|error| SandboxError::Spawn(io::Error::other(error)))?;
        Ok(Self { link, missing })
    }

    /// The layers of the jail that it lacks.
    pub(super) fn missing(&self) -> &[Layer] {
        &self.missing
    }

    pub(super) fn is_alive(&mut self) -> bool {
        self.link.is_alive()
    }

    /// Gives the child its script, the only one that it will ever have. How it takes it shows at the
    /// first run: until then nobody has to wait.
    pub(super) async fn bind(self, script: Script<'_>, terms: Terms) -> Child {
        let mut link = self.link;
        // A child that does not listen is found at the first run too.
        let _ = link.hand_over(script, &terms).await;
        Child { link, since: Instant::now(), runs: 0, code: None }
    }
}

impl Child {
    /// What it compiled its script to, once.
    pub(super) fn take_code(&mut self) -> Option<Vec<u8>> {
        self.code.take().filter(|code| !code.is_empty())
    }

    /// Whether it can do another run: it lives, and has not done too many or grown too old.
    pub(super) fn is_fit(&mut self, max_runs: u32, max_age: Duration) -> bool {
        self.runs < max_runs && self.since.elapsed() < max_age && self.link.is_alive()
    }

    /// Kills the child and waits until nothing is left of it.
    pub(super) async fn kill(mut self) {
        if let Err(error) = self.link.process.kill().await {
            tracing::warn!(%error, "cannot kill a sandbox process");
        }
    }

    /// Runs the script once. After anything but an output the child must not be used again.
    pub(super) async fn run(
        &mut self,
        run: &mut Run,
        input: Vec<u8>,
    ) -> Result<Result<Output, RunError>, SandboxError> {
        self.runs += 1;
        let allowed = run.limits.wall.saturating_add(GRACE);
        let verdict = match timeout(allowed, self.converse(run, input)).await {
            Err(_) => RunError::TimedOut { limit: run.limits.wall },
            Ok(Ok(output)) => return Ok(Ok(output)),
            Ok(Err(BreakOff::Verdict(verdict))) => verdict,
            Ok(Err(BreakOff::Sandbox(error))) => return Err(error),
            Ok(Err(BreakOff::Pipe(error))) => self.end(&error, &run.limits).await,
        };
        Ok(Err(verdict))
    }

    /// What a broken pipe means: how the child died, or what it did wrong when it did not.
    async fn end(&mut self, error: &FrameError, limits: &Limits) -> RunError {
        let may_be_dead = match error {
            FrameError::Closed | FrameError::CutShort | FrameError::Io(_) => true,
            FrameError::UnknownKind(_) | FrameError::OutOfTurn(_) | FrameError::TooLong { .. } => {
                false
            }
        };
        if may_be_dead && let Ok(Ok(status)) = timeout(GRACE, self.link.process.wait()).await {
            return death::verdict(status, limits);
        }
        RunError::Crashed { how: error.to_string() }
    }

    /// Waits until the child has its script. No input is sent before: what it says here cannot hold
    /// any.
    async fn await_ready(&mut self) -> Result<(), BreakOff> {
        let Frame { kind, body, .. } =
            frames::read_async::<FromChild>(&mut self.link.answers).await?;
        if kind != FromChild::Ready {
            return Err(crashed(format!("it said {kind:?} instead of {:?}", FromChild::Ready)));
        }
        self.code = Some(body);
        Ok(())
    }

    async fn converse(&mut self, run: &mut Run, input: Vec<u8>) -> Result<Output, BreakOff> {
        if self.runs == 1 {
            self.await_ready().await?;
        }
        frames::write_async(&mut self.link.requests, FromParent::Run, self.runs, &input).await?;
        // It may be megabytes, and the child has it now.
        drop(input);
        loop {
            let frame = frames::read_async::<FromChild>(&mut self.link.answers).await?;
            if frame.run != self.runs {
                let (got, wanted) = (frame.run, self.runs);
                return Err(crashed(format!("it answered run {got} when asked for run {wanted}")));
            }
            match frame.kind {
                FromChild::Log => run.log.push(&String::from_utf8_lossy(&frame.body)),
                FromChild::Calls => {
                    let replies = run.make_calls(&frame.body).await?;
                    let number = self.runs;
                    frames::write_async(
                        &mut self.link.requests,
                        FromParent::Replies,
                        number,
                        &replies,
                    )
                    .await?;
                }
                FromChild::Sign => {
                    let signature = run.sign(&frame.body).await?;
                    let (to, number) = (&mut self.link.requests, self.runs);
                    frames::write_async(to, FromParent::Replies, number, &signature).await?;
                }
                FromChild::Output => return run.output(frame.body),
                FromChild::Failure => return Err(run.failure(&frame.body)),
                FromChild::Jailed | FromChild::Refused | FromChild::Ready => {
                    return Err(crashed(format!(
                        "it sent {:?} in the middle of a run",
                        frame.kind
                    )));
                }
            }
        }
    }
}

impl Run {
    /// Answers one lot of calls.
    async fn make_calls(&mut self, calls: &[u8]) -> Result<Vec<u8>, BreakOff> {
        let calls: Vec<HttpCall> = serde_json::from_slice(calls)
            .map_err(|error| crashed(format!("it sent calls that are none: {error}")))?;
        let replies = make_calls(&*self.host, calls, self.limits, &mut self.calls)
            .await
            .map_err(BreakOff::Verdict)?;
        let too_large = SandboxError::InputTooLarge { limit_bytes: INPUT_BYTES };
        match serde_json::to_vec(&replies) {
            Ok(json) if json.len() <= INPUT_BYTES => Ok(json),
            Ok(_) | Err(_) => Err(BreakOff::Sandbox(too_large)),
        }
    }

    /// Signs one text.
    async fn sign(&mut self, signing: &[u8]) -> Result<Vec<u8>, BreakOff> {
        self.signatures = self.signatures.saturating_add(1);
        if self.signatures > SIGNATURES {
            return Err(BreakOff::Verdict(too_many_signatures()));
        }
        let signing = serde_json::from_slice(signing)
            .map_err(|error| crashed(format!("it sent nothing that can be signed: {error}")))?;
        let signature = self.host.sign(signing).await;
        serde_json::to_vec(&signature).map_err(|error| crashed(error.to_string()))
    }

    fn output(&self, body: Vec<u8>) -> Result<Output, BreakOff> {
        if body.len() > self.limits.output_bytes {
            let limit_bytes = self.limits.output_bytes;
            return Err(BreakOff::Verdict(RunError::OutputTooLarge { limit_bytes }));
        }
        Output::read(body).map_err(BreakOff::Verdict)
    }

    fn failure(&self, body: &[u8]) -> BreakOff {
        let error = match serde_json::from_slice::<RunError>(body) {
            Ok(error) => error,
            Err(error) => return crashed(format!("it sent a failure that is none: {error}")),
        };
        BreakOff::Verdict(match error {
            RunError::TimedOut { .. } => RunError::TimedOut { limit: self.limits.wall },
            error @ (RunError::Syntax { .. }
            | RunError::NoTransform
            | RunError::Threw { .. }
            | RunError::OutOfMemory { .. }
            | RunError::StackOverflow
            | RunError::OutputTooLarge { .. }
            | RunError::OutputNotJson { .. }
            | RunError::NeverSettled
            | RunError::TooManyCalls { .. }) => error,
            // These are this side's to say.
            RunError::HttpNotRecorded { .. }
            | RunError::HttpFailed { .. }
            | RunError::Crashed { .. } => {
                return crashed("it claimed a failure that only its parent can find");
            }
        })
    }
}
