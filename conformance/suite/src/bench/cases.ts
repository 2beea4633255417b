import { MiB, type Workload } from './workloads.ts';

export type Operation = 'sign' | 'verify' | 'sign-keyless' | 'verify-keyless' | 'version' | 'help';
export type Hash = 'sha256' | 'blake2b' | 'blake3';
export type Cache = 'warm' | 'cold';

const LIMITS = ['openssl-one', 'openssl-all', 'openssl-files', 'b3sum', 'empty-module'] as const;

/** The limits of the machine, measured in the same rounds. */
export type Limit = (typeof LIMITS)[number];

/**
 * What is measured. `ours` is the command of a repository; `ours-node` is the same without its native engine, `ours-one-thread` the same
 * on one thread, `earlier` an earlier checkout of it. `peer` and `peer-go` are other implementations. If adapters are named, they
 * replace all of these.
 */
export type Party =
  | 'ours'
  | 'ours-node'
  | 'ours-one-thread'
  | 'earlier'
  | 'peer'
  | 'peer-go'
  | 'adapter'
  | `adapter-${number}`
  | Limit;

/** Whether a party is a limit of the machine and not an implementation. */
export function isLimit(party: Party): party is Limit {
  return LIMITS.some((limit) => limit === party);
}

/** Whether a party is the one that all others are compared with. */
export function isReference(party: Party): boolean {
  return party === 'ours' || party === 'adapter';
}

/** A workload, what is done with it, and the limits of the machine to compare with. */
export interface Case {
  readonly workload: Workload;
  readonly operation: Operation;
  readonly hash: Hash;
  /** Bytes; null for one digest per file. */
  readonly shardSize: number | null;
  readonly cache: Cache;
  readonly limits: readonly Limit[];
}

/** The cases of one workload that differ only in the operation. */
export interface Row extends Omit<Case, 'workload' | 'operation'> {
  readonly workload: string;
  readonly operations: readonly Operation[];
  /** Left out of short runs, in which another row proves the same. */
  readonly fullOnly?: boolean;
}

const BOTH = ['sign', 'verify'] as const;

/** The default of the Python library. Bytes. */
const SHARD_SIZE = 1e9;

/** A size of shards that lets many readers work on one file. Bytes. */
const SMALL_SHARD_SIZE = 64 * MiB;

/** The useful part of all combinations. */
export const ROWS: readonly Row[] = [
  row('one-file', BOTH, 'sha256', ['openssl-one', 'openssl-files']),
  { ...row('one-file', BOTH, 'sha256', ['openssl-all']), shardSize: SHARD_SIZE },
  { ...row('one-file', BOTH, 'sha256', ['openssl-all']), shardSize: SMALL_SHARD_SIZE, fullOnly: true },
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
];

/** A row with a warm cache and one digest per file. */
export function row(workload: string, operations: readonly Operation[], hash: Hash, limits: readonly Limit[]): Row {
  return { workload, operations, hash, shardSize: null, cache: 'warm', limits };
}

/** The cases of a run over these workloads, grouped by workload and with signing before verifying. */
export function casesOf(
  workloads: readonly Workload[],
  { short, cold, rows = ROWS }: { short: boolean; cold: boolean; rows?: readonly Row[] },
): Case[] {
  const wanted = rows.filter(({ cache, fullOnly }) => (cold || cache === 'warm') && !(short && fullOnly));
  return workloads.flatMap((workload) =>
    wanted
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
