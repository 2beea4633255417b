use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use crate::stats::Stats;

/// Follows no link, and does not block on a FIFO that was put in the file's place.
const OPEN_FLAGS: i32 = libc::O_NOFOLLOW | libc::O_NONBLOCK;

pub fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags(OPEN_FLAGS)
        .open(path)
}

/// Whether a file cannot be opened because something else is at its path, or nothing.
pub fn is_replaced(error: &io::Error) -> bool {
    const REPLACED: [i32; 6] = [
        libc::ELOOP,
        libc::EMLINK,
        libc::ENOENT,
        libc::ENOTDIR,
        libc::EISDIR,
        libc::ENXIO,
    ];
    error
        .raw_os_error()
        .is_some_and(|errno| REPLACED.contains(&errno))
}

/// Whether a file system cannot write back a file, or not one that is open for reading; nothing is lost by that.
pub fn cannot_sync(error: &io::Error) -> bool {
    const CANNOT_SYNC: [i32; 9] = [
        libc::EACCES,
        libc::EBADF,
        libc::EINVAL,
        libc::ENOSYS,
        libc::ENOTSUP,
        libc::EOPNOTSUPP,
        libc::EPERM,
        libc::EROFS,
        libc::ESPIPE,
    ];
    error
        .raw_os_error()
        .is_some_and(|errno| CANNOT_SYNC.contains(&errno))
}

pub fn look(file: &File) -> io::Result<Stats> {
    file.metadata().map(|found| stats(&found))
}

/// Looks at what is at a path, without following a link.
pub fn look_at(path: &Path) -> io::Result<Stats> {
    path.symlink_metadata().map(|found| stats(&found))
}

fn stats(found: &Metadata) -> Stats {
    Stats {
        device: found.dev(),
        inode: found.ino(),
        size: found.len(),
        modified: (found.mtime(), found.mtime_nsec()),
        changed: (found.ctime(), found.ctime_nsec()),
        is_file: found.is_file(),
    }
}

pub fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    file.read_at(buffer, position)
}

/// Writes a part of a file back. An error of the disk is reported here, and then not once more.
#[cfg(target_os = "linux")]
pub fn write_back(file: &File, from: u64, length: u64) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    const FLAGS: libc::c_uint = libc::SYNC_FILE_RANGE_WAIT_BEFORE
        | libc::SYNC_FILE_RANGE_WRITE
        | libc::SYNC_FILE_RANGE_WAIT_AFTER;
    // SAFETY: it takes no pointer, and the descriptor is open as long as `file` is borrowed.
    match unsafe { libc::sync_file_range(file.as_raw_fd(), from as i64, length as i64, FLAGS) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(not(target_os = "linux"))]
pub fn write_back(_: &File, _: u64, _: u64) -> io::Result<()> {
    Ok(())
}

/// The number of a system error as Node has it.
#[cfg_attr(test, allow(dead_code))]
pub fn errno(error: i32) -> i32 {
    -error
}
