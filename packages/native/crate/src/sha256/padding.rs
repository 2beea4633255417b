use super::BLOCK;

/// The most bytes that [`pad`] appends.
pub const MAX_PADDING: usize = BLOCK + 8;

/// Appends the end of a stream of `length` bytes to its last bytes, which end at `end` in `buffer`, and returns where whole blocks end
/// then. `buffer` has to have [`MAX_PADDING`] bytes of room after `end`, and its blocks begin at 0.
pub fn pad(buffer: &mut [u8], end: usize, length: u64) -> usize {
    debug_assert_eq!(end as u64 % BLOCK as u64, length % BLOCK as u64);
    let padded = (end + 9).next_multiple_of(BLOCK);
    buffer[end] = 0x80;
    buffer[end + 1..padded - 8].fill(0);
    buffer[padded - 8..padded].copy_from_slice(&(length * 8).to_be_bytes());
    padded
}
