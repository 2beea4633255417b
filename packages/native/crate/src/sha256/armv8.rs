use std::arch::aarch64::*;

use super::BLOCK;
use super::kernel::Lane;
use super::state::{ROUND_CONSTANTS, State};

/// The largest number of lanes whose words are all in registers.
pub(super) const MAX_WIDTH: usize = 3;

pub(super) fn is_available() -> bool {
    std::arch::is_aarch64_feature_detected!("sha2")
}

/// Advances each lane by `blocks` blocks. The processor has to have what [`is_available`] asks for.
pub(super) fn advance(lanes: &mut [Lane<'_>], blocks: usize) {
    assert!(is_available());
    for group in lanes.chunks_mut(MAX_WIDTH) {
        // SAFETY: the processor has the instructions, as asserted above.
        unsafe {
            match group {
                [a, b, c] => interleave([a, b, c], blocks),
                [a, b] => interleave([a, b], blocks),
                [a] => interleave([a], blocks),
                _ => unreachable!("a group has at most three lanes"),
            }
        }
    }
}

/// The halves of the state.
#[derive(Clone, Copy)]
struct Halves {
    abcd: uint32x4_t,
    efgh: uint32x4_t,
}

#[target_feature(enable = "sha2")]
fn interleave<const WIDTH: usize>(lanes: [&mut Lane<'_>; WIDTH], blocks: usize) {
    let data = lanes.each_ref().map(|lane| &lane.data[..blocks * BLOCK]);
    let mut halves = lanes.each_ref().map(|lane| load_state(lane.state));
    for block in 0..blocks {
        let before = halves;
        let mut words = data.map(|data| load_block(&data[block * BLOCK..][..BLOCK]));
        macro_rules! four_rounds_each {
            ($($step:literal)*) => { $(
                for lane in 0..WIDTH {
                    four_rounds::<$step>(&mut halves[lane], &mut words[lane]);
                }
            )* };
        }
        four_rounds_each!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        for lane in 0..WIDTH {
            halves[lane].abcd = vaddq_u32(halves[lane].abcd, before[lane].abcd);
            halves[lane].efgh = vaddq_u32(halves[lane].efgh, before[lane].efgh);
        }
    }
    for (lane, halves) in lanes.into_iter().zip(halves) {
        *lane.state = store_state(halves);
    }
}

#[inline]
#[target_feature(enable = "sha2")]
fn load_state(state: &State) -> Halves {
    let (halves, _) = state.0.as_chunks::<4>();
    Halves {
        abcd: load_words(&halves[0]),
        efgh: load_words(&halves[1]),
    }
}

#[inline]
#[target_feature(enable = "sha2")]
fn store_state(halves: Halves) -> State {
    let mut state = State([0; 8]);
    // SAFETY: each half of the state has as many bytes as are written.
    unsafe {
        vst1q_u32(state.0[..4].as_mut_ptr(), halves.abcd);
        vst1q_u32(state.0[4..].as_mut_ptr(), halves.efgh);
    }
    state
}

#[inline]
#[target_feature(enable = "sha2")]
fn load_words(words: &[u32; 4]) -> uint32x4_t {
    // SAFETY: the array has as many bytes as are read.
    unsafe { vld1q_u32(words.as_ptr()) }
}

#[inline]
#[target_feature(enable = "sha2")]
fn load_block(block: &[u8]) -> [uint32x4_t; 4] {
    let (quarters, _) = block.as_chunks::<16>();
    [0, 1, 2, 3].map(|quarter| {
        // SAFETY: a quarter has as many bytes as are read.
        let bytes = unsafe { vld1q_u8(quarters[quarter].as_ptr()) };
        vreinterpretq_u32_u8(vrev32q_u8(bytes))
    })
}

/// Four rounds, and the four words that come 16 rounds later.
#[inline]
#[target_feature(enable = "sha2")]
fn four_rounds<const STEP: usize>(halves: &mut Halves, words: &mut [uint32x4_t; 4]) {
    let (constants, _) = ROUND_CONSTANTS.as_chunks::<4>();
    let keyed = vaddq_u32(words[STEP % 4], load_words(&constants[STEP]));
    let Halves { abcd, efgh } = *halves;
    halves.abcd = vsha256hq_u32(abcd, efgh, keyed);
    halves.efgh = vsha256h2q_u32(efgh, abcd, keyed);
    if STEP < 12 {
        let early = vsha256su0q_u32(words[STEP % 4], words[(STEP + 1) % 4]);
        words[STEP % 4] = vsha256su1q_u32(early, words[(STEP + 2) % 4], words[(STEP + 3) % 4]);
    }
}
