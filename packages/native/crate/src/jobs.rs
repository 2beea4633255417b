use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::file_record::FileRecord;

/// What to hash: each job is a range of a file. Numbers are bytes.
#[derive(Clone, Default)]
pub struct Request {
    /// The paths of the files, one after another, without a separator.
    pub paths: Vec<u8>,
    /// Where the path of each file ends.
    pub path_ends: Vec<u32>,
    /// The size of each file when it was listed; negative if it was not looked up.
    pub sizes: Vec<f64>,
    /// The file of each job.
    pub files: Vec<u32>,
    /// The start and end of each job; a negative end is that of the file.
    pub ranges: Vec<f64>,
}

impl Request {
    /// What is wrong with it, so that no thread has to doubt it.
    pub fn fault(&self) -> Option<&'static str> {
        let ascends = self.path_ends.is_sorted()
            && self
                .path_ends
                .last()
                .is_none_or(|&end| end as usize <= self.paths.len());
        if !ascends || self.sizes.len() != self.path_ends.len() {
            return Some("the paths, their ends and the sizes do not belong together");
        }
        if self.ranges.len() != 2 * self.files.len() {
            return Some("each job needs a start and an end");
        }
        if self
            .files
            .iter()
            .any(|&file| file as usize >= self.sizes.len())
        {
            return Some("a job is of a file that is not listed");
        }
        let is_range = |range: &[f64]| range[0] >= 0.0 && (range[1] < 0.0 || range[1] >= range[0]);
        if !self.ranges.chunks_exact(2).all(is_range) {
            return Some("a range ends before it starts");
        }
        None
    }
}

/// One range of a file.
pub struct Job {
    pub number: u32,
    pub path: PathBuf,
    pub expected_size: Option<u64>,
    pub start: u64,
    pub end: Option<u64>,
    /// Shared by all ranges of the file, if it has several.
    pub record: Option<Arc<FileRecord>>,
}

/// The jobs of a run, from which all threads take until none is left.
pub struct Jobs {
    request: Request,
    records: HashMap<u32, Arc<FileRecord>>,
    /// In the order in which they are taken.
    order: Vec<u32>,
    taken: AtomicUsize,
}

impl Jobs {
    pub fn new(request: Request) -> Self {
        let mut jobs = Jobs {
            records: HashMap::new(),
            order: Vec::new(),
            taken: AtomicUsize::new(0),
            request,
        };
        jobs.records = jobs.records_of_shared_files();
        jobs.order = jobs.largest_first();
        jobs
    }

    pub fn len(&self) -> usize {
        self.order.len()
    }

    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// How many have not been taken yet.
    pub fn waiting(&self) -> usize {
        self.len()
            .saturating_sub(self.taken.load(Ordering::Relaxed))
    }

    /// Takes the next job.
    pub fn take(&self) -> Option<Job> {
        if self.waiting() == 0 {
            return None;
        }
        let at = self.taken.fetch_add(1, Ordering::Relaxed);
        self.order.get(at).map(|&number| self.job(number))
    }

    fn job(&self, number: u32) -> Job {
        let Request {
            paths,
            path_ends,
            sizes,
            files,
            ranges,
        } = &self.request;
        let file = files[number as usize];
        let at = file as usize;
        let from = if at == 0 {
            0
        } else {
            path_ends[at - 1] as usize
        };
        let end = ranges[2 * number as usize + 1];
        Job {
            number,
            path: path_from(&paths[from..path_ends[at] as usize]),
            expected_size: (sizes[at] >= 0.0).then_some(sizes[at] as u64),
            start: ranges[2 * number as usize] as u64,
            end: (end >= 0.0).then_some(end as u64),
            record: self.records.get(&file).cloned(),
        }
    }

    /// How many bytes a job has, if that is known before its file is opened.
    fn known_length(&self, job: usize) -> Option<f64> {
        let (start, end) = (
            self.request.ranges[2 * job],
            self.request.ranges[2 * job + 1],
        );
        let until = if end < 0.0 {
            self.request.sizes[self.request.files[job] as usize]
        } else {
            end
        };
        (until >= 0.0).then_some(until - start)
    }

    /// Largest first, so that all threads finish at about the same time; as listed if no size is known.
    fn largest_first(&self) -> Vec<u32> {
        let lengths: Vec<f64> = (0..self.request.files.len())
            .map(|job| self.known_length(job).unwrap_or(-1.0))
            .collect();
        let mut order: Vec<u32> = (0..lengths.len() as u32).collect();
        if lengths.iter().any(|&length| length >= 0.0) {
            order.sort_by(|&a, &b| lengths[b as usize].total_cmp(&lengths[a as usize]));
        }
        order
    }

    fn records_of_shared_files(&self) -> HashMap<u32, Arc<FileRecord>> {
        let mut records = HashMap::new();
        for (job, &file) in self.request.files.iter().enumerate() {
            let (start, end) = (
                self.request.ranges[2 * job],
                self.request.ranges[2 * job + 1],
            );
            if start > 0.0 || (end >= 0.0 && end != self.request.sizes[file as usize]) {
                records.entry(file).or_default();
            }
        }
        records
    }
}

#[cfg(unix)]
pub fn path_from(bytes: &[u8]) -> PathBuf {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub fn path_from(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
