use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::problem::{Failure, Problem};

/// How long a thread sleeps before it looks again whether it is to stop.
const NAP: Duration = Duration::from_millis(10);

/// What the threads of a run share with its caller: how far they are, and whether they are to stop.
#[derive(Default)]
pub struct Control {
    stopped: AtomicBool,
    bytes: AtomicU64,
    jobs: AtomicU64,
    failure: Mutex<Option<Failure>>,
}

impl Control {
    /// Ends the run without a failure of its own.
    pub fn stop(&self) {
        self.fail(Failure {
            job: None,
            problem: Problem::Stopped,
        });
    }

    /// Ends the run. The first failure is the one that counts.
    pub fn fail(&self, failure: Failure) {
        self.failure
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
            .get_or_insert(failure);
        self.stopped.store(true, Ordering::Release);
    }

    pub fn failure(&self) -> Option<Failure> {
        self.failure
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
            .clone()
    }

    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    pub fn check(&self) -> Result<(), Problem> {
        if self.is_stopped() {
            Err(Problem::Stopped)
        } else {
            Ok(())
        }
    }

    /// Waits, unless the run ends meanwhile.
    pub fn sleep(&self, time: Duration) -> Result<(), Problem> {
        let until = Instant::now() + time;
        loop {
            self.check()?;
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(NAP));
        }
    }

    pub fn count_bytes(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub fn count_job(&self) {
        self.jobs.fetch_add(1, Ordering::Relaxed);
    }

    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub fn jobs(&self) -> u64 {
        self.jobs.load(Ordering::Relaxed)
    }
}
