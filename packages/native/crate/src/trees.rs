//! BLAKE3 on several threads: each takes files, and helps with the files of the others when none is left.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use blake3::Hasher;
use blake3::hazmat::{
    ChainingValue, HasherExt, Mode, left_subtree_len, merge_subtrees_non_root, merge_subtrees_root,
};

use crate::aligned_buffer::AlignedBuffer;
use crate::control::Control;
use crate::digests::DigestWriter;
use crate::handover::Handover;
use crate::jobs::Jobs;
use crate::problem::Failure;
use crate::range::Range;

/// Bytes read at once: enough for all lanes of the hash function, and few enough to be still in the processor's cache. Hashing
/// mapped memory takes a tenth longer than this, since the lanes begin far from each other and wait for memory.
const CHUNK: usize = 256 * 1024;

/// The bytes of a subtree, which one thread hashes: a power of two.
const SUBTREE: u64 = 4 * 1024 * 1024;

/// A file whose subtrees are hashed by several threads.
struct Tree {
    range: Range,
    taken: AtomicU64,
    left: AtomicU64,
    values: Mutex<Vec<ChainingValue>>,
}

/// What all threads share.
pub struct Trees<'a> {
    jobs: &'a Jobs,
    control: &'a Control,
    digests: &'a DigestWriter,
    handover: Handover<Arc<Tree>>,
}

impl<'a> Trees<'a> {
    pub fn new(
        jobs: &'a Jobs,
        control: &'a Control,
        digests: &'a DigestWriter,
        threads: usize,
    ) -> Self {
        Trees {
            jobs,
            control,
            digests,
            handover: Handover::new(threads),
        }
    }

    /// Takes into account that some threads could not be started.
    pub fn do_without(&self, threads: usize) {
        self.handover.do_without(threads);
    }

    /// Hashes until nothing is left that this thread could do.
    pub fn work(&self) -> Result<(), Failure> {
        let mut buffer = AlignedBuffer::new(CHUNK);
        while let Some(job) = self.jobs.take() {
            let range = Range::open(job, self.control)?;
            if range.length() <= SUBTREE {
                self.hash_whole(range, &mut buffer)?
            } else {
                self.hash_tree(range, &mut buffer)?
            }
            self.check()?;
        }
        while let Some(tree) = self.handover.wait(self.control) {
            self.help(&tree, &mut buffer)?;
        }
        Ok(())
    }

    fn hash_whole(&self, range: Range, buffer: &mut AlignedBuffer) -> Result<(), Failure> {
        let mut hasher = Hasher::new();
        let mut rest = range.clone();
        let count = self.update(&mut hasher, &mut rest, buffer)?;
        let is_pointer = range.is_pointer(&buffer[..count]);
        self.finish(&range, hasher.finalize().as_bytes(), is_pointer)
    }

    fn hash_tree(&self, range: Range, buffer: &mut AlignedBuffer) -> Result<(), Failure> {
        let count = range.length().div_ceil(SUBTREE);
        let tree = Arc::new(Tree {
            taken: AtomicU64::new(0),
            left: AtomicU64::new(count),
            values: Mutex::new(vec![[0; 32]; count as usize]),
            range,
        });
        self.help(&tree, buffer)
    }

    /// Hashes subtrees of a file until all are taken, and lets threads help that have nothing to do.
    fn help(&self, tree: &Arc<Tree>, buffer: &mut AlignedBuffer) -> Result<(), Failure> {
        let count = tree.range.length().div_ceil(SUBTREE);
        loop {
            let subtree = tree.taken.fetch_add(1, Ordering::Relaxed);
            if subtree >= count {
                return Ok(());
            }
            if self.handover.idle() > 0 && subtree + 1 < count {
                self.handover.offer(|| Some(Arc::clone(tree)));
            }
            let value = self.hash_subtree(tree, subtree, buffer)?;
            tree.values
                .lock()
                .unwrap_or_else(|broken| broken.into_inner())[subtree as usize] = value;
            if tree.left.fetch_sub(1, Ordering::AcqRel) == 1 {
                let values = tree
                    .values
                    .lock()
                    .unwrap_or_else(|broken| broken.into_inner());
                return self.finish(&tree.range, &root(&values, tree.range.length()), false);
            }
        }
    }

    fn hash_subtree(
        &self,
        tree: &Tree,
        subtree: u64,
        buffer: &mut AlignedBuffer,
    ) -> Result<ChainingValue, Failure> {
        let from = subtree * SUBTREE;
        let mut hasher = Hasher::new();
        hasher.set_input_offset(from);
        self.update(&mut hasher, &mut tree.range.part(from, SUBTREE), buffer)?;
        Ok(hasher.finalize_non_root())
    }

    /// Hashes what is left of a range, and returns how much was read last.
    fn update(
        &self,
        hasher: &mut Hasher,
        range: &mut Range,
        buffer: &mut AlignedBuffer,
    ) -> Result<usize, Failure> {
        let mut count = 0;
        while range.left() > 0 {
            self.check()?;
            count = range
                .read(buffer)
                .map_err(|problem| range.failure(problem))?;
            hasher.update(&buffer[..count]);
            self.control.count_bytes(count as u64);
        }
        Ok(count)
    }

    fn check(&self) -> Result<(), Failure> {
        self.control
            .check()
            .map_err(|problem| Failure { job: None, problem })
    }

    fn finish(&self, range: &Range, digest: &[u8], is_pointer: bool) -> Result<(), Failure> {
        range.confirm()?;
        self.digests.set(range.job, digest, is_pointer);
        self.control.count_job();
        Ok(())
    }
}

/// The digest of a file, from the chaining values of its subtrees.
fn root(values: &[ChainingValue], length: u64) -> [u8; 32] {
    let (left, right) = split(values, length);
    *merge_subtrees_root(&merge(left.0, left.1), &merge(right.0, right.1), Mode::Hash).as_bytes()
}

fn merge(values: &[ChainingValue], length: u64) -> ChainingValue {
    if let [value] = values {
        return *value;
    }
    let (left, right) = split(values, length);
    merge_subtrees_non_root(&merge(left.0, left.1), &merge(right.0, right.1), Mode::Hash)
}

type Part<'a> = (&'a [ChainingValue], u64);

/// The two halves of a tree: the left one is the largest that is full.
fn split(values: &[ChainingValue], length: u64) -> (Part<'_>, Part<'_>) {
    let left = left_subtree_len(length);
    let (left_values, right_values) = values.split_at((left / SUBTREE) as usize);
    ((left_values, left), (right_values, length - left))
}
