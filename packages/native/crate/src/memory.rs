use std::ptr::NonNull;
use std::slice;

/// Memory of the caller, into which a part of a file is read.
pub struct Memory {
    from: NonNull<u8>,
    length: usize,
}

// SAFETY: the memory belongs to the process, not to a thread.
unsafe impl Send for Memory {}

impl Memory {
    /// # Safety
    /// The memory must stay where it is, and nothing else may use it, as long as the result lives.
    pub unsafe fn new(from: NonNull<u8>, length: usize) -> Self {
        Memory { from, length }
    }

    pub fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: `new` requires that the memory is there, and used by nothing else.
        unsafe { slice::from_raw_parts_mut(self.from.as_ptr(), self.length) }
    }

    pub fn len(&self) -> usize {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}
