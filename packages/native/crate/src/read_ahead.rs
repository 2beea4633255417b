use std::mem;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::aligned_buffer::AlignedBuffer;
use crate::lane::PADDING;
use crate::problem::Problem;
use crate::range::Range;

/// Bytes that another thread reads at once: more than a thread reads for itself, since handing them over has a cost.
const CHUNK: usize = 2 * 1024 * 1024;

/// One is hashed, one is filled, and one waits, so that neither thread waits for the other.
const BUFFERS: usize = 3;

/// What a hashing thread receives from the thread that reads ahead for it.
pub struct ReadAhead {
    filled: Receiver<Result<(AlignedBuffer, usize), Problem>>,
    empty: Sender<AlignedBuffer>,
}

impl ReadAhead {
    /// @returns what receives the bytes, and what reads them, which is for another thread to call
    pub fn new(mut range: Range) -> (Self, impl FnOnce() + Send) {
        let (empty, to_fill) = channel::<AlignedBuffer>();
        let (full, filled) = channel();
        for _ in 0..BUFFERS {
            let _ = empty.send(AlignedBuffer::new(CHUNK + PADDING));
        }
        let read = move || {
            while range.left() > 0 {
                let Ok(mut buffer) = to_fill.recv() else {
                    return;
                };
                let read = range.read(&mut buffer[..CHUNK]);
                let is_failure = read.is_err();
                let sent = full.send(read.map(|count| (buffer, count)));
                if is_failure || sent.is_err() {
                    return;
                }
            }
        };
        (ReadAhead { filled, empty }, read)
    }

    /// Exchanges the buffer for the next one that has been filled, and returns how many bytes it has.
    pub fn next(&mut self, buffer: &mut AlignedBuffer) -> Result<usize, Problem> {
        let failed = || Problem::Internal("the thread that reads ahead ended early".to_owned());
        let (mut filled, count) = self.filled.recv().map_err(|_| failed())??;
        mem::swap(buffer, &mut filled);
        if filled.len() == buffer.len() {
            let _ = self.empty.send(filled); // which fails once all has been read
        }
        Ok(count)
    }
}
