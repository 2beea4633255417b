//! Read leases, mappings under them, and the memory of the process.
//!
//! A read lease is refused while any process has the file open for writing or mapped for it, and makes the kernel hold back a process
//! that wants to write, until the lease is given up or `/proc/sys/fs/lease-break-time` (45 s) is over. Meanwhile no process can
//! shorten the file, so that memory that is mapped from it stays readable.

use std::fs::{self, File};
use std::io;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::ptr::{self, NonNull};
use std::slice;
use std::sync::OnceLock;

use libc::c_int;

/// Sets the signal of a lease, by the numbers of Linux.
const F_SETSIG: c_int = 10;

/// Seconds within which each thread has looked at its leases, and unmapped what it must not use any more.
const LONG_BREAK: u32 = 20;

/// File systems on which only this kernel can write. A file server would write without regard to a lease of its client, and what lies
/// below an overlay can be written directly.
const LOCAL: [u64; 5] = [
    0xef53,      // ext2, ext3, ext4
    0x5846_5342, // XFS
    0x9123_683e, // btrfs
    0xf2f5_2010, // F2FS
    0x0102_1994, // tmpfs
];

/// Asks for a read lease; without one, if the file is open for writing, belongs to another user or is not local.
///
/// By default the kernel tells the owner of a lease by SIGIO, which ends a process. Here it tells no process: SIGURG, which is ignored by
/// default, is only for the moment in which the lease has an owner.
pub fn take_lease(file: &File) -> bool {
    if !leases_last() || !is_local(file) || !control(file, F_SETSIG, libc::SIGURG) {
        return false;
    }
    if !control(file, libc::F_SETLEASE, libc::F_RDLCK) {
        return false;
    }
    let has_no_owner = control(file, libc::F_SETOWN, 0);
    if !has_no_owner {
        give_up_lease(file);
    }
    has_no_owner
}

/// Whether the lease is there and no process waits for its end.
pub fn holds_lease(file: &File) -> bool {
    // SAFETY: it takes no pointer, and the descriptor is open as long as `file` is borrowed.
    unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETLEASE) == libc::F_RDLCK }
}

pub fn give_up_lease(file: &File) {
    control(file, libc::F_SETLEASE, libc::F_UNLCK);
}

/// Whether a writer is held back long enough for a thread of a busy machine to look whether there is one.
fn leases_last() -> bool {
    static LAST: OnceLock<bool> = OnceLock::new();
    *LAST.get_or_init(|| {
        fs::read_to_string("/proc/sys/fs/lease-break-time")
            .is_ok_and(|seconds| can_rely_on(&seconds))
    })
}

/// @param seconds 0 if there is no limit
fn can_rely_on(seconds: &str) -> bool {
    matches!(seconds.trim().parse(), Ok(0 | LONG_BREAK..=u32::MAX))
}

fn control(file: &File, command: c_int, argument: c_int) -> bool {
    // SAFETY: the commands used here take a number, and the descriptor is open as long as `file` is borrowed.
    unsafe { libc::fcntl(file.as_raw_fd(), command, argument) == 0 }
}

fn is_local(file: &File) -> bool {
    let mut found = MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: the call fills `found` if it returns 0, and only then is it read.
    unsafe {
        libc::fstatfs(file.as_raw_fd(), found.as_mut_ptr()) == 0
            && LOCAL
                .iter()
                .any(|&local| found.assume_init().f_type as u64 == local)
    }
}

/// Pages of some processors are larger.
const SMALLEST_PAGE: usize = 4096;

/// The bit that `mincore` sets for a page.
const IN_MEMORY: u8 = 1;

/// A part of a file in memory.
pub struct Mapping {
    from: NonNull<u8>,
    length: usize,
}

// SAFETY: the memory belongs to the process, not to a thread, and is only read.
unsafe impl Send for Mapping {}

impl Mapping {
    /// Maps and reads a part of a file, which must begin on a page.
    ///
    /// # Safety
    /// The file must not be shortened as long as the memory is used.
    pub unsafe fn new(file: &File, position: u64, length: usize) -> io::Result<Self> {
        let descriptor = file.as_raw_fd();
        // SAFETY: it maps new memory at a place that the kernel chooses.
        let from = unsafe {
            libc::mmap(
                ptr::null_mut(),
                length,
                libc::PROT_READ,
                libc::MAP_SHARED,
                descriptor,
                position as i64,
            )
        };
        let from = match NonNull::new(from) {
            Some(from) if from.as_ptr() != libc::MAP_FAILED => from.cast(),
            _ => return Err(io::Error::last_os_error()),
        };
        let mapping = Mapping { from, length };
        // An error of the disk is reported here, and would be a SIGBUS later.
        // SAFETY: the range is that of the mapping.
        match unsafe { libc::madvise(from.as_ptr().cast(), length, libc::MADV_POPULATE_READ) } {
            0 => Ok(mapping),
            _ => Err(io::Error::last_os_error()),
        }
    }

    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the memory is mapped as long as `self` is, and `new` requires that the file stays as long.
        unsafe { slice::from_raw_parts(self.from.as_ptr(), self.length) }
    }

    /// Whether a part, which must begin on a page, is in memory still: the kernel may take pages back from a process.
    pub fn is_in_memory(&self, part: Range<usize>) -> bool {
        assert!(part.start <= part.end && part.end <= self.length);
        let mut pages = vec![IN_MEMORY; part.len().div_ceil(SMALLEST_PAGE)];
        // SAFETY: the part is in the mapping, and `pages` has a byte for each of its pages.
        let asked = unsafe {
            let from = self.from.as_ptr().add(part.start);
            libc::mincore(from.cast(), part.len(), pages.as_mut_ptr())
        };
        asked == 0 && pages.iter().all(|page| page & IN_MEMORY != 0)
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the range is that of the mapping, which is not used any more.
        unsafe { libc::munmap(self.from.as_ptr().cast(), self.length) };
    }
}

/// Gives memory back that the process has freed. After it has freed a long block, as the text of a signature, the GNU library keeps
/// what is freed next, up to twice as much.
#[cfg(all(target_env = "gnu", not(test)))]
pub fn give_back_freed_memory() {
    // SAFETY: it takes no pointer, and may be called by any thread.
    unsafe { libc::malloc_trim(0) };
}

/// The other libraries give memory back by themselves.
#[cfg(all(not(target_env = "gnu"), not(test)))]
pub fn give_back_freed_memory() {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;
    use std::process;

    fn file(name: &str, length: u64) -> File {
        let path = env::temp_dir().join(format!("model-signing-mapping-{}-{name}", process::id()));
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .unwrap();
        fs::remove_file(path).unwrap();
        file.set_len(length).unwrap();
        file
    }

    #[test]
    fn a_lease_that_ends_soon_is_not_relied_on() {
        for (seconds, can) in [
            ("0\n", true),
            ("1\n", false),
            ("19\n", false),
            ("20\n", true),
            ("45\n", true),
            ("", false),
            ("-1\n", false),
        ] {
            assert_eq!(can_rely_on(seconds), can, "{seconds:?}");
        }
    }

    #[test]
    fn what_is_cut_off_from_a_file_is_not_in_memory_any_more() {
        let file = file("cut", 1024 * 1024);
        // SAFETY: nothing that is cut off is used below.
        let mapping = unsafe { Mapping::new(&file, 0, 1024 * 1024) }.unwrap();
        assert!(mapping.is_in_memory(0..1024 * 1024));
        assert!(mapping.is_in_memory(64 * 1024..64 * 1024 + 1));
        assert!(mapping.is_in_memory(0..0));
        file.set_len(512 * 1024).unwrap();
        assert!(mapping.is_in_memory(0..512 * 1024));
        assert!(!mapping.is_in_memory(256 * 1024..512 * 1024 + 1));
        assert!(!mapping.is_in_memory(576 * 1024..576 * 1024 + 1));
    }

    #[test]
    fn what_is_not_in_the_file_is_not_mapped() {
        let file = file("short", 4096);
        // SAFETY: nothing of it is used.
        assert!(unsafe { Mapping::new(&file, 0, 1024 * 1024) }.is_err());
    }
}
