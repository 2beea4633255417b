use crate::lane::{CHUNK, PADDING};
use crate::open_file::OpenFile;
use crate::problem::Problem;
use crate::reader::Job;
use crate::stream_hash::Stream;

/// The blocks of all algorithms fit into this.
const BLOCK: usize = 128;

/// A part of a file that is read into the caller's memory, and hashed there.
pub struct ReadLane<S> {
    pub job: Job,
    pub state: S,
    file: OpenFile,
    at: usize,
    filled: usize,
    /// The bytes after the last whole block, and what follows them; once `is_last`, these are what is hashed.
    tail: [u8; BLOCK + PADDING],
    is_last: bool,
}

impl<S> ReadLane<S> {
    /// Opens the file. Whether it changes later does not matter: the digest is that of the bytes in memory, which no file can change.
    pub fn open(job: Job, state: S) -> Result<Self, (Job, Problem)> {
        match OpenFile::open(job.path.clone(), job.expected_size, None) {
            Err(problem) => Err((job, problem)),
            Ok(file) => Ok(ReadLane {
                job,
                state,
                file,
                at: 0,
                filled: 0,
                tail: [0; BLOCK + PADDING],
                is_last: false,
            }),
        }
    }

    /// Whether all bytes have been hashed.
    pub fn is_done(&self) -> bool {
        self.is_last && self.at == self.filled
    }

    /// Reads the bytes that come next, once those before are hashed.
    /// @param pad appends what has to follow the last bytes
    pub fn refill(
        &mut self,
        pad: impl FnOnce(&mut [u8], usize, u64) -> usize,
    ) -> Result<(), Problem> {
        let start = self.job.start;
        let into = self.job.into.bytes();
        let whole = into.len() - into.len() % BLOCK;
        if self.at < whole {
            let next = &mut into[self.at..whole.min(self.at + CHUNK)];
            self.file.read(next, start + self.at as u64)?;
            self.filled = self.at + next.len();
            return Ok(());
        }
        let rest = &mut into[whole..];
        self.file.read(rest, start + whole as u64)?;
        self.tail[..rest.len()].copy_from_slice(rest);
        let (end, length) = (rest.len(), into.len() as u64);
        self.at = 0;
        self.filled = pad(&mut self.tail, end, length);
        self.is_last = true;
        Ok(())
    }
}

impl<S> Stream<S> for ReadLane<S> {
    fn ready(&self) -> usize {
        self.filled - self.at
    }

    fn split(&mut self) -> (&mut S, &[u8]) {
        let bytes: &[u8] = if self.is_last {
            &self.tail
        } else {
            self.job.into.bytes()
        };
        (&mut self.state, &bytes[self.at..self.filled])
    }

    fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }
}
