use crate::sha256::{self, Kernel, State};
use crate::stream_hash::{Stream, StreamHash};

pub struct Sha256Streams {
    kernel: Kernel,
}

impl Sha256Streams {
    pub fn new() -> Self {
        Sha256Streams {
            kernel: Kernel::detect(),
        }
    }
}

impl StreamHash for Sha256Streams {
    type State = State;

    fn width(&self) -> usize {
        self.kernel.width()
    }

    fn begin(&self) -> State {
        State::new()
    }

    fn pad(&self, buffer: &mut [u8], end: usize, length: u64) -> usize {
        sha256::pad(buffer, end, length)
    }

    fn advance(&self, lanes: &mut [impl Stream<State>]) {
        let mut ready: Vec<sha256::Lane<'_>> = Vec::with_capacity(lanes.len());
        for lane in lanes.iter_mut() {
            let (state, data) = lane.split();
            ready.push(sha256::Lane { state, data });
        }
        let bytes = self.kernel.advance(&mut ready);
        for lane in lanes {
            lane.advance(bytes);
        }
    }

    fn digest(&self, state: State) -> Vec<u8> {
        state.digest().to_vec()
    }
}
