import { MiB, type Workload } from './workloads.ts';

export type Operation = 'sign' | 'verify' | 'sign-keyless' | 'verify-keyless' | 'version' | 'help';
export type Hash = 'sha256' | 'blake2b' | 'blake3';
export type Cache = 'warm' | 'cold';

const LIMITS = ['openssl-one', 'openssl-all', 'openssl-files', 'b3sum', 'empty-module'] as const;

/** What the machine can do, measured in the same rounds. */
export type Limit = (typeof LIMITS)[number];

/** Who takes part; in the order of reports. Adapters that are named take the places of all other implementations. */
export type Party = 'ours' | 'earlier' | 'peer' | 'adapter' | `adapter-${number}` | Limit;

/** Whether this is no implementation. */
export function isLimit(party: Party): party is Limit {
  return LIMITS.some((limit) => limit === party);
}

/** Whether this is what everyone else is held against. */
export function isReference(party: Party): boolean {
  return party === 'ours' || party === 'adapter';
}

/** One line of the matrix: a workload, what is done with it, and which limits are worth a look. */
export interface Case {
  readonly workload: Workload;
  readonly operation: Operation;
  readonly hash: Hash;
  /** Bytes; null for one digest per file. */
  readonly shardSize: number | null;
  readonly cache: Cache;
  readonly limits: readonly Limit[];
}

interface Row extends Omit<Case, 'workload' | 'operation'> {
  readonly workload: string;
  readonly operations: readonly Operation[];
  /** Left out of short runs, where another row proves the same. */
  readonly fullOnly?: boolean;
}

const BOTH = ['sign', 'verify'] as const;

/** The size that the peer's library takes of its own accord. */
const SHARD_SIZE = 1e9;

/** A sensible part of the product of everything. */
const ROWS: readonly Row[] = [
  row('one-file', BOTH, 'sha256', ['openssl-one', 'openssl-files']),
  { ...row('one-file', BOTH, 'sha256', ['openssl-all']), shardSize: SHARD_SIZE },
  row('one-file', BOTH, 'blake2b', ['openssl-one', 'openssl-files']),
  row('one-file', BOTH, 'blake3', ['b3sum']),
  { ...row('one-file', ['sign'], 'sha256', []), cache: 'cold' },
  row('medium-files', BOTH, 'sha256', ['openssl-all', 'openssl-files']),
  { ...row('medium-files', BOTH, 'blake2b', ['openssl-all', 'openssl-files']), fullOnly: true },
  { ...row('medium-files', BOTH, 'blake3', ['b3sum']), fullOnly: true },
  { ...row('medium-files', ['sign'], 'sha256', []), cache: 'cold' },
  row('small-files', BOTH, 'sha256', ['openssl-files']),
  { ...row('small-files', BOTH, 'sha256', ['openssl-files']), cache: 'cold' },
  row('many-files', BOTH, 'sha256', ['openssl-files']),
  row('language-model', BOTH, 'sha256', ['openssl-all']),
  row('tiny', BOTH, 'sha256', ['empty-module']),
  row('tiny', ['verify-keyless'], 'sha256', ['empty-module']),
  row('tiny', ['version', 'help'], 'sha256', ['empty-module']),
];

function row(workload: string, operations: readonly Operation[], hash: Hash, limits: readonly Limit[]): Row {
  return { workload, operations, hash, shardSize: null, cache: 'warm', limits };
}

/** The cases of a run over these workloads, grouped by workload and with signing before verifying. */
export function casesOf(
  workloads: readonly Workload[],
  { short, cold, keyless = false }: { short: boolean; cold: boolean; keyless?: boolean },
): Case[] {
  const rows = ROWS.filter(
    ({ cache, fullOnly, operations }) =>
      (cold || cache === 'warm') && !(short && fullOnly) && (keyless || !operations.includes('verify-keyless')),
  );
  return workloads.flatMap((workload) =>
    rows
      .filter((each) => each.workload === workload.name)
      .flatMap(({ operations, hash, shardSize, cache, limits }) =>
        operations.map((operation) => ({
          workload,
          operation,
          hash,
          shardSize: shardSize && short ? MiB : shardSize,
          cache,
          limits,
        })),
      ),
  );
}

/** What a case does, in words: `sign, blake3`. */
export function describeCase({ operation, hash, shardSize, cache }: Omit<Case, 'workload' | 'limits'>): string {
  if (operation === 'version' || operation === 'help') return `--${operation}`;
  if (operation === 'verify-keyless') return 'verify, keyless';
  return `${operation}, ${hash}${shardSize === null ? '' : ' shards'}${cache === 'cold' ? ', cold' : ''}`;
}
