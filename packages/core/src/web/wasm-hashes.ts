// What is used of the package, so that a bundler leaves out all its other algorithms.
export { createBLAKE2b, createBLAKE3, createSHA256 } from 'hash-wasm';
