//! `btoa` and `atob`.

use rquickjs::{Ctx, Error, Result, qjs};

/// Gives a context `btoa` and `atob`, which the binding can only add together with everything else.
///
/// # Errors
/// When there is no memory for them.
#[expect(unsafe_code, reason = "the binding does not wrap this call")]
pub fn add_base64(ctx: &Ctx<'_>) -> Result<()> {
    // SAFETY: the pointer is of a live context, which `ctx` keeps alive and its runtime locked.
    let failed = unsafe { qjs::JS_AddIntrinsicAToB(ctx.as_raw().as_ptr()) };
    if failed == 0 { Ok(()) } else { Err(Error::Allocation) }
}
