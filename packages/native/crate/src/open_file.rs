use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::control::Control;
use crate::file_record::FileRecord;
use crate::lease::{Lease, Mapped};
use crate::problem::Problem;
use crate::stats::Stats;
use crate::system;

/// At or above this size, a file is written back before it is read, and its path is checked again afterwards; below it, the times
/// of the open file are enough.
const LARGE_BYTES: u64 = 8 * 1024 * 1024;

/// The longest tick, in milliseconds, of the clock that most file systems use. A change within the tick of an earlier change leaves
/// the times as they are.
const TICK: u64 = 16;

/// The tick of file systems that keep whole seconds, the longest of which is that of FAT.
const COARSE_TICK: u64 = 2000;

/// A fault that is still waiting for the disk to write a page has set the time of the file no longer ago than this.
const RECENT: u64 = 2000;

/// How often a file may change before its first range is read; one that is still written to changes each time.
const MAX_ATTEMPTS: usize = 5;

/// How much is written back between two looks at whether the run was stopped.
const FLUSHED_AT_ONCE: u64 = 16 * 1024 * 1024;

/// One opened regular file. Call `begin` before reading. If `confirm` succeeds, a digest of what was read is a digest of this one
/// file, unchanged, as it was when its first range was opened.
pub struct OpenFile {
    file: File,
    path: PathBuf,
    record: Option<Arc<FileRecord>>,
    before: Stats,
    /// Asked for when the file is to be mapped.
    lease: OnceLock<Option<Lease>>,
}

impl OpenFile {
    /// Opens it without following a link, and without waiting for a FIFO that was put in its place.
    pub fn open(
        path: PathBuf,
        expected_size: Option<u64>,
        record: Option<Arc<FileRecord>>,
    ) -> Result<Self, Problem> {
        let file = system::open(&path).map_err(|error| match system::is_replaced(&error) {
            true => Problem::Changed("was replaced"),
            false => Problem::system("open", &error),
        })?;
        let before = look(&file)?;
        if !before.is_file {
            return Err(Problem::Changed("is no longer a regular file"));
        }
        if expected_size.is_some_and(|size| size != before.size) {
            return Err(Problem::Changed("changed its size"));
        }
        Ok(OpenFile {
            file,
            path,
            record,
            before,
            lease: OnceLock::new(),
        })
    }

    pub fn size(&self) -> u64 {
        self.before.size
    }

    /// Takes the stats that the file must keep.
    ///
    /// The first store into a page that is not dirty faults and sets the file's time before the store is done; further stores
    /// change no time until the page is written back. So a large file is looked at, written back, and looked at again: if its
    /// time is older than a tick and did not change, no page became dirty meanwhile, and those that were dirty no longer are.
    /// Every store after the second look then faults, and sets a time that differs from the recorded one.
    pub fn begin(&mut self, control: &Control) -> Result<(), Problem> {
        let before = match &self.record {
            Some(record) => record.compare(|| self.settled(control), || look(&self.file))?,
            None => self.settled(control)?,
        };
        if before.size != self.before.size {
            return Err(Problem::Changed("changed its size"));
        }
        self.before = before;
        Ok(())
    }

    /// Stats that any later change will change. Old short files need no second look.
    fn settled(&self, control: &Control) -> Result<Stats, Problem> {
        let is_large = self.size() >= LARGE_BYTES;
        let mut before = self.before;
        for _ in 0..MAX_ATTEMPTS {
            let tick = if before.has_whole_seconds() {
                COARSE_TICK
            } else {
                TICK
            };
            let is_recent = before.is_younger(if is_large { RECENT } else { tick }, RECENT);
            if !is_recent && !is_large {
                return Ok(before);
            }
            if is_recent && is_large {
                self.flush(control)?; // ends the faults that wait for a page to be written
            }
            if is_recent {
                control.sleep(Duration::from_millis(tick + 1))?;
            }
            if is_large {
                self.flush(control)?;
            }
            let after = look(&self.file)?;
            if after == before {
                return Ok(after);
            }
            before = after;
        }
        Err(Problem::Changed("kept changing"))
    }

    /// Writes the file back, in pieces if the system can do that, so that a long wait can be ended.
    fn flush(&self, control: &Control) -> Result<(), Problem> {
        for from in (0..self.size()).step_by(FLUSHED_AT_ONCE as usize) {
            control.check()?;
            unless_impossible(system::write_back(&self.file, from, FLUSHED_AT_ONCE))?;
        }
        unless_impossible(self.file.sync_data())
    }

    /// Maps a part of the file, if there is a lease on it.
    pub fn map(&self, position: u64, length: u64) -> Option<Mapped> {
        let lease = self
            .lease
            .get_or_init(|| Lease::take(&self.file, self.size()));
        lease.as_ref()?.map(&self.file, position, length)
    }

    /// Whether memory that is mapped may still be used. Ask before each use, which has to be short.
    pub fn holds_lease(&self) -> bool {
        self.lease().is_some_and(|lease| lease.holds(&self.file))
    }

    /// Ends the use of a mapping.
    pub fn unmap(&self, mapped: Option<Mapped>) {
        if let Some(lease) = self.lease() {
            lease.release(&self.file, mapped);
        }
    }

    fn lease(&self) -> Option<&Lease> {
        self.lease.get().and_then(Option::as_ref)
    }

    /// Fills the buffer from a position in the file.
    pub fn read(&self, buffer: &mut [u8], position: u64) -> Result<(), Problem> {
        let mut filled = 0;
        while filled < buffer.len() {
            match system::read_at(&self.file, &mut buffer[filled..], position + filled as u64) {
                Ok(0) => return Err(Problem::Changed("became shorter")),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Problem::system("read", &error)),
            }
        }
        Ok(())
    }

    /// Fails if the file changed since `begin`, or was replaced.
    pub fn confirm(&self) -> Result<(), Problem> {
        if look(&self.file)? != self.before {
            return Err(Problem::Changed("changed"));
        }
        if self.size() < LARGE_BYTES {
            return Ok(());
        }
        match system::look_at(&self.path) {
            Ok(found) if found == self.before => Ok(()),
            Ok(_) => Err(Problem::Changed("was replaced")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Problem::Changed("was replaced"))
            }
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                Err(Problem::Changed("was replaced"))
            }
            Err(error) => Err(Problem::system("lstat", &error)),
        }
    }
}

fn look(file: &File) -> Result<Stats, Problem> {
    system::look(file).map_err(|error| Problem::system("fstat", &error))
}

fn unless_impossible(synced: io::Result<()>) -> Result<(), Problem> {
    match synced {
        Err(error) if !system::cannot_sync(&error) => Err(Problem::system("fdatasync", &error)),
        _ => Ok(()),
    }
}
