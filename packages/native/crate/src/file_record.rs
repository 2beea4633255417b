use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::problem::Problem;
use crate::stats::Stats;

/// The first stats of a file that is read in several ranges, perhaps by several threads: all ranges have to be of the file as it
/// was then, or the digests would describe a file that never existed (OMS-ENUM-8).
#[derive(Default)]
pub struct FileRecord {
    is_known: AtomicBool,
    first: Mutex<Option<Stats>>,
}

impl FileRecord {
    /// Whether a range of the file was opened before.
    pub fn is_known(&self) -> bool {
        self.is_known.load(Ordering::Acquire)
    }

    /// Takes the first stats from `settled`, which other ranges wait for, and compares those of any later range with them.
    pub fn compare(
        &self,
        settled: impl FnOnce() -> Result<Stats, Problem>,
        look: impl FnOnce() -> Result<Stats, Problem>,
    ) -> Result<Stats, Problem> {
        let mut first = self
            .first
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        if let Some(first) = *first {
            let found = look()?;
            return if found == first {
                Ok(found)
            } else {
                Err(Problem::Changed("changed"))
            };
        }
        let found = settled()?;
        *first = Some(found);
        self.is_known.store(true, Ordering::Release);
        Ok(found)
    }
}
