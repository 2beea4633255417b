//! What the reader offers to Node.

use std::ptr::NonNull;
use std::sync::Arc;
use std::thread;

use napi::bindgen_prelude::*;
use napi::{Env, JsDeferred};
use napi_derive::napi;

use crate::binding::{Outcome, copied, invalid, required, to_node};
use crate::digests::Digests;
use crate::engine::Algorithm;
use crate::jobs::path_from;
use crate::memory::Memory;
use crate::problem::{Failure, Problem};
use crate::reader::{Job, Reader as Queue};
use crate::threads;

type Resolver<T> = Box<dyn FnOnce(Env) -> Result<T> + Send>;

/// Opens a reader, which starts threads when it has something to read.
#[napi]
pub fn open_reader(algorithm: String, threads: u32) -> Result<Reader> {
    let algorithm = Algorithm::from_name(&algorithm).ok_or_else(|| invalid("no such algorithm"))?;
    let threads = crate::engine::threads_for(threads as usize);
    Ok(Reader {
        queue: Arc::new(Queue::new(algorithm, threads)),
    })
}

/// Reads parts of files into memory, and hashes what is in that memory.
#[napi]
pub struct Reader {
    queue: Arc<Queue>,
}

#[napi]
impl Reader {
    /// How many parts are read at the same time.
    #[napi(getter)]
    pub fn at_once(&self) -> u32 {
        self.queue.at_once() as u32
    }

    /// Reads a part of a file into memory. The promise settles when the memory is written to no more.
    #[napi]
    pub fn read<'env>(
        &self,
        env: &'env Env,
        #[napi(ts_arg_type = "ReadRequest")] request: Object<'env>,
    ) -> Result<Object<'env>> {
        let path = path_from(&copied::<Uint8Array>(&request, "path")?);
        let size = required::<f64>(&request, "size")?;
        let start = required::<f64>(&request, "start")?;
        if !(start >= 0.0 && start.fract() == 0.0) {
            return Err(invalid("a range starts before its file"));
        }
        let (memory, owner) = memory_of(required::<Uint8Array>(&request, "into")?);
        self.start_thread(*env)?;
        let (deferred, promise): (JsDeferred<Outcome, Resolver<Outcome>>, _) =
            env.create_deferred()?;
        let done = move |outcome| {
            deferred.resolve(Box::new(move |_| {
                drop(owner); // on the thread of Node
                Ok(to_node(digests(outcome)))
            }));
        };
        let expected_size = (size >= 0.0).then_some(size as u64);
        self.queue
            .add(Job::new(path, expected_size, start as u64, memory, done));
        Ok(promise)
    }

    /// Ends it soon. What was not read by then fails as stopped. The promise settles when none of its threads works any more.
    #[napi]
    pub fn close<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let (deferred, promise): (JsDeferred<(), Resolver<()>>, _) = env.create_deferred()?;
        self.queue
            .close(move || deferred.resolve(Box::new(|_| Ok(()))));
        Ok(promise)
    }

    fn start_thread(&self, env: Env) -> Result<()> {
        if !self.queue.needs_thread() {
            return Ok(());
        }
        let (worker, stopped) = (Arc::clone(&self.queue), Arc::clone(&self.queue));
        match thread::Builder::new().spawn(move || worker.work()) {
            Ok(thread) => threads::keep(env, Box::new(move || stopped.stop()), thread),
            Err(error) if self.queue.do_without() => Err(error.into()),
            Err(_) => Ok(()),
        }
    }
}

/// A reader that is forgotten has no threads for long.
impl Drop for Reader {
    fn drop(&mut self) {
        self.queue.stop();
    }
}

fn digests(
    outcome: std::result::Result<Vec<u8>, Problem>,
) -> std::result::Result<Digests, Failure> {
    match outcome {
        Ok(bytes) => Ok(Digests {
            bytes,
            pointers: Vec::new(),
        }),
        Err(problem) => Err(Failure::of(0, problem)),
    }
}

/// The memory of an array of bytes, and what keeps it from being freed.
fn memory_of(mut owner: Uint8Array) -> (Memory, Uint8Array) {
    // SAFETY: only the address and the length are used.
    let bytes = unsafe { owner.as_mut() };
    let (from, length) = (NonNull::from(&mut *bytes).cast(), bytes.len());
    // SAFETY: the array keeps its memory as long as it is not detached, which the caller promises, as it promises not to use the
    // memory until the job settles: `reading.ts` moves it to an array that nothing else refers to.
    let memory = unsafe { Memory::new(from, length) };
    (memory, owner)
}
