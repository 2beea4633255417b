//! Hashes jobs on several threads, each of which hashes several streams at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Scope};

use crate::aligned_buffer::AlignedBuffer;
use crate::control::Control;
use crate::digests::DigestWriter;
use crate::handover::Handover;
use crate::jobs::Jobs;
use crate::lane::{CHUNK, Lane, PADDING};
use crate::problem::Failure;
use crate::range::Range;
use crate::read_ahead::ReadAhead;
use crate::stream_hash::{Stream, StreamHash};

/// A stream with at least so many bytes left is worth the effort of moving it to another thread, or of reading ahead.
const LONG: u64 = 4 * 1024 * 1024;

/// What all threads share.
pub struct Lanes<'a, H: StreamHash> {
    hash: &'a H,
    jobs: &'a Jobs,
    control: &'a Control,
    digests: &'a DigestWriter,
    threads: usize,
    /// How many more threads the caller allows than hash.
    spare: usize,
    /// Lanes of all threads.
    active: AtomicUsize,
    readers: AtomicUsize,
    handover: Handover<Lane<H::State>>,
}

impl<'a, H: StreamHash> Lanes<'a, H> {
    pub fn new(
        hash: &'a H,
        jobs: &'a Jobs,
        control: &'a Control,
        digests: &'a DigestWriter,
        threads: usize,
    ) -> Self {
        let used = threads.min(jobs.len()).max(1);
        Lanes {
            hash,
            jobs,
            control,
            digests,
            threads: used,
            spare: threads - used,
            active: AtomicUsize::new(0),
            readers: AtomicUsize::new(0),
            handover: Handover::new(used),
        }
    }

    /// How many threads are to call [`Lanes::work`].
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Takes into account that some threads could not be started.
    pub fn do_without(&self, threads: usize) {
        self.handover.do_without(threads);
    }

    /// Hashes until nothing is left that this thread could do.
    pub fn work<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) -> Result<(), Failure> {
        let mut lanes: Vec<Lane<H::State>> = Vec::with_capacity(self.hash.width());
        let mut buffers = Vec::new();
        while !self.control.is_stopped() {
            self.take(&mut lanes, &mut buffers)?;
            if lanes.is_empty() {
                match self.handover.wait(self.control) {
                    Some(lane) => lanes.push(lane),
                    None => return Ok(()),
                }
            }
            if self.jobs.waiting() == 0 {
                self.share(&mut lanes, scope);
            }
            for lane in &mut lanes {
                lane.leave_unsafe()?;
            }
            self.hash.advance(&mut lanes);
            self.go_on(&mut lanes, &mut buffers)?;
        }
        Ok(())
    }

    /// Takes jobs until all lanes are in use, but leaves as many for the other threads.
    fn take(
        &self,
        lanes: &mut Vec<Lane<H::State>>,
        buffers: &mut Vec<AlignedBuffer>,
    ) -> Result<(), Failure> {
        while lanes.len() < self.hash.width() && lanes.len() < self.fair_share() {
            self.active.fetch_add(1, Ordering::Relaxed);
            let Some(job) = self.jobs.take() else {
                self.active.fetch_sub(1, Ordering::Relaxed);
                return Ok(());
            };
            let range = Range::open(job, self.control)?;
            let buffer = buffers
                .pop()
                .unwrap_or_else(|| AlignedBuffer::new(CHUNK + PADDING));
            let mut lane = Lane::new(range, self.hash.begin(), buffer);
            self.refill(&mut lane)?;
            lanes.push(lane);
        }
        Ok(())
    }

    fn fair_share(&self) -> usize {
        let waiting = self.jobs.waiting();
        if waiting == 0 {
            0
        } else {
            (waiting + self.active.load(Ordering::Relaxed)).div_ceil(self.threads)
        }
    }

    /// Reads on in the lanes whose bytes have been hashed, and finishes those that have no more.
    fn go_on(
        &self,
        lanes: &mut Vec<Lane<H::State>>,
        buffers: &mut Vec<AlignedBuffer>,
    ) -> Result<(), Failure> {
        let mut at = 0;
        while at < lanes.len() {
            if lanes[at].is_done() {
                buffers.push(self.finish(lanes.swap_remove(at))?);
                continue;
            }
            if lanes[at].ready() == 0 {
                self.refill(&mut lanes[at])?;
            }
            at += 1;
        }
        Ok(())
    }

    fn refill(&self, lane: &mut Lane<H::State>) -> Result<(), Failure> {
        let bytes = lane.refill(|buffer, end, length| self.hash.pad(buffer, end, length))?;
        self.control.count_bytes(bytes);
        Ok(())
    }

    fn finish(&self, lane: Lane<H::State>) -> Result<AlignedBuffer, Failure> {
        lane.range.confirm()?;
        let (job, is_pointer) = (lane.range.job, lane.is_pointer());
        if lane.reads_ahead() {
            self.readers.fetch_sub(1, Ordering::Relaxed);
        }
        let (state, buffer) = lane.finish();
        self.digests.set(job, &self.hash.digest(state), is_pointer);
        self.active.fetch_sub(1, Ordering::Relaxed);
        self.control.count_job();
        Ok(buffer)
    }

    /// Gives a lane to a thread that has none, or lets another thread read ahead for the only one.
    fn share<'scope>(
        &'scope self,
        lanes: &mut Vec<Lane<H::State>>,
        scope: &'scope Scope<'scope, '_>,
    ) {
        let free = self.handover.idle() + self.spare;
        if free <= self.readers.load(Ordering::Relaxed)
            || lanes.last().is_none_or(|lane| lane.range.left() < LONG)
        {
            return;
        }
        if lanes.len() > 1 {
            self.handover.offer(|| lanes.pop());
        } else if !lanes[0].reads_ahead() && !lanes[0].is_mapped() {
            self.readers.fetch_add(1, Ordering::Relaxed);
            let (reader, read) = ReadAhead::new(lanes[0].range.clone());
            if thread::Builder::new().spawn_scoped(scope, read).is_ok() {
                lanes[0].read_ahead(reader);
            }
        }
    }
}
