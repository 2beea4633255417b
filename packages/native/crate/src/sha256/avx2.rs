use std::arch::x86_64::*;

use super::BLOCK;
use super::kernel::Lane;
use super::state::ROUND_CONSTANTS;
use super::vectors::{define_vectors, rounds};

/// How many streams there is a word of in a register.
pub(super) const WIDTH: usize = 8;

type Words = __m256i;

pub(super) fn is_available() -> bool {
    is_x86_feature_detected!("avx2")
}

/// Advances each lane by `blocks` blocks. The processor has to have what [`is_available`] asks for.
pub(super) fn advance(lanes: &mut [Lane<'_>], blocks: usize) {
    assert!(is_available());
    for group in lanes.chunks_mut(WIDTH) {
        // SAFETY: the processor has the instructions, as asserted above.
        unsafe { advance_group(group, blocks) };
    }
}

define_vectors!("avx2");

#[inline]
#[target_feature(enable = "avx2")]
fn add(a: Words, b: Words) -> Words {
    _mm256_add_epi32(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor(a: Words, b: Words, c: Words) -> Words {
    _mm256_xor_si256(_mm256_xor_si256(a, b), c)
}

#[inline]
#[target_feature(enable = "avx2")]
fn choose(which: Words, one: Words, other: Words) -> Words {
    _mm256_xor_si256(other, _mm256_and_si256(which, _mm256_xor_si256(one, other)))
}

#[inline]
#[target_feature(enable = "avx2")]
fn majority(a: Words, b: Words, c: Words) -> Words {
    _mm256_or_si256(
        _mm256_and_si256(a, b),
        _mm256_and_si256(c, _mm256_or_si256(a, b)),
    )
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotate_right<const BY: i32, const LEFT: i32>(a: Words) -> Words {
    _mm256_or_si256(_mm256_srli_epi32::<BY>(a), _mm256_slli_epi32::<LEFT>(a))
}

#[inline]
#[target_feature(enable = "avx2")]
fn shift_right<const BY: i32>(a: Words) -> Words {
    _mm256_srli_epi32::<BY>(a)
}

#[inline]
#[target_feature(enable = "avx2")]
fn splat(word: u32) -> Words {
    _mm256_set1_epi32(word as i32)
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(words: [u32; WIDTH]) -> Words {
    // SAFETY: the array has as many bytes as are read, which need no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(words: Words) -> [u32; WIDTH] {
    let mut stored = [0; WIDTH];
    // SAFETY: the array has as many bytes as are written, which need no alignment.
    unsafe { _mm256_storeu_si256(stored.as_mut_ptr().cast(), words) };
    stored
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_blocks(data: &[&[u8]; WIDTH], at: usize) -> [Words; 16] {
    let [w0, w1, w2, w3, w4, w5, w6, w7] = load_halves(data, at);
    let [w8, w9, wa, wb, wc, wd, we, wf] = load_halves(data, at + BLOCK / 2);
    [
        w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, wa, wb, wc, wd, we, wf,
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_halves(data: &[&[u8]; WIDTH], at: usize) -> [Words; 8] {
    macro_rules! each {
        ($($lane:literal)*) => { [$( load_half(&data[$lane][at..at + BLOCK / 2]) ),*] };
    }
    transpose(each!(0 1 2 3 4 5 6 7))
}

#[inline]
#[target_feature(enable = "avx2")]
fn load_half(half: &[u8]) -> Words {
    let half: &[u8; BLOCK / 2] = half.try_into().expect("half a block");
    let big_endian = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    // SAFETY: half a block has as many bytes as are read, which need no alignment.
    let words = unsafe { _mm256_loadu_si256(half.as_ptr().cast()) };
    _mm256_shuffle_epi8(words, _mm256_broadcastsi128_si256(big_endian))
}

/// Makes columns of rows: within each half of a register first, then whole halves.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose(rows: [Words; 8]) -> [Words; 8] {
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
    let [a0, a1, a2, a3] = transpose_halves(r0, r1, r2, r3);
    let [b0, b1, b2, b3] = transpose_halves(r4, r5, r6, r7);
    const LOWER: i32 = 0x20;
    const UPPER: i32 = 0x31;
    [
        _mm256_permute2x128_si256::<LOWER>(a0, b0),
        _mm256_permute2x128_si256::<LOWER>(a1, b1),
        _mm256_permute2x128_si256::<LOWER>(a2, b2),
        _mm256_permute2x128_si256::<LOWER>(a3, b3),
        _mm256_permute2x128_si256::<UPPER>(a0, b0),
        _mm256_permute2x128_si256::<UPPER>(a1, b1),
        _mm256_permute2x128_si256::<UPPER>(a2, b2),
        _mm256_permute2x128_si256::<UPPER>(a3, b3),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
fn transpose_halves(a: Words, b: Words, c: Words, d: Words) -> [Words; 4] {
    let (ab_low, ab_high) = (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    let (cd_low, cd_high) = (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
    [
        _mm256_unpacklo_epi64(ab_low, cd_low),
        _mm256_unpackhi_epi64(ab_low, cd_low),
        _mm256_unpacklo_epi64(ab_high, cd_high),
        _mm256_unpackhi_epi64(ab_high, cd_high),
    ]
}
