import type { Curve } from '../peer/keys.ts';

/** A bundle to make: the method, the model, and the curve of the key or certificate. */
export interface Sample {
  readonly method: 'key' | 'certificate';
  readonly curve: Curve;
  /** A folder or file in `models`. */
  readonly model: 'model' | 'weights.bin';
  /** Bytes; without it, one digest per file. */
  readonly shardSize?: number;
  /** The message of a release that fails to sign. */
  readonly fails?: RegExp;
}

/** A release of the Python package `model-signing` whose bundles are made. */
export interface Release {
  readonly version: string;
  /** The file with its pinned dependencies: the newest versions that it still runs with. */
  readonly constraints: 'src/historical/constraints.txt' | 'python/constraints.txt';
  /** Whether its command can sign with keys and certificates, without a network. */
  readonly hasCommand: boolean;
  readonly samples: readonly Sample[];
}

const key = (curve: Curve): Sample => ({ method: 'key', curve, model: 'model' });
const certificate = (curve: Curve): Sample => ({ method: 'certificate', curve, model: 'model' });
const file: Sample = { method: 'key', curve: 'P-256', model: 'weights.bin' };
const shards: Sample = { ...key('P-256'), shardSize: 10 };

const keys = [key('P-256'), key('P-384'), key('P-521')];
const certificates = [certificate('P-256'), certificate('P-384'), certificate('P-521')];

/** These releases misspell a field when they put a certificate into a bundle. */
const cannotCertify: Sample = { ...certificate('P-384'), fails: /raw_byutes/ };

const early = { constraints: 'src/historical/constraints.txt', hasCommand: false } as const;
const late = { constraints: 'python/constraints.txt', hasCommand: true } as const;

export const releases: readonly Release[] = [
  { version: '0.1.1', ...early, samples: [key('P-384'), certificate('P-384')] },
  { version: '0.2.0', ...early, samples: [...keys, ...certificates, file] },
  { version: '0.3.0', ...early, samples: [key('P-384'), cannotCertify] },
  { version: '0.3.1', ...early, samples: [...keys, file, cannotCertify] },
  { version: '1.0.0', ...early, samples: [...keys, ...certificates, file] },
  { version: '1.0.1', ...early, samples: [...keys, ...certificates, file, shards] },
  { version: '1.1.0', ...late, samples: [...keys, ...certificates, file, shards] },
  { version: '1.1.1', ...late, samples: [...keys, ...certificates, file, shards] },
];

/** The name of a sample's bundle in the folder of its release. */
export function bundleName({ method, curve, model, shardSize }: Sample): string {
  const shape = model === 'model' ? '' : '-single-file';
  return `${method}-${curve}${shape}${shardSize === undefined ? '' : '-shards'}.sig`;
}
