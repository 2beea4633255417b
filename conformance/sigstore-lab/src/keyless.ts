import path from 'node:path';
import { identityToken } from './identity.ts';
import { DEFAULT_DIRECTORY, FILES, readServices, stateOf } from './instance.ts';

const IDENTITY = 'bench@example.com';

/** The inputs to make and verify keyless signatures. */
export interface Keyless {
  readonly trustConfig: string;
  readonly identity: string;
  readonly issuer: string;
  /** A token that is valid for some minutes. */
  token(): string;
}

/** The private Sigstore that runs on this machine, for the benchmark; null if none runs. */
export function runningInstance(): Keyless | null {
  if (stateOf(DEFAULT_DIRECTORY) !== 'running') return null;
  return {
    trustConfig: path.join(DEFAULT_DIRECTORY, FILES.trustConfig),
    identity: IDENTITY,
    issuer: readServices(DEFAULT_DIRECTORY).issuer,
    token: () => identityToken(DEFAULT_DIRECTORY, IDENTITY),
  };
}
