//! Parts of files that are read into memory.

use std::fs;
use std::path::PathBuf;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use model_signing_native::control::Control;
use model_signing_native::engine::{Algorithm, hash};
use model_signing_native::jobs::Request;
use model_signing_native::memory::Memory;
use model_signing_native::problem::Problem;
use model_signing_native::reader::{Job, Reader};

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Sha256, Algorithm::Blake2b, Algorithm::Blake3];

const RANGES: [(usize, usize); 10] = [
    (0, 0),
    (0, 1),
    (3, 127),
    (5, 128),
    (7, 129),
    (9, 131_071),
    (0, 131_072),
    (1, 131_073),
    (11, 700_000),
    (699_999, 1),
];

fn file(name: &str, content: &[u8]) -> PathBuf {
    let name = format!("model-signing-native-reader-{name}-{}", std::process::id());
    let path = std::env::temp_dir().join(name);
    fs::write(&path, content).unwrap();
    path
}

fn request(path: &std::path::Path, ranges: &[(usize, usize)]) -> Request {
    let paths = path.to_str().unwrap().as_bytes().to_vec();
    let bounds = |&(start, length): &(usize, usize)| [start as f64, (start + length) as f64];
    Request {
        path_ends: vec![paths.len() as u32],
        paths,
        sizes: vec![-1.0],
        files: vec![0; ranges.len()],
        ranges: ranges.iter().flat_map(bounds).collect(),
    }
}

type Outcome = Result<Vec<u8>, Problem>;

/// The outcome comes before the memory is used again.
fn add(reader: &Reader, path: PathBuf, start: usize, into: &mut [u8]) -> Receiver<Outcome> {
    let (sender, outcome) = channel();
    let length = into.len();
    // SAFETY: the tests wait for the outcome before they use or free the memory.
    let memory = unsafe { Memory::new(NonNull::from(into).cast(), length) };
    let done = move |result| sender.send(result).unwrap_or(());
    reader.add(Job::new(path, None, start as u64, memory, done));
    outcome
}

#[test]
fn what_is_read_is_the_file_and_the_digest_is_that_of_the_engine() {
    let content: Vec<u8> = (0..700_011u32).map(|at| (at % 251) as u8).collect();
    let path = file("ranges", &content);
    for algorithm in ALGORITHMS {
        let size = algorithm.digest_size();
        let expected = hash(request(&path, &RANGES), algorithm, 1, &Control::default()).unwrap();
        let reader = Arc::new(Reader::new(algorithm, 2));
        let start = || {
            assert!(reader.needs_thread());
            let reader = Arc::clone(&reader);
            thread::spawn(move || reader.work())
        };
        let threads = [start(), start()];
        let mut memory = RANGES.map(|(_, length)| vec![0; length]);
        let outcomes: Vec<_> = memory
            .iter_mut()
            .zip(RANGES)
            .map(|(into, (start, _))| add(&reader, path.clone(), start, into))
            .collect();
        for (job, outcome) in outcomes.into_iter().enumerate() {
            let digest = outcome.recv().unwrap().unwrap();
            assert_eq!(digest, expected.bytes[job * size..(job + 1) * size]);
            let (start, length) = RANGES[job];
            assert!(memory[job] == content[start..start + length]);
        }
        reader.stop();
        for thread in threads {
            thread.join().unwrap();
        }
    }
    fs::remove_file(path).unwrap();
}

#[test]
fn what_was_not_read_when_it_was_closed_fails_as_stopped() {
    let reader = Reader::new(Algorithm::Sha256, 1);
    let mut memory = vec![0; 10];
    let waiting = add(&reader, PathBuf::from("/none"), 0, &mut memory);
    let (sender, closed) = channel();
    reader.close(move || sender.send(()).unwrap());
    closed.recv().unwrap();
    assert_eq!(waiting.recv().unwrap(), Err(Problem::Stopped));
    let late = add(&reader, PathBuf::from("/none"), 0, &mut memory);
    assert_eq!(late.recv().unwrap(), Err(Problem::Stopped));
}
