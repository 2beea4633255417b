export { type ClaimedSigner, claimedSigner } from './claimed-signer.ts';
export type { ExpectedSigner } from './identity.ts';
export type { Instance } from './instances.ts';
export type { TrustSource } from './load-trust.ts';
export { type LoggedVerifierOptions, loggedVerifier } from './logged-verifier.ts';
export { type SigstoreVerifierOptions, sigstoreVerifier } from './verifier.ts';
