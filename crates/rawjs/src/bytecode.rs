//! Scripts in the form that the engine runs.

use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::slice;

use rquickjs::{Ctx, Error, JsLifetime, Result, Value, qjs};
use sha2::{Digest as _, Sha256};

/// A SHA-256 hash.
pub type Digest = [u8; 32];

/// A script that the engine has compiled. Only the version of the engine that wrote it can run it: it
/// is never stored, and never comes from anywhere but a process of the same binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytecode(Vec<u8>);

impl Bytecode {
    /// Compiles a script. It keeps the names and lines that stacks show, and no source.
    ///
    /// # Errors
    /// When the source is no script (the exception is pending in the context), holds a NUL
    /// character, or needs more memory than there is.
    #[expect(unsafe_code, reason = "the binding compiles only modules")]
    pub fn compile(ctx: &Ctx<'_>, name: &CStr, source: &str) -> Result<Self> {
        let source = CString::new(source)?;
        let flags = qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_COMPILE_ONLY;
        let raw = ctx.as_raw().as_ptr();
        // SAFETY: the context is alive and its runtime locked, which `ctx` shows. Both texts end
        // with NUL, the length is the source's without it, and the engine keeps neither.
        let compiled = unsafe {
            let length = source.as_bytes().len();
            let Ok(flags) = flags.try_into() else { return Err(Error::Unknown) };
            let length = length as qjs::size_t;
            let value = qjs::JS_Eval(raw, source.as_ptr(), length, name.as_ptr(), flags);
            // It is an exception or a value that is ours from here on.
            Value::from_raw(ctx.clone(), value)
        };
        if compiled.is_exception() {
            return Err(Error::Exception);
        }
        let flags = qjs::JS_WRITE_OBJ_BYTECODE | qjs::JS_WRITE_OBJ_STRIP_SOURCE;
        let Ok(flags) = flags.try_into() else { return Err(Error::Unknown) };
        let mut length = MaybeUninit::<qjs::size_t>::uninit();
        // SAFETY: as above; the value belongs to this context and is only read.
        let bytes =
            unsafe { qjs::JS_WriteObject(raw, length.as_mut_ptr(), compiled.as_raw(), flags) };
        if bytes.is_null() {
            return Err(Error::Exception);
        }
        // SAFETY: the engine gave a buffer of its own and, since it is not null, wrote its length.
        // It is copied, then given back to the engine, once.
        let copy = unsafe {
            let length = usize::try_from(length.assume_init()).map_err(|_| Error::Allocation)?;
            let copy = slice::from_raw_parts(bytes, length).to_vec();
            qjs::js_free(raw, bytes.cast());
            copy
        };
        Ok(Self(copy))
    }

    /// Takes bytes for a compiled script when they are those that the digest is of. Whoever gives the
    /// digest vouches for them: other bytes can make the engine do anything.
    #[must_use]
    pub fn checked(bytes: &[u8], digest: &Digest) -> Option<Self> {
        (Self::digest_of(bytes) == *digest).then(|| Self(bytes.to_vec()))
    }

    /// What [`Bytecode::checked`] wants to see.
    #[must_use]
    pub fn digest_of(bytes: &[u8]) -> Digest {
        Sha256::digest(bytes).into()
    }

    /// As bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Loads the script into a context, which need not be able to compile.
    ///
    /// # Errors
    /// When there is no memory for it; the exception is pending in the context.
    #[expect(unsafe_code, reason = "the binding loads only modules")]
    pub fn load<'js>(&self, ctx: &Ctx<'js>) -> Result<Loaded<'js>> {
        let Ok(flags) = qjs::JS_READ_OBJ_BYTECODE.try_into() else { return Err(Error::Unknown) };
        // SAFETY: the context is alive and its runtime locked, which `ctx` shows. The bytes were
        // written by this engine: here, or by a process of the same binary, as whoever called
        // `checked` vouches. The engine copies them. What it gives is ours.
        let loaded = unsafe {
            let length = self.0.len() as qjs::size_t;
            let raw = ctx.as_raw().as_ptr();
            Value::from_raw(ctx.clone(), qjs::JS_ReadObject(raw, self.0.as_ptr(), length, flags))
        };
        if loaded.is_exception() { Err(Error::Exception) } else { Ok(Loaded(loaded)) }
    }

    /// Loads and runs the script. Gives its last value.
    ///
    /// # Errors
    /// When the script throws; the exception is pending in the context.
    pub fn run<'js>(&self, ctx: &Ctx<'js>) -> Result<Value<'js>> {
        self.load(ctx)?.run()
    }
}

/// A script that is loaded into a context and has not run.
#[derive(Debug, Clone)]
pub struct Loaded<'js>(Value<'js>);

impl<'js> Loaded<'js> {
    /// Runs the script. Gives its last value.
    ///
    /// # Errors
    /// When the script throws; the exception is pending in the context.
    #[expect(unsafe_code, reason = "the binding runs only modules")]
    pub fn run(self) -> Result<Value<'js>> {
        let ctx = self.0.ctx().clone();
        // SAFETY: the context is alive and its runtime locked, which `ctx` shows. The value is what
        // `load` made, a compiled script; the engine counts one use of it down, which is counted up
        // here.
        let value = unsafe {
            let raw = ctx.as_raw().as_ptr();
            let function = qjs::JS_DupValue(raw, self.0.as_raw());
            Value::from_raw(ctx, qjs::JS_EvalFunction(raw, function))
        };
        if value.is_exception() { Err(Error::Exception) } else { Ok(value) }
    }
}

// SAFETY: the lifetime is the one of the value and nothing else.
#[expect(unsafe_code, reason = "the binding asks for the promise that only a lifetime changes")]
unsafe impl<'js> JsLifetime<'js> for Loaded<'js> {
    type Changed<'to> = Loaded<'to>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use rquickjs::context::intrinsic;
    use rquickjs::{Context, Function, Runtime};

    /// Compiled in one runtime, run in another that has no compiler.
    fn run(source: &str) -> std::result::Result<i32, String> {
        let runtime = Runtime::new().unwrap();
        let compiler = Context::custom::<intrinsic::Eval>(&runtime).unwrap();
        let code = compiler.with(|ctx| {
            Bytecode::compile(&ctx, c"script.js", source).map_err(|error| error.to_string())
        })?;
        let digest = Bytecode::digest_of(code.as_bytes());
        let code = Bytecode::checked(code.as_bytes(), &digest).unwrap();
        let runtime = Runtime::new().unwrap();
        let bare = Context::base(&runtime).unwrap();
        bare.with(|ctx| {
            add_then(&ctx, &code).map_err(|error| format!("{error}: {:?}", ctx.catch()))
        })
    }

    fn add_then(ctx: &Ctx<'_>, code: &Bytecode) -> Result<i32> {
        crate::add_base64(ctx)?;
        code.run(ctx)?;
        ctx.globals().get::<_, Function<'_>>("transform")?.call(())
    }

    #[test]
    fn a_compiled_script_runs_where_nothing_can_be_compiled() {
        assert_eq!(run("const one = 1; function transform() { return one + 1 }"), Ok(2));
        assert_eq!(run("var transform = () => btoa('abc').length"), Ok(4));
    }

    #[test]
    fn mistakes_of_a_script_are_exceptions() {
        for bad in ["function {", "null.x; function transform() {}", "eval('1'); var transform"] {
            assert!(run(bad).is_err(), "{bad}");
        }
        assert!(run("a\0").unwrap_err().contains("nul"));
    }

    #[test]
    fn bytes_that_nobody_vouches_for_are_none() {
        let digest = Bytecode::digest_of(b"these");
        assert_eq!(Bytecode::checked(b"those", &digest), None);
        assert!(Bytecode::checked(b"these", &digest).is_some());
    }
}
