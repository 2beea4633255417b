use std::sync::OnceLock;

use super::BLOCK;
#[cfg(target_arch = "aarch64")]
use super::armv8;
use super::portable;
use super::state::State;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use super::width;
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512, sha_ni};

/// The largest width that any kernel has.
pub const MAX_WIDTH: usize = 16;

/// One stream, and the data that it is fed next: whole blocks.
pub struct Lane<'a> {
    pub state: &'a mut State,
    pub data: &'a [u8],
}

pub(super) type Advance = fn(&mut [Lane<'_>], usize);

/// Instructions that hash, and the number of lanes with which this processor executes them fastest.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    name: &'static str,
    width: usize,
    /// How many lanes it takes so that its instructions are faster than the portable ones.
    least: usize,
    advance: Advance,
}

impl Kernel {
    /// The fastest kernel of this processor. The first call measures, which takes less than a millisecond.
    pub fn detect() -> Self {
        static FASTEST: OnceLock<Kernel> = OnceLock::new();
        *FASTEST.get_or_init(|| Self::available().next().unwrap_or(Self::portable()))
    }

    /// All kernels that this processor can run, the fastest first.
    #[cfg(target_arch = "x86_64")]
    pub fn available() -> impl Iterator<Item = Self> {
        let sha_ni = sha_ni::is_available().then(|| Self {
            name: "sha-ni",
            width: width::measure(sha_ni::advance, 1..=sha_ni::MAX_WIDTH),
            least: 1,
            advance: sha_ni::advance,
        });
        let avx512 = avx512::is_available().then_some(Self {
            name: "avx-512",
            width: avx512::WIDTH,
            least: 2,
            advance: avx512::advance,
        });
        let avx2 = avx2::is_available().then_some(Self {
            name: "avx2",
            width: avx2::WIDTH,
            least: 3,
            advance: avx2::advance,
        });
        [sha_ni, avx512, avx2, Some(Self::portable())]
            .into_iter()
            .flatten()
    }

    /// All kernels that this processor can run, the fastest first.
    #[cfg(target_arch = "aarch64")]
    pub fn available() -> impl Iterator<Item = Self> {
        let armv8 = armv8::is_available().then(|| Self {
            name: "armv8",
            width: width::measure(armv8::advance, 1..=armv8::MAX_WIDTH),
            least: 1,
            advance: armv8::advance,
        });
        [armv8, Some(Self::portable())].into_iter().flatten()
    }

    /// All kernels that this processor can run, the fastest first.
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    pub fn available() -> impl Iterator<Item = Self> {
        std::iter::once(Self::portable())
    }

    /// The kernel that every processor can run.
    pub fn portable() -> Self {
        Self {
            name: "portable",
            width: 1,
            least: 1,
            advance: portable::advance,
        }
    }

    /// Which instructions it uses.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// With how many lanes it is fastest; at most [`MAX_WIDTH`]. It accepts fewer and more.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The same instructions with another number of lanes.
    pub fn with_width(self, width: usize) -> Self {
        Self {
            width: width.clamp(1, MAX_WIDTH),
            ..self
        }
    }

    /// Advances every lane by as many blocks as the shortest one has, shortens the data of each, and returns how many bytes that was.
    pub fn advance(&self, lanes: &mut [Lane<'_>]) -> usize {
        let shortest = lanes.iter().map(|lane| lane.data.len() / BLOCK).min();
        let blocks = shortest.unwrap_or(0);
        if blocks > 0 {
            for group in lanes.chunks_mut(self.width) {
                let is_worth_it = group.len() >= self.least;
                let advance = if is_worth_it {
                    self.advance
                } else {
                    portable::advance
                };
                advance(group, blocks);
            }
        }
        let bytes = blocks * BLOCK;
        for lane in lanes {
            lane.data = &lane.data[bytes..];
        }
        bytes
    }
}
