use std::ops;
use std::sync::Arc;

use crate::control::Control;
use crate::jobs::Job;
use crate::lease::Mapped;
use crate::open_file::OpenFile;
use crate::pointer;
use crate::problem::{Failure, Problem};

/// The range of an opened file that is being read.
#[derive(Clone)]
pub struct Range {
    pub job: u32,
    file: Arc<OpenFile>,
    start: u64,
    position: u64,
    end: u64,
}

impl Range {
    pub fn open(job: Job, control: &Control) -> Result<Self, Failure> {
        let Job {
            number,
            path,
            expected_size,
            start,
            end,
            record,
        } = job;
        let opened = OpenFile::open(path, expected_size, record).and_then(|mut file| {
            file.begin(control)?;
            Ok(file)
        });
        let file = opened.map_err(|problem| Failure::of(number, problem))?;
        let end = end.unwrap_or(file.size());
        if start.max(end) > file.size() {
            let read = file.read(&mut [0], start.min(file.size())); // a failure of the disk counts more
            let problem = read.err().unwrap_or(Problem::Changed("became shorter"));
            return Err(Failure::of(number, problem));
        }
        Ok(Range {
            job: number,
            file: Arc::new(file),
            start,
            position: start,
            end,
        })
    }

    pub fn length(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// The bytes that have not been read.
    pub fn left(&self) -> u64 {
        self.end.saturating_sub(self.position)
    }

    /// Fills the buffer with the bytes that come next, as far as there are any, and returns how many those are.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Problem> {
        let count = self.left().min(buffer.len() as u64) as usize;
        self.file.read(&mut buffer[..count], self.position)?;
        self.position += count as u64;
        Ok(count)
    }

    /// Maps the bytes that come next, if the file cannot be shortened meanwhile. They still have to be skipped.
    pub fn map(&self, length: u64) -> Option<Piece> {
        let mapped = self.file.map(self.position, length)?;
        Some(Piece {
            file: Arc::clone(&self.file),
            mapped: Some(mapped),
        })
    }

    /// Leaves out bytes that were read elsewhere.
    pub fn skip(&mut self, bytes: u64) {
        self.position += bytes;
    }

    /// Takes back bytes that were skipped.
    pub fn go_back(&mut self, bytes: u64) {
        self.position -= bytes;
    }

    /// Another part of the same range, by where it begins in the range.
    pub fn part(&self, from: u64, length: u64) -> Range {
        let position = self.start + from;
        Range {
            position,
            end: self.end.min(position + length),
            start: position,
            ..self.clone()
        }
    }

    /// Whether the content, which has been read, is that of a whole file that begins like a pointer.
    pub fn is_pointer(&self, content: &[u8]) -> bool {
        let is_whole = self.start == 0 && self.end == self.file.size();
        is_whole && self.end <= pointer::MAX_BYTES && pointer::begins_like_pointer(content)
    }

    /// Fails if the file changed since it was opened, or was replaced.
    pub fn confirm(&self) -> Result<(), Failure> {
        self.file.confirm().map_err(|problem| self.failure(problem))
    }

    pub fn failure(&self, problem: Problem) -> Failure {
        Failure::of(self.job, problem)
    }
}

/// A part of a file in memory.
pub struct Piece {
    file: Arc<OpenFile>,
    mapped: Option<Mapped>,
}

impl Piece {
    pub fn bytes(&self) -> &[u8] {
        self.mapped.as_ref().map_or(&[], Mapped::bytes)
    }

    /// Whether these bytes may still be used. Ask before each use, which has to be short.
    pub fn is_safe(&self, bytes: ops::Range<usize>) -> bool {
        self.file.holds_lease()
            && self
                .mapped
                .as_ref()
                .is_some_and(|mapped| mapped.is_in_memory(bytes))
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.file.unmap(self.mapped.take());
    }
}
