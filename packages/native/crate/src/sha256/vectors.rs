//! Word by word what one stream does, with a vector of words in place of each word.

/// Defines `advance_group` in a module that says what a vector is: the type `Words` of `WIDTH` words, the functions `add`, `xor` of
/// three, `choose`, `majority`, `rotate_right`, `shift_right`, `splat`, `load` and `store`, and `load_blocks`, which gives the first
/// words of all blocks, then the second words, and so on.
macro_rules! define_vectors {
    ($features:literal) => {
        /// Advances at most `WIDTH` lanes by `blocks` blocks; the first one stands in for those that are missing.
        #[target_feature(enable = $features)]
        fn advance_group(lanes: &mut [Lane<'_>], blocks: usize) {
            let data: [&[u8]; WIDTH] = std::array::from_fn(|lane| {
                let lane = if lane < lanes.len() { lane } else { 0 };
                &lanes[lane].data[..blocks * BLOCK]
            });
            let mut words = [[0; WIDTH]; 8];
            for (index, lane) in lanes.iter().enumerate() {
                for (word, value) in words.iter_mut().zip(lane.state.0) {
                    word[index] = value;
                }
            }
            for (index, word) in compress(words, &data, blocks).into_iter().enumerate() {
                for (lane, value) in lanes.iter_mut().zip(word) {
                    lane.state.0[index] = value;
                }
            }
        }

        #[target_feature(enable = $features)]
        fn compress(
            words: [[u32; WIDTH]; 8],
            data: &[&[u8]; WIDTH],
            blocks: usize,
        ) -> [[u32; WIDTH]; 8] {
            let mut state = words.map(|word| load(word));
            for block in 0..blocks {
                let before = state;
                let mut schedule = load_blocks(data, block * BLOCK);
                sixteen_rounds::<0>(&mut state, &mut schedule);
                sixteen_rounds::<16>(&mut state, &mut schedule);
                sixteen_rounds::<32>(&mut state, &mut schedule);
                sixteen_rounds::<48>(&mut state, &mut schedule);
                for (word, before) in state.iter_mut().zip(before) {
                    *word = add(*word, before);
                }
            }
            state.map(|word| store(word))
        }

        /// Written out, because the compiler keeps the vectors in memory when it does not unroll a loop.
        #[inline]
        #[target_feature(enable = $features)]
        fn sixteen_rounds<const FROM: usize>(state: &mut [Words; 8], schedule: &mut [Words; 16]) {
            rounds!(FROM state schedule 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        }

        #[inline]
        #[target_feature(enable = $features)]
        fn round<const FROM: usize, const I: usize>(state: &mut [Words; 8], schedule: &mut [Words; 16]) {
            if FROM > 0 {
                let (early, late) = (schedule[(I + 1) % 16], schedule[(I + 14) % 16]);
                let s0 = xor(rotate_right::<7, 25>(early), rotate_right::<18, 14>(early), shift_right::<3>(early));
                let s1 = xor(rotate_right::<17, 15>(late), rotate_right::<19, 13>(late), shift_right::<10>(late));
                schedule[I] = add(add(schedule[I], s0), add(schedule[(I + 9) % 16], s1));
            }
            let keyed = add(schedule[I], splat(ROUND_CONSTANTS[FROM + I]));
            let [a, b, c, d, e, f, g, h] = *state;
            let s1 = xor(rotate_right::<6, 26>(e), rotate_right::<11, 21>(e), rotate_right::<25, 7>(e));
            let first = add(add(h, keyed), add(s1, choose(e, f, g)));
            let s0 = xor(rotate_right::<2, 30>(a), rotate_right::<13, 19>(a), rotate_right::<22, 10>(a));
            let second = add(s0, majority(a, b, c));
            *state = [add(first, second), a, b, c, add(d, first), e, f, g];
        }
    };
}

macro_rules! rounds {
    ($from:ident $state:ident $schedule:ident $($i:literal)*) => { $( round::<$from, $i>($state, $schedule); )* };
}

pub(super) use {define_vectors, rounds};
