//! What the engine offers to Node.

use std::mem;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use napi::bindgen_prelude::*;
use napi::{Env, JsDeferred};
use napi_derive::napi;

use crate::control::Control;
use crate::digests::Digests;
use crate::engine::{Algorithm, hash_guarded};
use crate::jobs::Request;
use crate::problem::{Failure, Problem};
use crate::system;
use crate::threads;

/// The version of the package that it was compiled for.
#[napi]
pub const VERSION: &str = env!("PACKAGE_VERSION");

#[napi(object, object_from_js = false)]
pub struct Progress {
    pub jobs: f64,
    pub bytes: f64,
}

#[napi(object, object_from_js = false)]
pub struct Hashed {
    pub digests: Uint8Array,
    pub pointers: Uint32Array,
}

#[napi(object, object_from_js = false)]
pub struct Failed {
    pub failure: FailureDetails,
}

#[napi(object, object_from_js = false, js_name = "Failure")]
pub struct FailureDetails {
    pub job: f64,
    pub kind: &'static str,
    pub message: String,
    pub syscall: &'static str,
    pub errno: i32,
}

pub type Outcome = Either<Hashed, Failed>;
type Resolver = Box<dyn FnOnce(Env) -> Result<Outcome> + Send>;
type Deferred = JsDeferred<Outcome, Resolver>;

/// Starts to hash on threads of its own, and returns at once.
#[napi]
pub fn start(env: Env, #[napi(ts_arg_type = "HashRequest")] request: Object) -> Result<Run> {
    let algorithm = Algorithm::from_name(&required::<String>(&request, "algorithm")?)
        .ok_or_else(|| invalid("no such algorithm"))?;
    let threads = required::<u32>(&request, "threads")? as usize;
    let request = Request {
        paths: copied::<Uint8Array>(&request, "paths")?,
        path_ends: copied::<Uint32Array>(&request, "pathEnds")?,
        sizes: copied::<Float64Array>(&request, "sizes")?,
        files: copied::<Uint32Array>(&request, "files")?,
        ranges: copied::<Float64Array>(&request, "ranges")?,
    };
    if let Some(fault) = request.fault() {
        return Err(invalid(fault));
    }
    let run = Run::default();
    let (control, promised) = (Arc::clone(&run.control), Arc::clone(&run.promised));
    let thread = thread::Builder::new().spawn(move || {
        let outcome = hash_guarded(request, algorithm, threads, &control);
        settle(&promised, |promised| promised.outcome = Some(outcome));
    })?;
    let control = Arc::clone(&run.control);
    threads::keep(env, Box::new(move || control.stop()), thread)?;
    Ok(run)
}

/// Gives memory back to the operating system that the process has freed, where the C library would keep it.
#[napi]
pub fn give_back_freed_memory() {
    system::give_back_freed_memory();
}

/// Copies an array before anything else is asked of the caller, since a getter may free the memory of an array that was got before.
pub fn copied<A: FromNapiValue + Deref>(
    request: &Object,
    name: &str,
) -> Result<<A::Target as ToOwned>::Owned>
where
    A::Target: ToOwned,
{
    Ok(required::<A>(request, name)?.to_owned())
}

pub fn required<V: FromNapiValue>(request: &Object, name: &str) -> Result<V> {
    request
        .get(name)?
        .ok_or_else(|| invalid(&format!("{name} is missing")))
}

pub fn invalid(fault: &str) -> Error {
    Error::new(Status::InvalidArg, fault)
}

/// Hashing that has been started.
#[napi]
#[derive(Default)]
pub struct Run {
    control: Arc<Control>,
    promised: Arc<Mutex<Promised>>,
}

#[napi]
impl Run {
    /// What has been hashed so far.
    #[napi]
    pub fn progress(&self) -> Progress {
        Progress {
            jobs: self.control.jobs() as f64,
            bytes: self.control.bytes() as f64,
        }
    }

    /// Ends it soon, after which it fails as stopped.
    #[napi]
    pub fn stop(&self) {
        self.control.stop();
    }

    /// A promise that settles when none of its threads works any more. It can be asked for once.
    #[napi]
    pub fn finished<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        if mem::replace(&mut lock(&self.promised).is_asked_for, true) {
            return Err(invalid("finished can be called once"));
        }
        let (deferred, promise) = env.create_deferred()?;
        settle(&self.promised, |promised| {
            promised.deferred = Some(deferred)
        });
        Ok(promise)
    }
}

/// The outcome, and the promise of it, whichever is there first.
#[derive(Default)]
struct Promised {
    outcome: Option<std::result::Result<Digests, Failure>>,
    deferred: Option<Deferred>,
    is_asked_for: bool,
}

/// Adds the outcome or the promise, and keeps the promise once there are both.
fn settle(promised: &Mutex<Promised>, add: impl FnOnce(&mut Promised)) {
    let mut promised = lock(promised);
    add(&mut promised);
    if promised.outcome.is_none() {
        return;
    }
    if let Some(deferred) = promised.deferred.take()
        && let Some(outcome) = promised.outcome.take()
    {
        deferred.resolve(Box::new(move |_| Ok(to_node(outcome))));
    }
}

fn lock(promised: &Mutex<Promised>) -> MutexGuard<'_, Promised> {
    promised.lock().unwrap_or_else(|broken| broken.into_inner())
}

pub fn to_node(outcome: std::result::Result<Digests, Failure>) -> Outcome {
    match outcome {
        Ok(Digests { bytes, pointers }) => Either::A(Hashed {
            digests: bytes.into(),
            pointers: pointers.into(),
        }),
        Err(failure) => Either::B(Failed {
            failure: details(failure),
        }),
    }
}

pub fn details(Failure { job, problem }: Failure) -> FailureDetails {
    let job = job.map_or(-1.0, f64::from);
    let (kind, message, syscall, errno) = match problem {
        Problem::Changed(how) => ("changed", how.to_owned(), "", 0),
        Problem::System { syscall, errno } => {
            ("system", String::new(), syscall, system::errno(errno))
        }
        Problem::Stopped => ("stopped", String::new(), "", 0),
        Problem::Internal(message) => ("internal", message, "", 0),
    };
    FailureDetails {
        job,
        kind,
        message,
        syscall,
        errno,
    }
}
