//! SHA-256 of several streams at once, because one stream leaves most of a core idle.
//!
//! A [`Kernel`] advances up to [`Kernel::width`] streams together. Each stream has a [`State`]; the caller feeds it whole blocks, and
//! at its end the last bytes with [`padding`].

#[cfg(target_arch = "aarch64")]
mod armv8;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod kernel;
mod padding;
mod portable;
#[cfg(target_arch = "x86_64")]
mod sha_ni;
mod state;
#[cfg(target_arch = "x86_64")]
mod vectors;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod width;

pub use kernel::{Kernel, Lane, MAX_WIDTH};
pub use padding::{MAX_PADDING, pad};
pub use state::{DIGEST_LENGTH, State};

/// The bytes of one block.
pub const BLOCK: usize = 64;
