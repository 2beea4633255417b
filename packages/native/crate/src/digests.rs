use std::sync::Mutex;

/// What hashing found out, by job.
#[derive(Debug, Default)]
pub struct Digests {
    pub bytes: Vec<u8>,
    /// The jobs whose file begins like a pointer.
    pub pointers: Vec<u32>,
}

/// Gathers the digests that several threads compute.
pub struct DigestWriter {
    size: usize,
    digests: Mutex<Digests>,
}

impl DigestWriter {
    pub fn new(jobs: usize, size: usize) -> Self {
        let digests = Mutex::new(Digests {
            bytes: vec![0; jobs * size],
            pointers: Vec::new(),
        });
        DigestWriter { size, digests }
    }

    pub fn set(&self, job: u32, digest: &[u8], is_pointer: bool) {
        let at = job as usize * self.size;
        let mut digests = self
            .digests
            .lock()
            .unwrap_or_else(|broken| broken.into_inner());
        digests.bytes[at..at + self.size].copy_from_slice(digest);
        if is_pointer {
            digests.pointers.push(job);
        }
    }

    pub fn finish(self) -> Digests {
        self.digests
            .into_inner()
            .unwrap_or_else(|broken| broken.into_inner())
    }
}
