import type { Policy } from './policy.ts';
import { PolicyError } from './policy-error.ts';

export interface LoadPolicyOptions {
  /**
   * Reads a file that the policy names: `path` is as it is written there, relative to the policy. Without it, a policy that names files is
   * refused (`policy/file-unusable`).
   */
  readonly readFile?: ((path: string) => Promise<Uint8Array>) | undefined;
  /**
   * Refuse files that the policy names without their digests, which a signature of the policy would not cover. A key with its
   * `fingerprint` needs no digest. Default false.
   */
  readonly requireDigests?: boolean | undefined;
}

/**
 * Reads a policy, and the keys and certificates that it names. Returns only if everything in it is understood.
 * @throws {PolicyError} `policy/invalid`, `policy/file-unusable`
 */
export async function loadPolicy(_source: string | Uint8Array, _options: LoadPolicyOptions = {}): Promise<Policy> {
  throw new PolicyError('policy/invalid', 'not made yet');
}
