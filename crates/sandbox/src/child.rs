//! The other side of the pipes: a process that runs one script and nothing else.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd as _;
use std::process::{ExitCode, exit};
use std::rc::Rc;

use crate::engine::{self, Outside};
use crate::frames::{self, Frame, FrameError, FrameKind as _};
use crate::protocol::{CALLS_BYTES, FromChild, FromParent, Terms};
use crate::{RunError, jail};

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
    let source = pipes.expect(FromParent::Script)?.body;
    let source = String::from_utf8(source)
        .map_err(|error| FrameError::Io(io::Error::new(io::ErrorKind::InvalidData, error)))?;
    pipes.send(FromChild::Ready, &[])?;

    let pipes = Rc::new(RefCell::new(pipes));
    loop {
        let Frame { run, body: input, .. } = pipes.borrow_mut().expect(FromParent::Run)?;
        pipes.borrow_mut().run = run;
        jail::allow_one_run(&terms.limits)?;
        let parent = Parent { pipes: Rc::clone(&pipes) };
        let deliver = |output: &[u8]| pipes.borrow_mut().send(FromChild::Output, output);
        match engine::run(&source, input, terms.limits, Box::new(parent), deliver) {
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

impl Outside for Parent {
    fn http(&mut self, calls: String) -> Result<Vec<u8>, RunError> {
        if calls.len() > CALLS_BYTES {
            let message = format!("the requests of one call are larger than {CALLS_BYTES} bytes");
            return Err(RunError::Threw { message, stack: String::new() });
        }
        let mut pipes = self.pipes.borrow_mut();
        let replies = pipes
            .send(FromChild::Calls, calls.as_bytes())
            .and_then(|()| pipes.expect(FromParent::Replies));
        match replies {
            Ok(frame) => Ok(frame.body),
            // The parent is gone, and nobody is left to answer to.
            Err(_) => exit(i32::from(EXIT_PROTOCOL)),
        }
    }

    fn log(&mut self, line: String) {
        if self.pipes.borrow_mut().send(FromChild::Log, line.as_bytes()).is_err() {
            exit(i32::from(EXIT_PROTOCOL));
        }
    }
}
