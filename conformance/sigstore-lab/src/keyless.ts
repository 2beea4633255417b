import path from 'node:path';
import { identityToken } from './identity.ts';
import { DEFAULT_DIRECTORY, FILES, readServices, stateOf } from './instance.ts';

const IDENTITY = 'bench@example.com';

/** What keyless signatures are made and verified with. */
export interface Keyless {
  readonly trustConfig: string;
  readonly identity: string;
  readonly issuer: string;
  /** A token that is good for some minutes. */
  token(): string;
}

/** What the benchmark needs of the private Sigstore that runs on this machine; null where none does. */
export function runningInstance(): Keyless | null {
  if (stateOf(DEFAULT_DIRECTORY) !== 'running') return null;
  return {
    trustConfig: path.join(DEFAULT_DIRECTORY, FILES.trustConfig),
    identity: IDENTITY,
    issuer: readServices(DEFAULT_DIRECTORY).issuer,
    token: () => identityToken(DEFAULT_DIRECTORY, IDENTITY),
  };
}
