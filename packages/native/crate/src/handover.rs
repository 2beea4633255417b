use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use crate::control::Control;

/// How long a thread without work waits before it looks again whether the run was stopped.
const NAP: Duration = Duration::from_millis(10);

/// Where threads without work wait for some that another thread has begun.
pub struct Handover<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    idle: AtomicUsize,
}

struct State<T> {
    offered: Vec<T>,
    busy: usize,
}

impl<T> Handover<T> {
    pub fn new(threads: usize) -> Self {
        let state = Mutex::new(State {
            offered: Vec::new(),
            busy: threads,
        });
        Handover {
            state,
            changed: Condvar::new(),
            idle: AtomicUsize::new(0),
        }
    }

    /// Takes into account that some threads could not be started.
    pub fn do_without(&self, threads: usize) {
        self.lock().busy -= threads;
    }

    /// How many threads wait.
    pub fn idle(&self) -> usize {
        self.idle.load(Ordering::Relaxed)
    }

    /// Gives work to a thread that waits, if there is one that no other work was given to.
    pub fn offer(&self, work: impl FnOnce() -> Option<T>) {
        let mut state = self.lock();
        if self.idle() > state.offered.len() {
            state.offered.extend(work());
            self.changed.notify_one();
        }
    }

    /// Waits for work; none if no thread has any left.
    pub fn wait(&self, control: &Control) -> Option<T> {
        let mut state = self.lock();
        state.busy -= 1;
        self.idle.fetch_add(1, Ordering::Relaxed);
        while state.offered.is_empty() && state.busy > 0 && !control.is_stopped() {
            state = match self.changed.wait_timeout(state, NAP) {
                Ok((state, _)) => state,
                Err(broken) => broken.into_inner().0,
            };
        }
        self.idle.fetch_sub(1, Ordering::Relaxed);
        let work = state.offered.pop();
        match work {
            Some(_) => state.busy += 1,
            None => self.changed.notify_all(),
        }
        work
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
    }
}
