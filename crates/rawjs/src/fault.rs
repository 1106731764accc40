//! The deliberate fault of test builds.

/// Writes where no memory is.
#[expect(unsafe_code, reason = "a fault is what it is for")]
pub fn segfault() {
    let nowhere = std::ptr::without_provenance_mut::<u8>(0x1000);
    // SAFETY: there is none. The process must die of it; the lowest pages are never mapped.
    unsafe { nowhere.write_volatile(1) }
}
