//! Reads parts of files into memory and hashes what is in that memory, on threads that wait for more.

use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard};

use crate::blake2b_streams::Blake2bStreams;
use crate::blake3_streams::Blake3Streams;
use crate::engine::Algorithm;
use crate::memory::Memory;
use crate::problem::Problem;
use crate::read_lane::ReadLane;
use crate::sha256_streams::Sha256Streams;
use crate::stream_hash::{Stream, StreamHash};

/// Called once the memory of a job is used no more.
type Done = Box<dyn FnOnce(Result<Vec<u8>, Problem>) + Send>;

/// A part of a file, which is as long as the memory that it is read into.
pub struct Job {
    pub path: PathBuf,
    pub expected_size: Option<u64>,
    pub start: u64,
    pub into: Memory,
    done: Option<Done>,
}

impl Job {
    pub fn new(
        path: PathBuf,
        expected_size: Option<u64>,
        start: u64,
        into: Memory,
        done: impl FnOnce(Result<Vec<u8>, Problem>) + Send + 'static,
    ) -> Self {
        Job {
            path,
            expected_size,
            start,
            into,
            done: Some(Box::new(done)),
        }
    }

    fn settle(mut self, outcome: Result<Vec<u8>, Problem>) {
        if let Some(done) = self.done.take() {
            done(outcome);
        }
    }
}

/// A job always settles: what drops it has been stopped or has panicked.
impl Drop for Job {
    fn drop(&mut self) {
        if let Some(done) = self.done.take() {
            done(Err(Problem::Stopped));
        }
    }
}

/// The queue of the jobs, which threads empty by calling [`Reader::work`].
pub struct Reader {
    algorithm: Algorithm,
    most_threads: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    /// Jobs that are being read.
    active: usize,
    threads: usize,
    idle: usize,
    is_stopped: bool,
    /// Called when the last thread has ended.
    ended: Vec<Box<dyn FnOnce() + Send>>,
}

impl Reader {
    pub fn new(algorithm: Algorithm, threads: usize) -> Self {
        Reader {
            algorithm,
            most_threads: threads,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// How many jobs are read at the same time.
    pub fn at_once(&self) -> usize {
        let width = match self.algorithm {
            Algorithm::Sha256 => Sha256Streams::new().width(),
            Algorithm::Blake2b => Blake2bStreams.width(),
            Algorithm::Blake3 => Blake3Streams.width(),
        };
        self.most_threads * width
    }

    /// Makes room for one more thread if there is work for it. The thread has to call [`Reader::work`], or [`Reader::do_without`].
    pub fn needs_thread(&self) -> bool {
        let mut state = self.lock();
        let needs = state.idle == 0 && state.threads < self.most_threads && !state.is_stopped;
        state.threads += usize::from(needs);
        needs
    }

    /// Takes into account that a thread could not be started. Returns whether there is none at all.
    pub fn do_without(&self) -> bool {
        self.end_thread()
    }

    pub fn add(&self, job: Job) {
        let mut state = self.lock();
        if state.is_stopped {
            drop(state);
            return drop(job);
        }
        state.queue.push_back(job);
        self.changed.notify_one();
    }

    /// Ends all threads soon. What was not read by then fails as stopped.
    pub fn stop(&self) {
        let dropped = {
            let mut state = self.lock();
            state.is_stopped = true;
            self.changed.notify_all();
            mem::take(&mut state.queue)
        };
        drop(dropped);
    }

    /// Like [`Reader::stop`], and calls a function once no thread is left.
    pub fn close(&self, ended: impl FnOnce() + Send + 'static) {
        self.stop();
        let mut state = self.lock();
        if state.threads > 0 {
            return state.ended.push(Box::new(ended));
        }
        drop(state);
        ended();
    }

    /// Reads and hashes until it is stopped.
    pub fn work(&self) {
        while catch_unwind(AssertUnwindSafe(|| self.work_with_algorithm())).is_err() {}
        self.end_thread();
    }

    fn work_with_algorithm(&self) {
        match self.algorithm {
            Algorithm::Sha256 => self.hash(&Sha256Streams::new()),
            Algorithm::Blake2b => self.hash(&Blake2bStreams),
            Algorithm::Blake3 => self.hash(&Blake3Streams),
        }
    }

    fn hash<H: StreamHash>(&self, hash: &H) {
        let mut lanes = Lanes {
            reader: self,
            hash,
            list: Vec::with_capacity(hash.width()),
        };
        while lanes.take() {
            hash.advance(&mut lanes.list);
            lanes.go_on();
        }
    }

    /// The next job for a thread that reads so many, for which it waits if it reads none. None if there is none for it.
    fn next(&self, lanes: usize, width: usize) -> Option<Job> {
        let mut state = self.lock();
        while lanes == 0 && state.queue.is_empty() && !state.is_stopped {
            state.idle += 1;
            state = match self.changed.wait(state) {
                Ok(state) => state,
                Err(broken) => broken.into_inner(),
            };
            state.idle -= 1;
        }
        let share = (state.queue.len() + state.active).div_ceil(state.threads.max(1));
        if lanes >= share.min(width) || state.is_stopped {
            return None;
        }
        let job = state.queue.pop_front()?;
        state.active += 1;
        Some(job)
    }

    fn is_stopped(&self) -> bool {
        self.lock().is_stopped
    }

    fn end_thread(&self) -> bool {
        let mut state = self.lock();
        state.threads -= 1;
        if state.threads > 0 {
            return false;
        }
        let ended = mem::take(&mut state.ended);
        drop(state);
        ended.into_iter().for_each(|ended| ended());
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }
}

/// What a thread reads.
struct Lanes<'a, H: StreamHash> {
    reader: &'a Reader,
    hash: &'a H,
    list: Vec<ReadLane<H::State>>,
}

impl<H: StreamHash> Lanes<'_, H> {
    /// Takes jobs as long as there is a lane for one, and waits for the first. Returns whether there is anything to hash.
    fn take(&mut self) -> bool {
        loop {
            let Some(job) = self.reader.next(self.list.len(), self.hash.width()) else {
                return !self.list.is_empty() && !self.reader.is_stopped();
            };
            match ReadLane::open(job, self.hash.begin()) {
                Ok(lane) => {
                    self.list.push(lane);
                    self.refill(self.list.len() - 1);
                }
                Err((job, problem)) => self.settle(job, Err(problem)),
            }
        }
    }

    /// Reads on in the lanes whose bytes have been hashed, and settles those that have no more.
    fn go_on(&mut self) {
        for at in (0..self.list.len()).rev() {
            if self.list[at].ready() == 0 {
                self.refill(at);
            }
        }
    }

    /// Reads what comes next in a lane, whose job is settled and which is removed if there is nothing.
    fn refill(&mut self, at: usize) {
        let hash = self.hash;
        let lane = &mut self.list[at];
        let read = match lane.is_done() {
            true => Ok(()),
            false => lane.refill(|buffer, end, length| hash.pad(buffer, end, length)),
        };
        match read {
            Err(problem) => {
                let lane = self.list.swap_remove(at);
                self.settle(lane.job, Err(problem));
            }
            Ok(()) if lane.is_done() => {
                let ReadLane { job, state, .. } = self.list.swap_remove(at);
                self.settle(job, Ok(hash.digest(state)));
            }
            Ok(()) => {}
        }
    }

    fn settle(&self, job: Job, outcome: Result<Vec<u8>, Problem>) {
        self.reader.lock().active -= 1;
        job.settle(outcome);
    }
}

/// After a panic, or when the reader was stopped, the jobs fail.
impl<H: StreamHash> Drop for Lanes<'_, H> {
    fn drop(&mut self) {
        let left = mem::take(&mut self.list);
        self.reader.lock().active -= left.len();
        drop(left);
    }
}
