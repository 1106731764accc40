//! Frames on a pipe: `length: u32`, `kind: u8`, `run: u32`, then `length` bytes, all numbers in
//! little endian. A reader says for each kind how long a frame may be, and takes no memory for bytes
//! that have not come.

use std::io::{self, Read, Write};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

const HEADER_BYTES: usize = 9;

/// Taken at once for a body whose bytes have not come yet, and one more: the engine wants a zero at
/// the end.
const FIRST_BYTES: usize = 64 << 10;

/// What a frame is about. The kinds of one direction are an enum of their own.
pub(crate) trait FrameKind: Copy {
    /// The kind on the wire.
    fn code(self) -> u8;
    /// The kind of a code, if there is one.
    fn of_code(code: u8) -> Option<Self>;
    /// Bytes that a body may have.
    fn max_bytes(self) -> usize;
}

/// One frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame<K> {
    pub(crate) kind: K,
    /// The run that it belongs to.
    pub(crate) run: u32,
    pub(crate) body: Vec<u8>,
}

/// Why there is no frame.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("it closed its pipe")]
    Closed,
    #[error("it ended in the middle of a frame")]
    CutShort,
    #[error("it sent a frame of unknown kind {0}")]
    UnknownKind(u8),
    #[error("it sent a frame of kind {0} out of turn")]
    OutOfTurn(u8),
    #[error("it sent a frame of {length} bytes where {limit} are allowed")]
    TooLong { length: usize, limit: usize },
    #[error("its pipe broke: {0}")]
    Io(#[from] io::Error),
}

struct Header<K> {
    kind: K,
    run: u32,
    length: usize,
}

fn header<K: FrameKind>(
    kind: K,
    run: u32,
    length: usize,
) -> Result<[u8; HEADER_BYTES], FrameError> {
    let limit = kind.max_bytes();
    let too_long = FrameError::TooLong { length, limit };
    let Ok(wire_length) = u32::try_from(length) else { return Err(too_long) };
    if length > limit {
        return Err(too_long);
    }
    let [l0, l1, l2, l3] = wire_length.to_le_bytes();
    let [r0, r1, r2, r3] = run.to_le_bytes();
    Ok([l0, l1, l2, l3, kind.code(), r0, r1, r2, r3])
}

fn parse_header<K: FrameKind>(bytes: [u8; HEADER_BYTES]) -> Result<Header<K>, FrameError> {
    let [l0, l1, l2, l3, code, r0, r1, r2, r3] = bytes;
    let kind = K::of_code(code).ok_or(FrameError::UnknownKind(code))?;
    let limit = kind.max_bytes();
    let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
    if length > limit {
        return Err(FrameError::TooLong { length, limit });
    }
    Ok(Header { kind, run: u32::from_le_bytes([r0, r1, r2, r3]), length })
}

/// A frame that is small enough to be copied: the other side is woken once and not twice.
fn as_one(header: &[u8; HEADER_BYTES], body: &[u8]) -> Option<Vec<u8>> {
    (body.len() <= FIRST_BYTES).then(|| [&header[..], body].concat())
}

/// Writes a frame and flushes it.
pub(crate) fn write<K: FrameKind>(
    pipe: &mut impl Write,
    kind: K,
    run: u32,
    body: &[u8],
) -> Result<(), FrameError> {
    let header = header(kind, run, body.len())?;
    if let Some(frame) = as_one(&header, body) {
        pipe.write_all(&frame)?;
    } else {
        pipe.write_all(&header)?;
        pipe.write_all(body)?;
    }
    Ok(pipe.flush()?)
}

/// Reads a frame.
pub(crate) fn read<K: FrameKind>(pipe: &mut impl Read) -> Result<Frame<K>, FrameError> {
    let mut bytes = [0; HEADER_BYTES];
    let mut filled = 0;
    while let Some(rest @ [_, ..]) = bytes.get_mut(filled..) {
        match pipe.read(rest) {
            Ok(0) if filled == 0 => return Err(FrameError::Closed),
            Ok(0) => return Err(FrameError::CutShort),
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let Header { kind, run, length } = parse_header(bytes)?;
    let mut body = Vec::with_capacity(length.min(FIRST_BYTES) + 1);
    pipe.by_ref().take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(FrameError::CutShort);
    }
    Ok(Frame { kind, run, body })
}

/// Writes a frame and flushes it.
pub(crate) async fn write_async<K: FrameKind>(
    pipe: &mut (impl AsyncWrite + Unpin),
    kind: K,
    run: u32,
    body: &[u8],
) -> Result<(), FrameError> {
    let header = header(kind, run, body.len())?;
    if let Some(frame) = as_one(&header, body) {
        pipe.write_all(&frame).await?;
    } else {
        pipe.write_all(&header).await?;
        pipe.write_all(body).await?;
    }
    Ok(pipe.flush().await?)
}

/// Reads a frame.
pub(crate) async fn read_async<K: FrameKind>(
    pipe: &mut (impl AsyncRead + Unpin),
) -> Result<Frame<K>, FrameError> {
    let mut bytes = [0; HEADER_BYTES];
    let mut filled = 0;
    while let Some(rest @ [_, ..]) = bytes.get_mut(filled..) {
        match pipe.read(rest).await? {
            0 if filled == 0 => return Err(FrameError::Closed),
            0 => return Err(FrameError::CutShort),
            read => filled += read,
        }
    }
    let Header { kind, run, length } = parse_header(bytes)?;
    let mut body = Vec::with_capacity(length.min(FIRST_BYTES) + 1);
    pipe.take(length as u64).read_to_end(&mut body).await?;
    if body.len() < length {
        return Err(FrameError::CutShort);
    }
    Ok(Frame { kind, run, body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::FromChild;
    use proptest::prelude::*;

    fn read_both(bytes: &[u8]) -> (String, String) {
        let blocking = format!("{:?}", read::<FromChild>(&mut &*bytes));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut pipe = bytes;
        let waiting = runtime.block_on(async { read_async::<FromChild>(&mut pipe).await });
        (blocking, format!("{waiting:?}"))
    }

    proptest! {
        #[test]
        fn garbage_never_panics_and_both_readers_agree(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let (blocking, waiting) = read_both(&bytes);
            prop_assert_eq!(blocking, waiting);
        }

        #[test]
        fn what_is_written_reads_back(run in any::<u32>(), body in proptest::collection::vec(any::<u8>(), 0..2048)) {
            let mut pipe = Vec::new();
            write(&mut pipe, FromChild::Log, run, &body).unwrap();
            let frame = read::<FromChild>(&mut pipe.as_slice()).unwrap();
            prop_assert_eq!((frame.run, frame.body), (run, body));
        }

        #[test]
        fn a_frame_that_ends_early_is_none(cut in 0_usize..13) {
            let mut pipe = Vec::new();
            write(&mut pipe, FromChild::Log, 1, b"1234").unwrap();
            let error = read::<FromChild>(&mut &pipe[..cut]).unwrap_err();
            prop_assert_eq!(matches!(error, FrameError::Closed), cut == 0);
        }
    }

    #[test]
    fn an_oversized_length_is_refused_before_a_byte_of_it_is_read() {
        let mut bytes = u32::MAX.to_le_bytes().to_vec();
        bytes.extend([FromChild::Log.code(), 0, 0, 0, 0]);
        let error = read::<FromChild>(&mut bytes.as_slice()).unwrap_err();
        assert!(matches!(error, FrameError::TooLong { .. }), "{error}");
    }
}
