//! Hashes the files of a model for Node.

#![deny(unsafe_op_in_unsafe_fn)]

mod aligned_buffer;
#[cfg(not(test))]
mod binding;
mod blake2b_streams;
mod blake3_streams;
pub mod control;
pub mod digests;
pub mod engine;
mod file_record;
mod handover;
pub mod jobs;
mod lane;
mod lanes;
mod lease;
pub mod memory;
mod open_file;
mod pointer;
pub mod problem;
mod range;
mod read_ahead;
mod read_lane;
pub mod reader;
#[cfg(not(test))]
mod reader_binding;
pub mod sha256;
mod sha256_streams;
mod stats;
mod stream_hash;
mod system;
#[cfg(not(test))]
mod threads;
mod trees;
