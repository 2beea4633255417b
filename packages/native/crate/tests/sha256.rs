//! Every SHA-256 kernel that this processor can run, with published digests, and with the portable one as the reference.

use model_signing_native::sha256::{BLOCK, Kernel, Lane, MAX_PADDING, MAX_WIDTH, State, pad};

/// Messages and digests of FIPS 180-2, appendix B, and of NIST's SHA256ShortMsg.rsp and SHA256LongMsg.rsp.
const PUBLISHED: [(&str, &str); 12] = [
    (
        "",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ),
    (
        "d3",
        "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1",
    ),
    (
        "11af",
        "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98",
    ),
    (
        "b4190e",
        "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2",
    ),
    (
        "74ba2521",
        "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e",
    ),
    (
        "c299209682",
        "f0887fe961c9cd3beab957e8222494abb969b1ce4c6557976df8b0f6d20e9166",
    ),
    (
        "e1dc724d5621",
        "eca0a060b489636225b4fa64d267dabbe44273067ac679f20820bddc6b6a90ac",
    ),
    (
        "06e076f5a442d5",
        "3fd877e27450e6bbd5d74bb82f9870c64c66e109418baa8e6bbcff355e287926",
    ),
    (
        "5738c929c4f4ccb6",
        "963bb88f27f512777aab6c8b1a02c70ec0ad651d428f870036e1917120fb48bf",
    ),
    (
        "616263",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ),
    (
        "6162636462636465636465666465666765666768666768696768696a68696a6b696a6b6c6a6b6c6d6b6c6d6e6c6d6e6f6d6e6f706e6f7071",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
    (
        "bd",
        "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b",
    ),
];

/// Every kernel with every width up to the largest.
fn kernels() -> Vec<Kernel> {
    let widths = 1..=MAX_WIDTH;
    Kernel::available()
        .flat_map(|kernel| widths.clone().map(move |width| kernel.with_width(width)))
        .collect()
}

fn padded(message: &[u8]) -> Vec<u8> {
    let mut buffer = vec![0xff; message.len() + MAX_PADDING];
    buffer[..message.len()].copy_from_slice(message);
    let end = pad(&mut buffer, message.len(), message.len() as u64);
    buffer.truncate(end);
    buffer
}

/// Hashes messages together; a lane that is done is taken by the next message.
fn hash_all(kernel: Kernel, messages: &[Vec<u8>], lanes: usize) -> Vec<String> {
    let inputs: Vec<Vec<u8>> = messages.iter().map(|message| padded(message)).collect();
    let mut states = vec![State::new(); inputs.len()];
    let mut at = vec![0; inputs.len()];
    loop {
        let unfinished = states
            .iter_mut()
            .zip(&inputs)
            .zip(&at)
            .filter(|((_, input), at)| **at < input.len());
        let mut group: Vec<Lane<'_>> = unfinished
            .take(lanes)
            .map(|((state, input), at)| Lane {
                state,
                data: &input[*at..],
            })
            .collect();
        if group.is_empty() {
            return states.iter().map(|state| hex(&state.digest())).collect();
        }
        let bytes = kernel.advance(&mut group);
        assert!(bytes > 0, "{} advances by a block at least", kernel.name());
        let advanced = group.len();
        let indices: Vec<usize> = (0..at.len())
            .filter(|i| at[*i] < inputs[*i].len())
            .take(advanced)
            .collect();
        indices.into_iter().for_each(|i| at[i] += bytes);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("two digits"))
        .collect()
}

/// A generator of numbers that need no quality (xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.below(256) as u8).collect()
    }
}

#[test]
fn published_digests_are_found_by_every_kernel_alone_and_in_lanes() {
    let messages: Vec<Vec<u8>> = PUBLISHED
        .iter()
        .map(|(message, _)| from_hex(message))
        .collect();
    let digests: Vec<&str> = PUBLISHED.iter().map(|(_, digest)| *digest).collect();
    for kernel in kernels() {
        for lanes in [1, 2, 3, MAX_WIDTH] {
            assert_eq!(
                hash_all(kernel, &messages, lanes),
                digests,
                "{kernel:?}, {lanes} lanes"
            );
        }
    }
}

#[test]
fn a_million_times_the_letter_a_has_its_published_digest() {
    let message = vec![b'a'; 1_000_000];
    for kernel in Kernel::available() {
        let digests = hash_all(
            kernel,
            &[message.clone(), message.clone(), message.clone()],
            3,
        );
        let published = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
        assert_eq!(digests, [published; 3], "{kernel:?}");
    }
}

#[test]
fn any_mix_of_lengths_and_lanes_has_the_digests_of_single_streams() {
    let reference = Kernel::available().last().expect("the portable kernel");
    assert_eq!(reference.name(), "portable");
    let mut random = Random(0x5eed);
    for _ in 0..20 {
        let count = 1 + random.below(2 * MAX_WIDTH);
        let messages: Vec<Vec<u8>> = (0..count)
            .map(|_| {
                let limit = [1, 70, 200, 3000][random.below(4)];
                let length = random.below(limit);
                random.bytes(length)
            })
            .collect();
        let expected = hash_all(reference, &messages, 1);
        let lanes = 1 + random.below(MAX_WIDTH);
        for kernel in kernels() {
            assert_eq!(
                hash_all(kernel, &messages, lanes),
                expected,
                "{kernel:?}, {lanes} lanes"
            );
        }
    }
}

#[test]
fn lanes_are_advanced_by_the_blocks_of_the_shortest_and_no_further() {
    for kernel in kernels() {
        let data = [7; 5 * BLOCK];
        let mut states = [State::new(); 3];
        let [a, b, c] = &mut states;
        let mut lanes = [
            Lane {
                state: a,
                data: &data,
            },
            Lane {
                state: b,
                data: &data[..3 * BLOCK + 63],
            },
            Lane {
                state: c,
                data: &data[..4 * BLOCK],
            },
        ];
        assert_eq!(kernel.advance(&mut lanes), 3 * BLOCK);
        assert_eq!(lanes.map(|lane| lane.data.len()), [2 * BLOCK, 63, BLOCK]);
        assert!(states.iter().all(|state| *state == states[0]), "{kernel:?}");
    }
}

#[test]
fn nothing_happens_without_a_whole_block_in_every_lane() {
    for kernel in kernels() {
        let mut states = [State::new(); 2];
        let [a, b] = &mut states;
        let mut lanes = [
            Lane {
                state: a,
                data: &[0; BLOCK],
            },
            Lane {
                state: b,
                data: &[0; BLOCK - 1],
            },
        ];
        assert_eq!(kernel.advance(&mut lanes), 0);
        assert_eq!(kernel.advance(&mut []), 0);
        assert_eq!(states, [State::new(); 2]);
    }
}

#[test]
fn the_kernel_in_use_is_the_first_of_the_available_ones() {
    let first = Kernel::available().next().expect("a kernel");
    assert_eq!(Kernel::detect().name(), first.name());
    assert!((1..=MAX_WIDTH).contains(&Kernel::detect().width()));
}
