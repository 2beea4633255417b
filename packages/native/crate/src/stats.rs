use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970, and nanoseconds.
pub type Time = (i64, i64);

/// What identifies a file with its content, as far as the file system can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    pub device: u64,
    pub inode: u64,
    pub size: u64,
    pub modified: Time,
    /// When anything about the file changed, including its other times.
    pub changed: Time,
    pub is_file: bool,
}

impl Stats {
    /// Whether anything about the file changed within the last milliseconds. A clock that is ahead by at most `skew`, as of a
    /// server, counts as now.
    pub fn is_younger(&self, milliseconds: u64, skew: u64) -> bool {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_millis() as i128);
        let (seconds, nanoseconds) = self.changed;
        let age = now - (i128::from(seconds) * 1000 + i128::from(nanoseconds / 1_000_000));
        age <= i128::from(milliseconds) && age > -i128::from(skew)
    }

    /// Whether the file system seems to keep whole seconds: a finer clock hardly ever shows one.
    pub fn has_whole_seconds(&self) -> bool {
        self.changed.1 == 0
    }
}
