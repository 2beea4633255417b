use std::fs::File;
use std::ops::Range;
use std::sync::Mutex;

use crate::system::{self, Mapping};

/// A lease costs some calls, so that a short file is read sooner than it is mapped.
const MIN_BYTES: u64 = 1024 * 1024;

/// Mappings begin on a page; this is a multiple of the pages of all processors.
const ALIGNMENT: u64 = 64 * 1024;

/// A read lease on a file, which is given up when a process wants to write and no memory is mapped any more.
///
/// What was read under it is valid only by the checks that hold for any file.
pub struct Lease {
    state: Mutex<State>,
}

struct State {
    holds: bool,
    mapped: usize,
}

impl Lease {
    /// A lease on a file of this size, if there is one to be had.
    pub fn take(file: &File, size: u64) -> Option<Self> {
        let state = State {
            holds: true,
            mapped: 0,
        };
        (size >= MIN_BYTES && system::take_lease(file)).then(|| Lease {
            state: Mutex::new(state),
        })
    }

    /// Whether memory that is mapped may still be used. Ask before each use, which has to be short.
    pub fn holds(&self, file: &File) -> bool {
        self.update(file, |_| {})
    }

    /// Maps a part of the file, if the lease holds and the part can be read.
    pub fn map(&self, file: &File, position: u64, length: u64) -> Option<Mapped> {
        if !self.update(file, |state| state.mapped += usize::from(state.holds)) {
            return None;
        }
        let before = position % ALIGNMENT;
        // SAFETY: the lease holds, and is given up only when `release` was called for this mapping.
        match unsafe { Mapping::new(file, position - before, (length + before) as usize) } {
            Ok(mapping) => Some(Mapped {
                mapping,
                before: before as usize,
            }),
            Err(_) => {
                self.release(file, None);
                None
            }
        }
    }

    /// Ends the use of a mapping.
    pub fn release(&self, file: &File, mapped: Option<Mapped>) {
        drop(mapped);
        self.update(file, |state| state.mapped -= 1);
    }

    fn update(&self, file: &File, change: impl FnOnce(&mut State)) -> bool {
        let mut state = self
            .state
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        let held = state.holds;
        state.holds = held && system::holds_lease(file);
        let mapped = state.mapped;
        change(&mut state);
        let is_last = state.mapped == 0 && (held || mapped > 0);
        if !state.holds && is_last {
            system::give_up_lease(file);
        }
        state.holds
    }
}

/// A part of a file in memory, under a lease.
pub struct Mapped {
    mapping: Mapping,
    before: usize,
}

impl Mapped {
    pub fn bytes(&self) -> &[u8] {
        &self.mapping.bytes()[self.before..]
    }

    /// Whether using these bytes reads nothing from a disk, whose failure would then end the process.
    pub fn is_in_memory(&self, bytes: Range<usize>) -> bool {
        let until = self.before + bytes.end;
        let from = self.before + bytes.start;
        self.mapping
            .is_in_memory(from - from % ALIGNMENT as usize..until)
    }
}
