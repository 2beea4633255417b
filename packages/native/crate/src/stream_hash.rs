/// Some bytes of a stream that are to be hashed next, and how far it has come.
pub trait Stream<S> {
    fn ready(&self) -> usize;

    /// The state, and the bytes to hash next.
    fn split(&mut self) -> (&mut S, &[u8]);

    fn advance(&mut self, bytes: usize);
}

/// An algorithm that hashes each stream from its start to its end, and several streams at once.
pub trait StreamHash: Sync {
    type State: Send;

    /// With how many lanes a thread is fastest.
    fn width(&self) -> usize;

    fn begin(&self) -> Self::State;

    /// Appends what has to follow the last bytes of a stream of `length` bytes, which end at `end` in `buffer`, and returns where it
    /// ends. There is room for [`crate::lane::PADDING`] bytes.
    fn pad(&self, buffer: &mut [u8], end: usize, length: u64) -> usize;

    /// Hashes some bytes that are ready in the lanes; those of one lane at least, and all that are.
    fn advance(&self, lanes: &mut [impl Stream<Self::State>]);

    /// The digest, once all has been hashed.
    fn digest(&self, state: Self::State) -> Vec<u8>;
}
