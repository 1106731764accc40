//! The memory of one engine: all that it takes lies in one stretch, so that it can be kept and put back.

use std::alloc::Layout;
use std::ffi::c_void;
use std::io;
use std::mem::{MaybeUninit, align_of, size_of};
use std::num::NonZeroUsize;
use std::ptr::NonNull;
use std::rc::Rc;

use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags, madvise, mmap_anonymous, munmap};
use rlsf::{GRANULARITY, Tlsf};
use rquickjs::allocator::Allocator;

/// Sizes that differ by an eighth are kept apart.
const STEPS: usize = 8;

/// Blocks of up to a gigabyte.
const LEVELS: usize = 26;

/// What the engine wants its blocks aligned to.
const ALIGN: usize = 16;

/// Bytes around the used part that say where the free part begins, and at the end of the stretch.
const EDGE: usize = 2 * GRANULARITY;

/// Bytes that stay with the process after a run. What a run took beyond them goes back to the system.
const WARM_BYTES: usize = 8 << 20;

const PAGE: usize = 4 << 10;

type Blocks = Tlsf<'static, u32, u8, LEVELS, STEPS>;

/// What stands at the beginning of the stretch: with it, all that the allocator knows is within.
struct Head {
    blocks: Blocks,
    /// Bytes from the beginning that were ever in use.
    used: usize,
}

/// The stretch.
pub(crate) struct Memory {
    start: NonNull<u8>,
    length: NonZeroUsize,
}

/// What a stretch held at some moment.
pub(crate) struct Image {
    front: Vec<u8>,
    back: [u8; EDGE],
}

impl Memory {
    /// Takes address space for so many bytes. Pages are taken when they are written.
    #[expect(unsafe_code, reason = "memory of a known place is taken from the system")]
    pub(crate) fn reserve(bytes: usize) -> io::Result<Rc<Self>> {
        let most = (GRANULARITY << LEVELS) - GRANULARITY;
        let bytes = bytes.clamp(1 << 20, most).next_multiple_of(PAGE);
        let length = NonZeroUsize::new(bytes).ok_or(io::ErrorKind::InvalidInput)?;
        let (access, kind) = (
            ProtFlags::PROT_READ | ProtFlags::PROT_WRITE,
            MapFlags::MAP_PRIVATE | MapFlags::MAP_NORESERVE,
        );
        // SAFETY: a new mapping, at an address that the system chooses.
        let start = unsafe { mmap_anonymous(None, length, access, kind) }?.cast::<u8>();
        let memory = Rc::new(Self { start, length });
        let mut head = Head { blocks: Blocks::new(), used: 0 };
        let after = size_of::<Head>().next_multiple_of(GRANULARITY);
        // SAFETY: the mapping is page-aligned and larger than a head; what comes after the head is
        // nobody else's, and lives as long as the head, which is within the same mapping.
        unsafe {
            let free = NonNull::slice_from_raw_parts(start.add(after), length.get() - after);
            head.blocks.insert_free_block_ptr(free).ok_or(io::ErrorKind::OutOfMemory)?;
            head.used = after;
            start.cast::<Head>().write(head);
        }
        Ok(memory)
    }

    /// Keeps what there is.
    #[expect(unsafe_code, reason = "the stretch is read as bytes")]
    pub(crate) fn keep(&self) -> Image {
        let front = self.used().saturating_add(EDGE).min(self.length.get());
        let mut image = Image { front: Vec::with_capacity(front), back: [0; EDGE] };
        // SAFETY: both parts are within the mapping, which is readable and zero where it was never
        // written. They are copied as bytes that may be uninitialised padding, and only copied back.
        unsafe {
            let into = image.front.as_mut_ptr();
            self.start.as_ptr().copy_to_nonoverlapping(into, front);
            image.front.set_len(front);
            let end = self.start.add(self.length.get() - EDGE);
            end.as_ptr().copy_to_nonoverlapping(image.back.as_mut_ptr(), EDGE);
        }
        image
    }

    /// Puts back what was there.
    ///
    /// # Safety
    /// The image is of this stretch, and nobody holds anything that the engine handed out since it
    /// was kept, nor gave back anything that it had handed out before.
    #[expect(unsafe_code, reason = "the stretch is written as bytes")]
    pub(crate) unsafe fn put_back(&self, image: &Image) {
        let used = self.used().min(self.length.get());
        // SAFETY: both parts are within the mapping, as when they were kept; that nothing refers to
        // what they overwrite, the caller promises.
        unsafe {
            self.start.as_ptr().copy_from_nonoverlapping(image.front.as_ptr(), image.front.len());
            let end = self.start.add(self.length.get() - EDGE);
            end.as_ptr().copy_from_nonoverlapping(image.back.as_ptr(), EDGE);
        }
        let warm = image.front.len().max(WARM_BYTES).next_multiple_of(PAGE);
        if used > warm {
            let length = (used - warm).next_multiple_of(PAGE).min(self.length.get() - warm - PAGE);
            // SAFETY: pages beyond all that the image holds and before the last, of this mapping;
            // nothing in them is in use any more. They read as zero afterwards. When it fails they
            // merely stay.
            let _ =
                unsafe { madvise(self.start.add(warm).cast(), length, MmapAdvise::MADV_DONTNEED) };
        }
    }

    fn used(&self) -> usize {
        self.head(|head| head.used)
    }

    #[expect(unsafe_code, reason = "what the allocator knows is within the stretch")]
    fn head<R>(&self, use_it: impl FnOnce(&mut Head) -> R) -> R {
        // SAFETY: a head was written there when the mapping was made. The stretch is used by one
        // thread, it being neither `Send` nor `Sync`, and what is called here does not call back.
        use_it(unsafe { self.start.cast::<Head>().as_mut() })
    }

    fn end_of(&self, block: NonNull<u8>, size: usize) -> usize {
        block.as_ptr().addr().saturating_sub(self.start.as_ptr().addr()).saturating_add(size)
    }

    fn took(&self, head: &mut Head, block: Option<NonNull<u8>>, size: usize) -> *mut u8 {
        let Some(block) = block else { return std::ptr::null_mut() };
        // The block may be a little larger than what was asked for.
        head.used = head.used.max(self.end_of(block, size).next_multiple_of(GRANULARITY));
        block.as_ptr()
    }
}

impl Drop for Memory {
    #[expect(unsafe_code, reason = "the mapping is given back")]
    fn drop(&mut self) {
        // SAFETY: the mapping was made by `reserve`, whole. Who holds something of it holds this
        // too. When it fails it merely stays.
        let _ = unsafe { munmap(self.start.cast::<c_void>(), self.length.get()) };
    }
}

const _: () = assert!(align_of::<MaybeUninit<Head>>() <= PAGE && size_of::<Head>() < PAGE);

/// The stretch as the engine's allocator.
pub(crate) struct Within(pub(crate) Rc<Memory>);

fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.max(1), ALIGN).ok()
}

#[expect(unsafe_code, reason = "an allocator makes promises that the compiler cannot check")]
// SAFETY: blocks come from `Tlsf`, with the size and alignment that were asked for, or are null.
unsafe impl Allocator for Within {
    fn alloc(&mut self, size: usize) -> *mut u8 {
        let Some(layout) = layout(size) else { return std::ptr::null_mut() };
        let memory = &self.0;
        memory.head(|head| {
            let block = head.blocks.allocate(layout);
            memory.took(head, block, size)
        })
    }

    fn calloc(&mut self, count: usize, size: usize) -> *mut u8 {
        let Some(bytes) = count.checked_mul(size) else { return std::ptr::null_mut() };
        let block = self.alloc(bytes);
        if !block.is_null() {
            // SAFETY: the block is ours, and has so many bytes.
            unsafe { block.write_bytes(0, bytes) };
        }
        block
    }

    unsafe fn dealloc(&mut self, block: *mut u8) {
        let Some(block) = NonNull::new(block) else { return };
        // SAFETY: the caller promises that the block is of this allocator; all are aligned alike.
        self.0.head(|head| unsafe { head.blocks.deallocate(block, ALIGN) });
    }

    unsafe fn realloc(&mut self, block: *mut u8, size: usize) -> *mut u8 {
        let Some(old) = NonNull::new(block) else { return self.alloc(size) };
        let Some(layout) = layout(size) else { return std::ptr::null_mut() };
        let memory = &self.0;
        memory.head(|head| {
            // SAFETY: the caller promises that the block is of this allocator; all are aligned alike.
            let block = unsafe { head.blocks.reallocate(old, layout) };
            memory.took(head, block, size)
        })
    }

    unsafe fn usable_size(block: *mut u8) -> usize {
        // SAFETY: the caller promises that the block is of this kind of allocator and in use.
        NonNull::new(block).map_or(0, |block| unsafe { Blocks::allocation_usable_size(block) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(unsafe_code, reason = "what is tested is unsafe")]
    fn what_is_put_back_is_as_it_was_and_can_be_used_on() {
        let memory = Memory::reserve(64 << 20).unwrap();
        let mut within = Within(Rc::clone(&memory));
        let kept = within.alloc(1000);
        // SAFETY: the blocks are of this allocator and as large as is written; those of after the
        // image are forgotten before it is put back.
        unsafe {
            kept.write_bytes(7, 1000);
            assert!(Within::usable_size(kept) >= 1000);
            let image = memory.keep();
            for _ in 0..3 {
                let mut lot: Vec<_> = (1..2000).map(|size| within.alloc(size)).collect();
                assert!(lot.iter().all(|block| !block.is_null() && block.addr() % ALIGN == 0));
                let last = lot.pop().unwrap();
                let grown = within.realloc(last, 20 << 20);
                assert!(!grown.is_null());
                grown.write_bytes(1, 20 << 20);
                within.dealloc(lot.pop().unwrap());
                kept.write_bytes(9, 1000);
                assert!(within.alloc(60 << 20).is_null(), "there is no room for both");
                memory.put_back(&image);
                assert_eq!((*kept, *kept.add(999)), (7, 7));
            }
            within.dealloc(kept);
            assert!(!within.alloc(50 << 20).is_null(), "what is given back comes together again");
        }
    }

    #[test]
    fn what_is_zeroed_is_zero_and_nonsense_is_refused() {
        let mut within = Within(Memory::reserve(1 << 20).unwrap());
        assert!(within.calloc(usize::MAX, 2).is_null());
        assert!(within.alloc(usize::MAX).is_null());
        assert!(within.alloc(2 << 20).is_null());
        assert!(!within.calloc(0, 8).is_null());
    }
}
