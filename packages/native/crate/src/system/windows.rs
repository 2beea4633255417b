use std::ffi::c_void;
use std::fs::{File, OpenOptions};
use std::io;
use std::mem;
use std::os::windows::fs::FileExt;
use std::os::windows::io::AsRawHandle;
use std::path::Path;

use crate::stats::{Stats, Time};

const FILE_ATTRIBUTE_DIRECTORY: u32 = 0x10;
const FILE_TYPE_DISK: u32 = 1;
const FILE_BASIC_INFO: i32 = 0;

/// From 1601 to 1970, in the unit of Windows.
const EPOCH: i64 = 116_444_736_000_000_000;

/// The unit of Windows is 100 nanoseconds.
const UNITS_OF_SECOND: i64 = 10_000_000;

#[repr(C)]
#[derive(Default)]
struct BasicInfo {
    created: i64,
    accessed: i64,
    written: i64,
    changed: i64,
    attributes: u32,
}

#[repr(C)]
#[derive(Default)]
struct HandleInfo {
    attributes: u32,
    times: [u32; 6],
    volume: u32,
    size_high: u32,
    size_low: u32,
    links: u32,
    index_high: u32,
    index_low: u32,
}

unsafe extern "system" {
    fn GetFileInformationByHandle(file: *mut c_void, info: *mut HandleInfo) -> i32;
    fn GetFileInformationByHandleEx(
        file: *mut c_void,
        class: i32,
        info: *mut c_void,
        size: u32,
    ) -> i32;
    fn GetFileType(file: *mut c_void) -> u32;
}

pub fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Whether a file cannot be opened because something else is at its path, or nothing.
pub fn is_replaced(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory
    )
}

/// Whether a file system cannot write back a file that is open for reading, which is so on Windows; nothing is lost by that.
pub fn cannot_sync(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::Unsupported
            | io::ErrorKind::ReadOnlyFilesystem
    )
}

pub fn look(file: &File) -> io::Result<Stats> {
    let handle = file.as_raw_handle();
    let mut info = HandleInfo::default();
    let mut basic = BasicInfo::default();
    // SAFETY: the handle is open as long as `file` is borrowed, and `info` has the form that the call fills.
    if unsafe { GetFileInformationByHandle(handle, &mut info) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let size = mem::size_of::<BasicInfo>() as u32;
    let to = (&raw mut basic).cast();
    // SAFETY: as above; `basic` has the form that belongs to the class, and its size is given.
    if unsafe { GetFileInformationByHandleEx(handle, FILE_BASIC_INFO, to, size) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is open as long as `file` is borrowed.
    let is_on_disk = unsafe { GetFileType(handle) } == FILE_TYPE_DISK;
    Ok(Stats {
        device: u64::from(info.volume),
        inode: long(info.index_high, info.index_low),
        size: long(info.size_high, info.size_low),
        modified: time(basic.written),
        changed: time(basic.changed),
        is_file: is_on_disk && info.attributes & FILE_ATTRIBUTE_DIRECTORY == 0,
    })
}

/// Looks at what is at a path.
pub fn look_at(path: &Path) -> io::Result<Stats> {
    look(&open(path)?)
}

fn long(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

fn time(units: i64) -> Time {
    let since = units - EPOCH;
    (
        since.div_euclid(UNITS_OF_SECOND),
        since.rem_euclid(UNITS_OF_SECOND) * 100,
    )
}

pub fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    match file.seek_read(buffer, position) {
        Err(error) if error.raw_os_error() == Some(ERROR_HANDLE_EOF) => Ok(0),
        read => read,
    }
}

const ERROR_HANDLE_EOF: i32 = 38;

/// Nothing: the whole file is written back at once.
pub fn write_back(_: &File, _: u64, _: u64) -> io::Result<()> {
    Ok(())
}

/// The number of a system error as Node has it, which numbers the errors of Windows anew; "unknown" for those that no reading of a
/// file reports.
#[cfg_attr(test, allow(dead_code))]
pub fn errno(error: i32) -> i32 {
    match error {
        2 | 3 => -4058,                 // ENOENT
        4 => -4066,                     // EMFILE
        5 => -4048,                     // EPERM
        32 | 33 => -4082,               // EBUSY
        21 | 23 | 1117 | 1110 => -4070, // EIO
        8 | 14 => -4057,                // ENOMEM
        1314 => -4048,                  // EPERM
        _ => -4094,                     // UNKNOWN
    }
}
