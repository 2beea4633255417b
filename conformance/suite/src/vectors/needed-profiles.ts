import type { Profile, Vector } from './vector.ts';

/**
 * The profiles that an implementation needs for a vector: that of the vector, and those that its inputs are about. A file that is named
 * in a model of shards, for example, is nothing to an implementation of shards alone.
 */
export function neededProfiles({ profile, inputs }: Pick<Vector, 'profile' | 'inputs'>): readonly Profile[] {
  const isPart = inputs.only !== undefined;
  const byPolicy = inputs.policy !== undefined;
  const isStated = inputs.lfsPointers === true || inputs.ociManifest === true;
  const isAttested = (inputs.attestations ?? inputs.requireAttestation) !== undefined;
  return [
    ...new Set<Profile>([
      profile,
      ...(isPart ? ['partial' as const] : []),
      ...(isStated ? ['advertised' as const] : []),
      ...(byPolicy ? ['policy' as const] : []),
      ...(isAttested ? ['attestations' as const] : []),
    ]),
  ];
}
