use std::ops::{Deref, DerefMut};

const PAGE: usize = 4096;

/// Memory that begins on a page. The allocator lets large memory begin 16 bytes after a page, where some processors copy from the
/// kernel at a third of the speed.
pub struct AlignedBuffer {
    bytes: Vec<u8>,
    from: usize,
    length: usize,
}

impl AlignedBuffer {
    pub fn new(length: usize) -> Self {
        let bytes = vec![0; length + PAGE];
        let from = bytes.as_ptr().align_offset(PAGE);
        assert!(from <= PAGE);
        AlignedBuffer {
            bytes,
            from,
            length,
        }
    }
}

impl Deref for AlignedBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[self.from..self.from + self.length]
    }
}

impl DerefMut for AlignedBuffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.from..self.from + self.length]
    }
}
