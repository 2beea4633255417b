use std::arch::x86_64::*;

use super::BLOCK;
use super::kernel::Lane;
use super::state::ROUND_CONSTANTS;
use super::vectors::{define_vectors, rounds};

/// How many streams there is a word of in a register.
pub(super) const WIDTH: usize = 16;

type Words = __m512i;

pub(super) fn is_available() -> bool {
    is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw")
}

/// Advances each lane by `blocks` blocks. The processor has to have what [`is_available`] asks for.
pub(super) fn advance(lanes: &mut [Lane<'_>], blocks: usize) {
    assert!(is_available());
    for group in lanes.chunks_mut(WIDTH) {
        // SAFETY: the processor has the instructions, as asserted above.
        unsafe { advance_group(group, blocks) };
    }
}

define_vectors!("avx512f,avx512bw");

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn add(a: Words, b: Words) -> Words {
    _mm512_add_epi32(a, b)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn xor(a: Words, b: Words, c: Words) -> Words {
    _mm512_ternarylogic_epi32::<0b1001_0110>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn choose(which: Words, one: Words, other: Words) -> Words {
    _mm512_ternarylogic_epi32::<0b1100_1010>(which, one, other)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn majority(a: Words, b: Words, c: Words) -> Words {
    _mm512_ternarylogic_epi32::<0b1110_1000>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn rotate_right<const BY: i32, const LEFT: i32>(a: Words) -> Words {
    _mm512_ror_epi32::<BY>(a)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn shift_right<const BY: u32>(a: Words) -> Words {
    _mm512_srli_epi32::<BY>(a)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn splat(word: u32) -> Words {
    _mm512_set1_epi32(word as i32)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn load(words: [u32; WIDTH]) -> Words {
    // SAFETY: the array has as many bytes as are read, which need no alignment.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn store(words: Words) -> [u32; WIDTH] {
    let mut stored = [0; WIDTH];
    // SAFETY: the array has as many bytes as are written, which need no alignment.
    unsafe { _mm512_storeu_si512(stored.as_mut_ptr().cast(), words) };
    stored
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn load_blocks(data: &[&[u8]; WIDTH], at: usize) -> [Words; 16] {
    macro_rules! each {
        ($($lane:literal)*) => { [$( load_block(&data[$lane][at..at + BLOCK]) ),*] };
    }
    transpose(each!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15))
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn load_block(block: &[u8]) -> Words {
    let block: &[u8; BLOCK] = block.try_into().expect("a block");
    let big_endian = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    // SAFETY: a block has as many bytes as are read, which need no alignment.
    let words = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
    _mm512_shuffle_epi8(words, _mm512_broadcast_i32x4(big_endian))
}

/// Makes columns of rows: quarters of a register first, then whole quarters.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn transpose(rows: [Words; 16]) -> [Words; 16] {
    let [
        r0,
        r1,
        r2,
        r3,
        r4,
        r5,
        r6,
        r7,
        r8,
        r9,
        ra,
        rb,
        rc,
        rd,
        re,
        rf,
    ] = rows;
    let [a0, a1, a2, a3] = transpose_quarters(r0, r1, r2, r3);
    let [b0, b1, b2, b3] = transpose_quarters(r4, r5, r6, r7);
    let [c0, c1, c2, c3] = transpose_quarters(r8, r9, ra, rb);
    let [d0, d1, d2, d3] = transpose_quarters(rc, rd, re, rf);
    let [w0, w4, w8, wc] = gather_quarters(a0, b0, c0, d0);
    let [w1, w5, w9, wd] = gather_quarters(a1, b1, c1, d1);
    let [w2, w6, wa, we] = gather_quarters(a2, b2, c2, d2);
    let [w3, w7, wb, wf] = gather_quarters(a3, b3, c3, d3);
    [
        w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, wa, wb, wc, wd, we, wf,
    ]
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn transpose_quarters(a: Words, b: Words, c: Words, d: Words) -> [Words; 4] {
    let (ab_low, ab_high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    let (cd_low, cd_high) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    [
        _mm512_unpacklo_epi64(ab_low, cd_low),
        _mm512_unpackhi_epi64(ab_low, cd_low),
        _mm512_unpacklo_epi64(ab_high, cd_high),
        _mm512_unpackhi_epi64(ab_high, cd_high),
    ]
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn gather_quarters(a: Words, b: Words, c: Words, d: Words) -> [Words; 4] {
    const EVEN: i32 = 0b10_00_10_00;
    const ODD: i32 = 0b11_01_11_01;
    let (ab_even, ab_odd) = (
        _mm512_shuffle_i32x4::<EVEN>(a, b),
        _mm512_shuffle_i32x4::<ODD>(a, b),
    );
    let (cd_even, cd_odd) = (
        _mm512_shuffle_i32x4::<EVEN>(c, d),
        _mm512_shuffle_i32x4::<ODD>(c, d),
    );
    [
        _mm512_shuffle_i32x4::<EVEN>(ab_even, cd_even),
        _mm512_shuffle_i32x4::<EVEN>(ab_odd, cd_odd),
        _mm512_shuffle_i32x4::<ODD>(ab_even, cd_even),
        _mm512_shuffle_i32x4::<ODD>(ab_odd, cd_odd),
    ]
}
