import type { Profile, Role } from './vector.ts';

/** A profile that an implementation may leave out. The draft is judged only for those that declare it. */
export type OptionalProfile = Exclude<Profile, 'core' | 'draft'>;

/** For each optional profile and role, the vector that an implementation with the feature accepts before any other. */
export const plainestControls: Readonly<Record<OptionalProfile, Readonly<Partial<Record<Role, string>>>>> = {
  certificate: { verify: 'signer_certificate', sign: 'signer_sign-certificate' },
  sigstore: { verify: 'signer_sigstore' },
  shards: { verify: 'manifest_shards', sign: 'manifest_sign-shards-plain' },
  blake2b: { verify: 'manifest_blake2b', sign: 'manifest_sign-blake2b' },
  blake3: { verify: 'manifest_blake3', sign: 'manifest_sign-blake3' },
  symlinks: { verify: 'model_links-to-file', sign: 'manifest_sign-links' },
  historical: { verify: 'bundle_v1-0' },
  partial: { verify: 'model_named-file' },
  advertised: { verify: 'model_lfs-pointer' },
  policy: { verify: 'policy_key' },
  attestations: { verify: 'attestation_plain' },
};

/** The plainest control of a profile in a role; undefined if the profile is always judged. */
export function plainestControlOf(profile: Profile, role: Role): string | undefined {
  return profile === 'core' || profile === 'draft' ? undefined : plainestControls[profile][role];
}
