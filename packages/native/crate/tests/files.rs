//! Files that cannot be hashed, or change while they are.

#![cfg(unix)]

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use model_signing_native::control::Control;
use model_signing_native::engine::{Algorithm, hash};
use model_signing_native::jobs::Request;
use model_signing_native::problem::{Failure, Problem};

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("model-signing-native-files-{}-{next}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, length: u64) -> PathBuf {
        let path = self.0.join("weights");
        File::create(&path).unwrap().set_len(length).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn request(path: &Path, size: f64, ranges: &[[f64; 2]]) -> Request {
    let paths = path.to_str().unwrap().as_bytes().to_vec();
    Request {
        path_ends: vec![paths.len() as u32],
        paths,
        sizes: vec![size],
        files: vec![0; ranges.len()],
        ranges: ranges.concat(),
    }
}

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Sha256, Algorithm::Blake2b, Algorithm::Blake3];

fn failures(path: &Path, size: f64, range: [f64; 2]) -> Vec<Failure> {
    let fails = |algorithm| {
        hash(
            request(path, size, &[range]),
            algorithm,
            2,
            &Control::default(),
        )
    };
    ALGORITHMS
        .map(|algorithm| fails(algorithm).unwrap_err())
        .to_vec()
}

fn assert_changed(path: &Path, size: f64, range: [f64; 2], how: &'static str) {
    for failure in failures(path, size, range) {
        assert_eq!(
            failure,
            Failure {
                job: Some(0),
                problem: Problem::Changed(how)
            }
        );
    }
}

const WHOLE: [f64; 2] = [0.0, -1.0];

#[test]
fn what_is_not_the_listed_file_any_more_is_refused() {
    let folder = Folder::new();
    let path = folder.file(10);
    assert_changed(&folder.0.join("none"), -1.0, WHOLE, "was replaced");
    assert_changed(&path.join("below"), -1.0, WHOLE, "was replaced");
    assert_changed(&folder.0, -1.0, WHOLE, "is no longer a regular file");
    assert_changed(
        Path::new("/dev/null"),
        -1.0,
        WHOLE,
        "is no longer a regular file",
    );
    assert_changed(&path, 11.0, WHOLE, "changed its size");
    assert_changed(&path, 10.0, [0.0, 11.0], "became shorter");
    symlink(&path, folder.0.join("link")).unwrap();
    assert_changed(&folder.0.join("link"), -1.0, WHOLE, "was replaced");
}

#[test]
fn a_fifo_is_refused_without_waiting_for_a_writer() {
    let folder = Folder::new();
    let path = folder.0.join("fifo");
    let made = std::process::Command::new("mkfifo")
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    assert_changed(&path, -1.0, WHOLE, "is no longer a regular file");
}

/// Hashes a long file, and does something to it once some of it was hashed.
fn hash_while(
    length: u64,
    algorithm: Algorithm,
    disturb: impl Fn(&Path, &Control),
) -> Result<(), Failure> {
    let folder = Folder::new();
    let path = folder.file(length);
    let control = Control::default();
    thread::scope(|scope| {
        let hashing = scope.spawn(|| {
            hash(
                request(&path, length as f64, &[WHOLE]),
                algorithm,
                2,
                &control,
            )
        });
        while control.bytes() == 0 && !hashing.is_finished() {
            thread::sleep(Duration::from_millis(1));
        }
        disturb(&path, &control);
        hashing.join().unwrap().map(|_| ())
    })
}

const LONG: u64 = 192 * 1024 * 1024;

#[test]
fn a_file_that_is_shortened_while_it_is_hashed_is_refused() {
    for algorithm in ALGORITHMS {
        let found = hash_while(LONG, algorithm, |path, _| {
            OpenOptions::new()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(1)
                .unwrap();
        });
        let problem = found.unwrap_err().problem;
        let is_noticed = [
            Problem::Changed("became shorter"),
            Problem::Changed("changed"),
        ]
        .contains(&problem);
        assert!(is_noticed, "{algorithm:?}: {problem:?}");
    }
}

#[test]
fn a_file_that_is_written_to_while_it_is_hashed_is_refused() {
    for algorithm in ALGORITHMS {
        let found = hash_while(LONG, algorithm, |path, _| {
            fs::write(path.with_file_name("weights"), "EVIL").unwrap()
        });
        assert!(
            matches!(found.unwrap_err().problem, Problem::Changed(_)),
            "{algorithm:?}"
        );
        let found = hash_while(LONG, algorithm, |path, _| {
            use std::os::unix::fs::FileExt;
            OpenOptions::new()
                .write(true)
                .open(path)
                .unwrap()
                .write_at(b"EVIL", 0)
                .unwrap();
        });
        assert_eq!(
            found.unwrap_err().problem,
            Problem::Changed("changed"),
            "{algorithm:?}"
        );
    }
}

#[test]
fn a_file_that_is_replaced_while_it_is_hashed_is_refused() {
    for algorithm in ALGORITHMS {
        let found = hash_while(LONG, algorithm, |path, _| {
            let other = path.with_file_name("other");
            fs::write(&other, "other").unwrap();
            fs::rename(&other, path).unwrap();
        });
        assert_eq!(
            found.unwrap_err().problem,
            Problem::Changed("changed"),
            "{algorithm:?}"
        );
    }
}

#[test]
fn a_run_that_is_stopped_fails_as_stopped() {
    for algorithm in ALGORITHMS {
        let found = hash_while(LONG, algorithm, |_, control| control.stop());
        assert_eq!(
            found.unwrap_err(),
            Failure {
                job: None,
                problem: Problem::Stopped
            },
            "{algorithm:?}"
        );
    }
}

#[test]
fn a_range_that_reaches_past_the_end_of_its_file_is_refused_before_anything_is_read() {
    let folder = Folder::new();
    let length = 9 * 1024 * 1024;
    let path = folder.file(length);
    let length = length as f64;
    for range in [
        [0.0, length + 1.0],
        [length - 1.0, length + 100.0],
        [length + 1.0, -1.0],
        [length + 1.0, length + 1.0],
        [0.0, 2f64.powi(53)],
        [0.0, 2f64.powi(60)],
        [2f64.powi(64), f64::MAX],
        [0.0, f64::INFINITY],
        [f64::INFINITY, -1.0],
    ] {
        assert_changed(&path, length, range, "became shorter");
        assert_changed(&path, -1.0, range, "became shorter");
    }
}

#[test]
fn empty_ranges_anywhere_in_a_file_have_the_digest_of_nothing() {
    let folder = Folder::new();
    let path = folder.file(9 * 1024 * 1024);
    let of_nothing = folder.0.join("empty");
    File::create(&of_nothing).unwrap();
    for algorithm in ALGORITHMS {
        let digests = |request| {
            hash(request, algorithm, 2, &Control::default())
                .unwrap()
                .bytes
        };
        let expected = digests(request(&of_nothing, 0.0, &[[0.0, -1.0]]));
        for at in [0.0, 1.0, 4194304.0, 9437184.0] {
            assert_eq!(
                digests(request(&path, 9437184.0, &[[at, at]])),
                expected,
                "{algorithm:?} at {at}"
            );
        }
    }
}

#[test]
fn more_threads_than_anyone_has_processors_hash_as_one_does() {
    let folder = Folder::new();
    let path = folder.file(9 * 1024 * 1024);
    for algorithm in ALGORITHMS {
        let digests = |threads| {
            let jobs = request(&path, 9437184.0, &[[0.0, -1.0], [1.0, 8388608.0]]);
            hash(jobs, algorithm, threads, &Control::default())
                .unwrap()
                .bytes
        };
        let expected = digests(1);
        for threads in [0, 1000, usize::MAX] {
            assert_eq!(digests(threads), expected, "{algorithm:?} on {threads}");
        }
    }
}
