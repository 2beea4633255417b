use crate::aligned_buffer::AlignedBuffer;
use crate::problem::{Failure, Problem};
use crate::range::{Piece, Range};
use crate::read_ahead::ReadAhead;
use crate::stream_hash::Stream;

/// Bytes read at once: few enough to be still in the processor's cache when they are hashed.
pub const CHUNK: usize = 128 * 1024;

/// Bytes mapped at once: enough to make up for the cost, and few enough that a process stays small.
const PIECE: u64 = 4 * 1024 * 1024;

/// Room for what follows the last bytes of a stream.
pub const PADDING: usize = 128;

/// A stream that is being hashed, and those of its bytes that have been read.
pub struct Lane<S> {
    pub range: Range,
    pub state: S,
    buffer: AlignedBuffer,
    at: usize,
    filled: usize,
    is_last: bool,
    is_pointer: bool,
    read_ahead: Option<ReadAhead>,
    /// Where the bytes are instead of the buffer, if the file can be mapped.
    piece: Option<Piece>,
}

impl<S> Lane<S> {
    pub fn new(range: Range, state: S, buffer: AlignedBuffer) -> Self {
        Lane {
            range,
            state,
            buffer,
            at: 0,
            filled: 0,
            is_last: false,
            is_pointer: false,
            read_ahead: None,
            piece: None,
        }
    }

    /// Whether all bytes have been hashed.
    pub fn is_done(&self) -> bool {
        self.is_last && self.at == self.filled
    }

    pub fn is_pointer(&self) -> bool {
        self.is_pointer
    }

    /// Whether the bytes need not be read, since they are mapped.
    pub fn is_mapped(&self) -> bool {
        self.piece.is_some()
    }

    /// Reads what was mapped and may not be used any more. Call it before each use, which has to be short.
    pub fn leave_unsafe(&mut self) -> Result<(), Failure> {
        let ready = self.at..self.filled;
        if self.piece.as_ref().is_none_or(|piece| piece.is_safe(ready)) {
            return Ok(());
        }
        self.piece = None;
        let count = self.filled - self.at;
        self.range.go_back(count as u64);
        let read = self.range.read(&mut self.buffer[..count]);
        (self.at, self.filled) = (0, count);
        read.map(|_| ())
            .map_err(|problem| self.range.failure(problem))
    }

    /// Whether another thread reads what comes next.
    pub fn reads_ahead(&self) -> bool {
        self.read_ahead.is_some()
    }

    /// Lets another thread read what comes next.
    pub fn read_ahead(&mut self, reader: ReadAhead) {
        self.read_ahead = Some(reader);
    }

    /// Reads the bytes that come next.
    /// @param pad appends what has to follow the last bytes
    pub fn refill(
        &mut self,
        pad: impl FnOnce(&mut [u8], usize, u64) -> usize,
    ) -> Result<u64, Failure> {
        if self.next_window() {
            return Ok(CHUNK as u64);
        }
        let count = self.read().map_err(|problem| self.range.failure(problem))?;
        self.at = 0;
        self.filled = count;
        self.is_last = self.range.left() == 0;
        if self.is_last {
            self.is_pointer = self.range.is_pointer(&self.buffer[..count]);
            self.filled = pad(&mut self.buffer, count, self.range.length());
        }
        Ok(count as u64)
    }

    /// Goes on to the next bytes of a mapping. The last ones of a stream are read, for the sake of what has to follow them.
    fn next_window(&mut self) -> bool {
        if self.read_ahead.is_some() || self.range.left() <= CHUNK as u64 {
            self.piece = None;
            return false;
        }
        self.at = self.filled;
        if self
            .piece
            .as_ref()
            .is_none_or(|piece| self.at >= piece.bytes().len())
        {
            self.at = 0;
            self.piece = None; // unmapped before the next one is mapped
            let whole = (self.range.left() - 1) / CHUNK as u64 * CHUNK as u64;
            self.piece = self.range.map(whole.min(PIECE));
        }
        self.filled = self.at + CHUNK;
        self.range.skip(if self.piece.is_some() {
            CHUNK as u64
        } else {
            0
        });
        self.piece.is_some()
    }

    fn read(&mut self) -> Result<usize, Problem> {
        let Some(reader) = &mut self.read_ahead else {
            return self.range.read(&mut self.buffer[..CHUNK]);
        };
        let count = reader.next(&mut self.buffer)?;
        self.range.skip(count as u64);
        Ok(count)
    }

    /// Closes the file, and gives the memory back.
    pub fn finish(self) -> (S, AlignedBuffer) {
        (self.state, self.buffer)
    }
}

impl<S> Stream<S> for Lane<S> {
    fn ready(&self) -> usize {
        self.filled - self.at
    }

    fn split(&mut self) -> (&mut S, &[u8]) {
        let bytes = self.piece.as_ref().map_or(&self.buffer[..], Piece::bytes);
        (&mut self.state, &bytes[self.at..self.filled])
    }

    fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }
}
