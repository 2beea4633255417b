use std::hint::black_box;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use super::kernel::{Advance, Lane};
use super::state::State;

/// The bytes of each lane in one measurement, which takes some microseconds.
const LENGTH: usize = 2048;

/// The shortest of so many measurements counts, because whatever else the machine does only adds to it.
const REPETITIONS: usize = 16;

/// The width with which lanes are advanced fastest. A wider one has to be faster by a tenth, since each lane needs a buffer and an open
/// file.
pub(super) fn measure(advance: Advance, widths: RangeInclusive<usize>) -> usize {
    let mut best = (1, f64::INFINITY);
    for width in widths {
        let per_lane = time(advance, width).as_secs_f64() / width as f64;
        if per_lane < best.1 * 0.9 {
            best = (width, per_lane);
        }
    }
    best.0
}

fn time(advance: Advance, width: usize) -> Duration {
    let data = [0x5a; LENGTH];
    let mut states = vec![State::new(); width];
    let shortest = (0..REPETITIONS).map(|_| {
        let mut lanes: Vec<Lane<'_>> = states
            .iter_mut()
            .map(|state| Lane {
                state,
                data: black_box(&data),
            })
            .collect();
        let start = Instant::now();
        advance(&mut lanes, LENGTH / super::BLOCK);
        start.elapsed()
    });
    shortest.min().unwrap_or(Duration::MAX)
}
