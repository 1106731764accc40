//! A context that can be had anew for the price of a copy.

use std::mem::ManuallyDrop;
use std::rc::Rc;

use rquickjs::{Context, Ctx, Runtime};

use crate::memory::{Image, Memory, Within};

/// A runtime with one context, as it was when it was set up: [`Rewind::rewind`] makes it so again,
/// whatever has happened in it, down to the last bit of the engine's memory.
///
/// That is as good as a new one, for a tenth of what making it costs, and there is nothing to take
/// down: what a run has made is not freed but forgotten.
pub struct Rewind<T> {
    /// Taken down before the memory, and after a last rewinding: what was forgotten would be missed.
    held: ManuallyDrop<(T, Context, Runtime)>,
    image: Image,
    memory: Rc<Memory>,
}

impl<T> Rewind<T> {
    /// Sets up a context in a memory of so many bytes, with what `furnish` puts into it. What it
    /// gives may hold values of the engine; functions that call back into Rust must be among them,
    /// since such a function is two halves, of which only one lies in the engine's memory: no run may
    /// be the end of it.
    ///
    /// # Errors
    /// With `no_memory` when there is none, or when the setting up fails.
    pub fn set_up<E>(
        bytes: usize,
        no_memory: impl FnOnce() -> E,
        furnish: impl FnOnce(&Runtime) -> Result<(Context, T), E>,
    ) -> Result<Self, E> {
        let Ok(memory) = Memory::reserve(bytes) else { return Err(no_memory()) };
        let runtime = Runtime::new_with_alloc(Within(Rc::clone(&memory)));
        let Ok(runtime) = runtime else { return Err(no_memory()) };
        let (context, things) = furnish(&runtime)?;
        let image = memory.keep();
        Ok(Self { held: ManuallyDrop::new((things, context, runtime)), image, memory })
    }

    /// What was put into it.
    pub fn things(&self) -> &T {
        &self.held.0
    }

    /// Does something in it. What comes out is no value of the engine: nothing of it may outlive the
    /// next [`Rewind::rewind`], which is why it must be fit for another thread.
    pub fn with<R: Send>(&self, act: impl FnOnce(Ctx<'_>, &T) -> R) -> R {
        self.held.1.with(|ctx| act(ctx, &self.held.0))
    }

    /// Makes it as it was. Values that were made since are gone, whether or not they were freed.
    #[expect(unsafe_code, reason = "memory is written under the engine")]
    pub fn rewind(&mut self) {
        // SAFETY: the image is of this memory. No context is entered, since that borrows `self`, so
        // that no value with the lifetime of one is left. Values without one (`Persistent`) cannot
        // leave `with` by its result; that nobody puts one aside is for the
        // one caller, `sandbox::engine`, to see to. Those in `things` were there when the
        // image was kept, and are only lent.
        unsafe { self.memory.put_back(&self.image) };
    }
}

impl<T> Drop for Rewind<T> {
    #[expect(unsafe_code, reason = "the order matters, and comes after the rewinding")]
    fn drop(&mut self) {
        self.rewind();
        // SAFETY: it is dropped here and nowhere else, and not used afterwards.
        unsafe { ManuallyDrop::drop(&mut self.held) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rquickjs::{Error, Function, Persistent};

    type Held = Rewind<Persistent<Function<'static>>>;

    fn held() -> Held {
        let no_memory = || Error::Allocation;
        Rewind::set_up(64 << 20, no_memory, |runtime| {
            let context = Context::full(runtime)?;
            let count = context.with(|ctx| {
                let count: Function<'_> =
                    ctx.eval("globalThis.n = 0; (by) => { globalThis.n += by; return n }")?;
                Ok::<_, Error>(Persistent::save(&ctx, count))
            })?;
            Ok::<_, Error>((context, count))
        })
        .unwrap()
    }

    fn count(held: &Held, by: i32) -> i32 {
        held.with(|ctx, count| count.clone().restore(&ctx)?.call((by,))).unwrap_or(-1)
    }

    #[test]
    fn nothing_of_a_run_is_left_after_it() {
        let mut held = held();
        for _ in 0..50 {
            assert_eq!((count(&held, 1), count(&held, 2)), (1, 3));
            held.with(|ctx, _| {
                // Megabytes that nobody frees, a changed builtin, a pending job and an exception.
                let made: rquickjs::Value<'_> = ctx
                    .eval("Array.prototype.push = null; Promise.resolve(1).then(() => 2); var big = []; for (let i = 0; i < 2e5; i++) big[i] = {i}; big")
                    .unwrap();
                std::mem::forget(made);
                assert!(ctx.eval::<(), _>("Symbol.for('left'); throw {}").is_err());
            });
            held.rewind();
            assert!(
                held.with(|ctx, _| ctx.eval::<bool, _>(
                    "typeof big === 'undefined' && typeof [].push === 'function'"
                ))
                .unwrap()
            );
            held.rewind();
        }
    }

    #[test]
    fn the_memory_is_bounded() {
        let held = held();
        let long = "let s = 'x'.repeat(1 << 20); const all = []; for (;;) all.push(s + all.length + 'y'.repeat(1 << 20))";
        assert!(held.with(|ctx, _| ctx.eval::<(), _>(long).is_err()));
    }
}
