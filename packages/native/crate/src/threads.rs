use std::cell::RefCell;
use std::thread::JoinHandle;

use napi::{Env, Result};

thread_local! {
    /// What was started by this thread of Node; none if the end of the environment is not watched yet.
    static STARTED: RefCell<Option<Vec<Started>>> = const { RefCell::new(None) };
}

struct Started {
    stop: Box<dyn Fn()>,
    thread: JoinHandle<()>,
}

/// Keeps a thread, and what stops it, until it ends, or until the environment of Node ends, which then waits for it: Node may unload the code of the
/// thread after that.
pub fn keep(env: Env, stop: Box<dyn Fn()>, thread: JoinHandle<()>) -> Result<()> {
    let is_first = STARTED.with_borrow_mut(|started| {
        let is_first = started.is_none();
        let started = started.get_or_insert_default();
        for ended in started.extract_if(.., |started| started.thread.is_finished()) {
            let _ = ended.thread.join();
        }
        started.push(Started { stop, thread });
        is_first
    });
    if is_first {
        env.add_env_cleanup_hook((), |()| end_all())?;
    }
    Ok(())
}

fn end_all() {
    let started = STARTED.with_borrow_mut(Option::take).unwrap_or_default();
    for Started { stop, .. } in &started {
        stop();
    }
    for Started { thread, .. } in started {
        let _ = thread.join();
    }
}
