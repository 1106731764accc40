//! The other side of the pipes: a process that runs one script and nothing else.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd as _;
use std::process::{ExitCode, exit};
use std::rc::Rc;

use rawjs::Bytecode;

use crate::engine::{self, Outside, Prepared, Room, Script};
use crate::frames::{self, Frame, FrameError, FrameKind as _};
use crate::protocol::{CALLS_BYTES, CODE_BYTES, FromChild, FromParent, Terms};
use crate::{Limits, RunError, jail};

/// The first argument that makes a binary a sandbox child. A binary that uses a
/// [`ProcessRunner`](crate::ProcessRunner) calls [`run_child`] when it gets it, before all else.
pub const CHILD_ARGUMENT: &str = "sandbox-child";

/// The exit code when the pipe breaks or the parent breaks the protocol.
const EXIT_PROTOCOL: u8 = 70;

/// Serves a parent on standard input and output until it closes the pipe.
///
/// Call it before any thread is started and any file is opened: the jail holds for one thread, and
/// all files but the standard ones are closed.
#[must_use]
pub fn run_child() -> ExitCode {
    jail::close_inherited_files();
    match serve() {
        // The parent is done with this child, or gone.
        Ok(()) | Err(FrameError::Closed) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(EXIT_PROTOCOL),
    }
}

fn serve() -> Result<(), FrameError> {
    let mut pipes = Pipes::take()?;
    engine::warm_up();
    let shut = jail::shut().and_then(|missing| Ok(serde_json::to_vec(&missing)?));
    match shut {
        Ok(missing) => pipes.send(FromChild::Jailed, &missing)?,
        Err(refusal) => return pipes.send(FromChild::Refused, refusal.to_string().as_bytes()),
    }
    let terms: Terms = serde_json::from_slice(&pipes.expect(FromParent::Terms)?.body)
        .map_err(|error| FrameError::Io(error.into()))?;
    jail::bind(&terms.limits, terms.max_runs)?;
    jail::allow_one_run(&terms.limits)?;
    let mut room = pipes.script(terms.limits)?.room();

    let pipes = Rc::new(RefCell::new(pipes));
    loop {
        // While nobody waits: all of a run that needs no input.
        jail::allow_one_run(&terms.limits)?;
        let prepared = room.as_mut().map_err(|error| error.clone()).and_then(Room::prepare);
        let Frame { run, body: input, .. } = pipes.borrow_mut().expect(FromParent::Run)?;
        pipes.borrow_mut().run = run;
        jail::allow_one_run(&terms.limits)?;
        let parent = Parent { pipes: Rc::clone(&pipes) };
        let deliver = |output: &[u8]| pipes.borrow_mut().send(FromChild::Output, output);
        let run = |prepared: Prepared<'_>| prepared.run(input, Box::new(parent), deliver);
        match prepared.and_then(Prepared::fresh).and_then(run) {
            Ok(sent) => sent?,
            Err(error) => {
                let body = serde_json::to_vec(&error).map_err(io::Error::from)?;
                pipes.borrow_mut().send(FromChild::Failure, &body)?;
            }
        }
    }
}

/// The two pipes, and the run that is under way.
struct Pipes {
    from_parent: io::BufReader<io::StdinLock<'static>>,
    to_parent: File,
    run: u32,
}

impl Pipes {
    /// Takes the pipes. What is written to standard output from now on goes where standard error
    /// goes, so that nothing but frames can reach the parent.
    fn take() -> io::Result<Self> {
        let to_parent = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        nix::unistd::dup2_stdout(io::stderr())?;
        Ok(Self { from_parent: io::BufReader::new(io::stdin().lock()), to_parent, run: 0 })
    }

    /// Takes the one script of this child's life, and shows the parent what it was compiled to:
    /// now, while nothing has been seen that it could be made to carry away.
    fn script(&mut self, limits: Limits) -> Result<Script, FrameError> {
        let bad = |what: &str| FrameError::Io(io::Error::new(io::ErrorKind::InvalidData, what));
        let Frame { kind, body, .. } = frames::read::<FromParent>(self.from_parent.by_ref())?;
        match kind {
            FromParent::Script => {
                let source =
                    String::from_utf8(body).map_err(|_| bad("a source that is no text"))?;
                let script = Script::compile(&source, limits);
                let code = script.code().map(Bytecode::as_bytes).unwrap_or_default();
                let code = if code.len() > CODE_BYTES { &[] } else { code };
                self.send(FromChild::Ready, code)?;
                Ok(script)
            }
            FromParent::Code => {
                let (digest, code) =
                    body.split_first_chunk().ok_or_else(|| bad("a code without its hash"))?;
                let code = Bytecode::checked(code, digest)
                    .ok_or_else(|| bad("a code that is not what its hash says"))?;
                self.send(FromChild::Ready, &[])?;
                Ok(Script::compiled(code, limits))
            }
            FromParent::Terms | FromParent::Run | FromParent::Replies => {
                Err(FrameError::OutOfTurn(kind.code()))
            }
        }
    }

    fn expect(&mut self, kind: FromParent) -> Result<Frame<FromParent>, FrameError> {
        let frame = frames::read::<FromParent>(self.from_parent.by_ref())?;
        if frame.kind == kind { Ok(frame) } else { Err(FrameError::OutOfTurn(frame.kind.code())) }
    }

    fn send(&mut self, kind: FromChild, body: &[u8]) -> Result<(), FrameError> {
        frames::write(&mut self.to_parent, kind, self.run, body)
    }
}

/// The parent as a run sees it.
struct Parent {
    pipes: Rc<RefCell<Pipes>>,
}

impl Parent {
    fn ask(&self, kind: FromChild, body: &str, what: &str) -> Result<Vec<u8>, RunError> {
        if body.len() > CALLS_BYTES {
            let message = format!("{what} is larger than {CALLS_BYTES} bytes");
            return Err(RunError::Threw { message, stack: String::new() });
        }
        let mut pipes = self.pipes.borrow_mut();
        let replies =
            pipes.send(kind, body.as_bytes()).and_then(|()| pipes.expect(FromParent::Replies));
        match replies {
            Ok(frame) => Ok(frame.body),
            // The parent is gone, and nobody is left to answer to.
            Err(_) => exit(i32::from(EXIT_PROTOCOL)),
        }
    }
}

impl Outside for Parent {
    fn http(&mut self, calls: String) -> Result<Vec<u8>, RunError> {
        self.ask(FromChild::Calls, &calls, "the requests of one call")
    }

    fn sign(&mut self, signing: String) -> Result<Vec<u8>, RunError> {
        self.ask(FromChild::Sign, &signing, "what is to be signed")
    }

    fn log(&mut self, line: String) {
        #[cfg(feature = "fault")]
        crate::fault::commit(&line);
        if self.pipes.borrow_mut().send(FromChild::Log, line.as_bytes()).is_err() {
            exit(i32::from(EXIT_PROTOCOL));
        }
    }
}
