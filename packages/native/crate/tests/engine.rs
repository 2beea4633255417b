//! Every algorithm, over files of many lengths, whole and in ranges, on one thread and several.

use std::fs;
use std::path::PathBuf;

use model_signing_native::control::Control;
use model_signing_native::engine::{Algorithm, hash};
use model_signing_native::jobs::Request;

const LENGTHS: [usize; 16] = [
    0, 1, 55, 64, 127, 128, 129, 4096, 131_071, 131_072, 131_073, 700_001, 4_194_304, 4_194_305,
    8_388_608, 9_000_001,
];

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!(
            "model-signing-native-{name}-{}",
            std::process::id()
        ));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn content(length: usize) -> Vec<u8> {
    let mut seed = length as u64 + 1;
    let next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn request(folder: &Folder, lengths: &[usize]) -> Request {
    let mut request = Request::default();
    for (at, &length) in lengths.iter().enumerate() {
        let path = folder.0.join(format!("{at}"));
        fs::write(&path, content(length)).unwrap();
        request.paths.extend(path.to_str().unwrap().bytes());
        request.path_ends.push(request.paths.len() as u32);
        request.sizes.push(length as f64);
    }
    request
}

fn whole(folder: &Folder, lengths: &[usize]) -> Request {
    let mut request = request(folder, lengths);
    for at in 0..lengths.len() as u32 {
        request.files.push(at);
        request.ranges.extend([0.0, -1.0]);
    }
    request
}

fn expected(algorithm: Algorithm, content: &[u8]) -> Vec<u8> {
    match algorithm {
        Algorithm::Sha256 => {
            use model_signing_native::sha256::{Kernel, Lane, State, pad};
            let mut bytes = content.to_vec();
            bytes.resize(content.len() + 72, 0);
            let end = pad(&mut bytes, content.len(), content.len() as u64);
            let mut state = State::new();
            Kernel::available().last().unwrap().advance(&mut [Lane {
                state: &mut state,
                data: &bytes[..end],
            }]);
            state.digest().to_vec()
        }
        Algorithm::Blake2b => blake2b_simd::blake2b(content).as_bytes().to_vec(),
        Algorithm::Blake3 => blake3::hash(content).as_bytes().to_vec(),
    }
}

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Sha256, Algorithm::Blake2b, Algorithm::Blake3];

#[test]
fn whole_files_of_any_length_have_the_digest_of_their_content() {
    let folder = Folder::new("whole");
    let request = whole(&folder, &LENGTHS);
    for algorithm in ALGORITHMS {
        for threads in [1, 2, 5] {
            let digests = hash(request.clone(), algorithm, threads, &Control::default()).unwrap();
            for (at, found) in digests.bytes.chunks(algorithm.digest_size()).enumerate() {
                let expected = expected(algorithm, &content(LENGTHS[at]));
                assert_eq!(
                    found, expected,
                    "{algorithm:?} of {} bytes, {threads} threads",
                    LENGTHS[at]
                );
            }
        }
    }
}

#[test]
fn one_file_alone_has_the_digest_of_its_content_however_many_threads_there_are() {
    let folder = Folder::new("alone");
    for length in [0, 8_388_609, 16_777_216] {
        let request = whole(&folder, &[length]);
        for algorithm in ALGORITHMS {
            for threads in [1, 2, 7] {
                let digests =
                    hash(request.clone(), algorithm, threads, &Control::default()).unwrap();
                assert_eq!(
                    digests.bytes,
                    expected(algorithm, &content(length)),
                    "{algorithm:?} of {length} bytes"
                );
            }
        }
    }
}

#[test]
fn ranges_of_a_file_have_the_digests_of_their_bytes() {
    let folder = Folder::new("ranges");
    let length = 21_000_007;
    let all = content(length);
    let ends = [1, 1, 131_073, 5_000_000, 18_000_000, length];
    for algorithm in ALGORITHMS {
        let mut request = request(&folder, &[length]);
        let mut start = 0;
        for end in ends {
            request.files.push(0);
            request.ranges.extend([start as f64, end as f64]);
            start = end;
        }
        let digests = hash(request, algorithm, 3, &Control::default()).unwrap();
        let mut start = 0;
        for (end, found) in ends
            .into_iter()
            .zip(digests.bytes.chunks(algorithm.digest_size()))
        {
            assert_eq!(
                found,
                expected(algorithm, &all[start..end]),
                "{algorithm:?} of {start}..{end}"
            );
            start = end;
        }
    }
}
