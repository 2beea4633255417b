use super::BLOCK;
use super::kernel::Lane;
use super::state::{ROUND_CONSTANTS, State};

/// Advances one lane after another by `blocks` blocks, on any processor.
pub(super) fn advance(lanes: &mut [Lane<'_>], blocks: usize) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2") {
        // SAFETY: the processor has the instructions, as tested above.
        return unsafe { advance_with_bmi(lanes, blocks) };
    }
    advance_each(lanes, blocks);
}

/// The same with instructions that rotate without destroying what they rotate.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "bmi1,bmi2")]
fn advance_with_bmi(lanes: &mut [Lane<'_>], blocks: usize) {
    advance_each(lanes, blocks);
}

#[inline(always)]
fn advance_each(lanes: &mut [Lane<'_>], blocks: usize) {
    for lane in lanes {
        for block in lane.data[..blocks * BLOCK].chunks_exact(BLOCK) {
            compress(lane.state, block);
        }
    }
}

#[inline(always)]
fn compress(state: &mut State, block: &[u8]) {
    let mut words = [0u32; 16];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    let mut registers = state.0;
    sixteen_rounds::<0>(&mut registers, &mut words);
    sixteen_rounds::<16>(&mut registers, &mut words);
    sixteen_rounds::<32>(&mut registers, &mut words);
    sixteen_rounds::<48>(&mut registers, &mut words);
    for (word, register) in state.0.iter_mut().zip(registers) {
        *word = word.wrapping_add(register);
    }
}

/// Written out, because the compiler moves the registers around when it does not unroll a loop.
#[inline(always)]
fn sixteen_rounds<const FROM: usize>(registers: &mut [u32; 8], words: &mut [u32; 16]) {
    macro_rules! rounds {
        ($($i:literal)*) => { $(
            if FROM > 0 {
                extend::<$i>(words);
            }
            round(registers, words[$i].wrapping_add(ROUND_CONSTANTS[FROM + $i]));
        )* };
    }
    rounds!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
}

/// Replaces a word by the one that comes 16 rounds later.
#[inline(always)]
fn extend<const I: usize>(words: &mut [u32; 16]) {
    let (early, late) = (words[(I + 1) % 16], words[(I + 14) % 16]);
    let s0 = early.rotate_right(7) ^ early.rotate_right(18) ^ (early >> 3);
    let s1 = late.rotate_right(17) ^ late.rotate_right(19) ^ (late >> 10);
    let late = words[(I + 9) % 16].wrapping_add(s1);
    words[I] = words[I].wrapping_add(s0).wrapping_add(late);
}

#[inline(always)]
fn round(registers: &mut [u32; 8], keyed: u32) {
    let [a, b, c, d, e, f, g, h] = *registers;
    let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
    let choice = (e & f) ^ (!e & g);
    let first = h.wrapping_add(keyed).wrapping_add(choice).wrapping_add(s1);
    let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
    let majority = (a & b) ^ (c & (a ^ b));
    let second = s0.wrapping_add(majority);
    *registers = [
        first.wrapping_add(second),
        a,
        b,
        c,
        d.wrapping_add(first),
        e,
        f,
        g,
    ];
}
