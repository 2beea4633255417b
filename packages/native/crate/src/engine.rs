use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, Scope};

use crate::blake2b_streams::Blake2bStreams;
use crate::control::Control;
use crate::digests::{DigestWriter, Digests};
use crate::jobs::{Jobs, Request};
use crate::lanes::Lanes;
use crate::problem::{Failure, Problem};
use crate::sha256_streams::Sha256Streams;
use crate::stream_hash::StreamHash;
use crate::trees::Trees;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Sha256,
    Blake2b,
    Blake3,
}

impl Algorithm {
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "sha256" => Some(Algorithm::Sha256),
            "blake2b" => Some(Algorithm::Blake2b),
            "blake3" => Some(Algorithm::Blake3),
            _ => None,
        }
    }

    pub fn digest_size(self) -> usize {
        match self {
            Algorithm::Sha256 | Algorithm::Blake3 => 32,
            Algorithm::Blake2b => 64,
        }
    }
}

/// More threads gain nothing, unless there are as many processors, and each has buffers and open files.
const MAX_THREADS: usize = 64;

/// How many threads to use if so many are asked for.
pub fn threads_for(threads: usize) -> usize {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    threads.clamp(1, MAX_THREADS.max(processors))
}

/// Like [`hash`], with a failure in place of a panic.
pub fn hash_guarded(
    request: Request,
    algorithm: Algorithm,
    threads: usize,
    control: &Control,
) -> Result<Digests, Failure> {
    catch_unwind(AssertUnwindSafe(|| {
        hash(request, algorithm, threads, control)
    }))
    .unwrap_or_else(|_| Err(panicked()))
}

/// Hashes all jobs of a request on at most so many threads, of which the calling one is one.
///
/// When it returns, none of its threads is running, and no file is open.
pub fn hash(
    request: Request,
    algorithm: Algorithm,
    threads: usize,
    control: &Control,
) -> Result<Digests, Failure> {
    let jobs = Jobs::new(request);
    let digests = DigestWriter::new(jobs.len(), algorithm.digest_size());
    let threads = threads_for(threads);
    match algorithm {
        Algorithm::Sha256 => hash_streams(&Sha256Streams::new(), &jobs, control, &digests, threads),
        Algorithm::Blake2b => hash_streams(&Blake2bStreams, &jobs, control, &digests, threads),
        Algorithm::Blake3 => hash_trees(&jobs, control, &digests, threads),
    }
    match control.failure() {
        Some(failure) => Err(failure),
        None if control.jobs() != jobs.len() as u64 => {
            Err(internal("not every file was hashed".to_owned()))
        }
        None => Ok(digests.finish()),
    }
}

fn hash_streams<H: StreamHash>(
    hash: &H,
    jobs: &Jobs,
    control: &Control,
    digests: &DigestWriter,
    threads: usize,
) {
    let lanes = Lanes::new(hash, jobs, control, digests, threads);
    thread::scope(|scope| {
        start(scope, lanes.threads() - 1, || {
            guard(control, || lanes.work(scope))
        })
        .unwrap_or_else(|missing| lanes.do_without(missing));
        guard(control, || lanes.work(scope));
    });
}

fn hash_trees(jobs: &Jobs, control: &Control, digests: &DigestWriter, threads: usize) {
    let trees = Trees::new(jobs, control, digests, threads);
    thread::scope(|scope| {
        start(scope, threads - 1, || guard(control, || trees.work()))
            .unwrap_or_else(|missing| trees.do_without(missing));
        guard(control, || trees.work());
    });
}

/// Starts threads, or says how many of them the system does not allow.
fn start<'scope>(
    scope: &'scope Scope<'scope, '_>,
    threads: usize,
    work: impl Fn() + Copy + Send + 'scope,
) -> Result<(), usize> {
    for started in 0..threads {
        thread::Builder::new()
            .spawn_scoped(scope, work)
            .map_err(|_| threads - started)?;
    }
    Ok(())
}

/// A failure of one thread ends all.
fn guard(control: &Control, work: impl Fn() -> Result<(), Failure>) {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => {}
        Ok(Err(failure)) => control.fail(failure),
        Err(_) => control.fail(panicked()),
    }
}

fn panicked() -> Failure {
    internal("a thread of the native engine panicked".to_owned())
}

fn internal(message: String) -> Failure {
    Failure {
        job: None,
        problem: Problem::Internal(message),
    }
}
