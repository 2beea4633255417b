use blake3::Hasher;

use crate::stream_hash::{Stream, StreamHash};

/// BLAKE3, which fills the lanes of a processor with the bytes of one stream.
pub struct Blake3Streams;

impl StreamHash for Blake3Streams {
    type State = Box<Hasher>;

    fn width(&self) -> usize {
        1
    }

    fn begin(&self) -> Self::State {
        Box::default()
    }

    fn pad(&self, _: &mut [u8], end: usize, _: u64) -> usize {
        end
    }

    fn advance(&self, lanes: &mut [impl Stream<Self::State>]) {
        for lane in lanes {
            let ready = lane.ready();
            let (hasher, bytes) = lane.split();
            hasher.update(bytes);
            lane.advance(ready);
        }
    }

    fn digest(&self, hasher: Self::State) -> Vec<u8> {
        hasher.finalize().as_bytes().to_vec()
    }
}
