export type { ExpectedSigner } from './identity.ts';
export type { Instance } from './instances.ts';
export type { TrustSource } from './trust.ts';
export { type SigstoreVerifierOptions, sigstoreVerifier } from './verifier.ts';
