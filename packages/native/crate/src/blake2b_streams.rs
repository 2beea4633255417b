use blake2b_simd::many::{degree, update_many};
use blake2b_simd::{BLOCKBYTES, State};

use crate::stream_hash::{Stream, StreamHash};

pub struct Blake2bStreams;

impl StreamHash for Blake2bStreams {
    type State = State;

    fn width(&self) -> usize {
        degree()
    }

    fn begin(&self) -> State {
        State::new()
    }

    fn pad(&self, _: &mut [u8], end: usize, _: u64) -> usize {
        end
    }

    /// The last bytes of a stream are hashed on their own, so that the blocks of the others stay whole.
    fn advance(&self, lanes: &mut [impl Stream<State>]) {
        let shortest = lanes.iter().map(Stream::ready).min().unwrap_or(0);
        let whole = shortest - shortest % BLOCKBYTES;
        if whole > 0 {
            update_many(lanes.iter_mut().map(|lane| {
                let (state, bytes) = lane.split();
                (state, &bytes[..whole])
            }));
        }
        for lane in lanes {
            lane.advance(whole);
            let left = lane.ready();
            if left < BLOCKBYTES {
                let (state, bytes) = lane.split();
                state.update(bytes);
                lane.advance(left);
            }
        }
    }

    fn digest(&self, state: State) -> Vec<u8> {
        state.finalize().as_bytes().to_vec()
    }
}
