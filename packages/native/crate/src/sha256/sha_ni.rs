use std::arch::x86_64::*;

use super::BLOCK;
use super::kernel::Lane;
use super::state::{ROUND_CONSTANTS, State};

/// More lanes than these are executed no faster by any processor measured.
pub(super) const MAX_WIDTH: usize = 3;

pub(super) fn is_available() -> bool {
    is_x86_feature_detected!("sha")
        && is_x86_feature_detected!("sse4.1")
        && is_x86_feature_detected!("ssse3")
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

/// The state in the order in which the instructions want it.
#[derive(Clone, Copy)]
struct Halves {
    abef: __m128i,
    cdgh: __m128i,
}

#[target_feature(enable = "sha,sse4.1,ssse3")]
fn load_state(state: &State) -> Halves {
    let [a, b, c, d, e, f, g, h] = state.0.map(|word| word as i32);
    Halves {
        abef: _mm_set_epi32(a, b, e, f),
        cdgh: _mm_set_epi32(c, d, g, h),
    }
}

#[target_feature(enable = "sha,sse4.1,ssse3")]
fn store_state(halves: Halves) -> State {
    let Halves { abef, cdgh } = halves;
    State(
        [
            _mm_extract_epi32::<3>(abef),
            _mm_extract_epi32::<2>(abef),
            _mm_extract_epi32::<3>(cdgh),
            _mm_extract_epi32::<2>(cdgh),
            _mm_extract_epi32::<1>(abef),
            _mm_extract_epi32::<0>(abef),
            _mm_extract_epi32::<1>(cdgh),
            _mm_extract_epi32::<0>(cdgh),
        ]
        .map(|word| word as u32),
    )
}

#[target_feature(enable = "sha,sse4.1,ssse3")]
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
            halves[lane].abef = _mm_add_epi32(halves[lane].abef, before[lane].abef);
            halves[lane].cdgh = _mm_add_epi32(halves[lane].cdgh, before[lane].cdgh);
        }
    }
    for (lane, halves) in lanes.into_iter().zip(halves) {
        *lane.state = store_state(halves);
    }
}

#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn load_block(block: &[u8]) -> [__m128i; 4] {
    let big_endian = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    let (quarters, _) = block.as_chunks::<16>();
    // SAFETY: a quarter has 16 bytes, and the load needs no alignment.
    [0, 1, 2, 3].map(|i| unsafe {
        _mm_shuffle_epi8(_mm_loadu_si128(quarters[i].as_ptr().cast()), big_endian)
    })
}

/// Four rounds, and the four words that come 16 rounds later.
#[inline]
#[target_feature(enable = "sha,sse4.1,ssse3")]
fn four_rounds<const STEP: usize>(halves: &mut Halves, words: &mut [__m128i; 4]) {
    let [k0, k1, k2, k3] = [0, 1, 2, 3].map(|i| ROUND_CONSTANTS[4 * STEP + i] as i32);
    let keyed = _mm_add_epi32(words[STEP % 4], _mm_set_epi32(k3, k2, k1, k0));
    halves.cdgh = _mm_sha256rnds2_epu32(halves.cdgh, halves.abef, keyed);
    let upper = _mm_shuffle_epi32::<0x0e>(keyed);
    halves.abef = _mm_sha256rnds2_epu32(halves.abef, halves.cdgh, upper);
    if STEP < 12 {
        let last = words[(STEP + 3) % 4];
        let early = _mm_sha256msg1_epu32(words[STEP % 4], words[(STEP + 1) % 4]);
        let seven_back = _mm_alignr_epi8::<4>(last, words[(STEP + 2) % 4]);
        words[STEP % 4] = _mm_sha256msg2_epu32(_mm_add_epi32(early, seven_back), last);
    }
}
