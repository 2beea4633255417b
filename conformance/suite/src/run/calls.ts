import path from 'node:path';
import type { Arguments, Call } from '../adapter/flags.ts';
import type { VectorInputs } from '../vectors/vector.ts';

/** Where the files of a call are. */
export interface Places {
  /** The path of the model that the program gets. */
  readonly model: string;
  /** The real root of the model; paths to ignore are relative to it. */
  readonly root: string;
  readonly signature: string;
  /** Where the policy is, and every signature file that it judges. */
  readonly policy?: string;
  readonly signatures?: readonly string[];
  /** The directory that the files in the inputs are relative to. */
  readonly vectors: string;
  /** The directory of the vector, where its trusted root is. */
  readonly vector: string;
}

/** The call for the inputs of a vector. */
export function callOf(operation: Call['operation'], inputs: VectorInputs, places: Places): Call {
  const file = (name: string | undefined) => (name === undefined ? undefined : path.join(places.vectors, name));
  const files = (names: readonly string[] = []) => names.map((name) => path.join(places.vectors, name));
  const byPolicy = inputs.policy !== undefined;
  const chain = operation === 'sign' ? inputs.chain : inputs.roots;
  const { identity, identityProvider, hashAlgorithm, serialization, shardSize, verificationTime, draft } = inputs;
  return {
    operation,
    args: present({
      method: inputs.method,
      'model-path': places.model,
      [operation === 'sign' ? 'output-bundle' : 'bundle']: byPolicy ? undefined : places.signature,
      policy: byPolicy ? (places.policy ?? '') : undefined,
      as: inputs.as,
      signature: byPolicy ? (places.signatures ?? [places.signature]) : undefined,
      attestations: inputs.attestations?.map((one) => path.join(places.vector, one)),
      'require-attestation': inputs.requireAttestation,
      'private-key': file(inputs.privateKey),
      'public-key': file(inputs.publicKey),
      'signing-cert': file(inputs.certificate),
      'cert-chain': files(chain),
      identity,
      'identity-provider': identityProvider,
      'ignore-paths': (inputs.ignorePaths ?? []).map((one) => `${places.root}/${one}`),
      'ignore-unsigned-files': inputs.ignoreUnsignedFiles,
      'hash-algorithm': hashAlgorithm,
      serialization,
      'shard-size': shardSize === undefined ? undefined : String(shardSize),
      'allow-symlinks': inputs.allowSymlinks,
      'allow-external-symlinks': inputs.allowExternalSymlinks,
      'no-ignore-git-paths': inputs.ignoreGitPaths === false,
      strict: inputs.strict,
      'trusted-root': !byPolicy && inputs.trustedRoot && path.join(places.vector, inputs.trustedRoot),
      'require-log': inputs.requireLog,
      'timestamp-authority': files(inputs.timestampRoots),
      'verification-time': verificationTime,
      draft,
      extension: inputs.extensions,
      'side-file': inputs.sideFile && path.join(places.vector, inputs.sideFile),
      range: inputs.range && `${inputs.range.path}:${inputs.range.start}:${inputs.range.end}`,
      only: inputs.only,
      'lfs-pointers': inputs.lfsPointers,
      'oci-manifest': inputs.ociManifest,
      'exclude-attestations': inputs.excludeAttestations,
      annotation: Object.entries(inputs.annotations ?? {}).map(([key, value]) => `${key}=${value}`),
    }),
  };
}

type Value = string | readonly string[] | boolean | undefined;

/** Drops switches that are off, empty lists and missing values. */
function present(values: Readonly<Record<string, Value>>): Arguments {
  const entries = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(entries) as Arguments;
}
