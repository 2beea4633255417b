import { Readable } from 'node:stream';
import {
  Metadata,
  MetadataKind,
  type Root,
  type Snapshot,
  type TargetFile,
  type Targets,
  type Timestamp,
} from '@tufjs/models';

/** The exact bytes of the files of The Update Framework that lead from a root to a trust root. */
export interface UpdateFiles {
  /** Consecutive versions. */
  readonly roots: readonly Uint8Array[];
  readonly timestamp: Uint8Array;
  readonly snapshot: Uint8Array;
  readonly targets: Uint8Array;
  readonly trustedRoot: Uint8Array;
}

/** The name of the target that is a trust root. */
export const TARGET = 'trusted_root.json';

const roles = ['timestamp', 'snapshot', 'targets'] as const;
type Role = (typeof roles)[number];

/**
 * Metadata of The Update Framework, each verified by what was added before it: roots, timestamp, snapshot, targets, and the
 * trust root that these name. @tufjs/models checks the signatures, the thresholds, the lengths and the digests (OMS-TRUST-5).
 *
 * Each method throws if a file does not follow from the others, whatever the fault.
 */
export class UpdateChain {
  #root: Metadata<Root>;
  readonly #roots: Uint8Array[];
  #timestamp: Metadata<Timestamp> | undefined;
  #snapshot: Metadata<Snapshot> | undefined;
  #targets: Metadata<Targets> | undefined;

  /** @param anchor the root to start from; its source vouches for it */
  constructor(anchor: Uint8Array) {
    this.#root = inForm('root', () => Metadata.fromJSON(MetadataKind.Root, parse(anchor)));
    this.#root.verifyDelegate(MetadataKind.Root, this.#root);
    this.#roots = [anchor];
  }

  /** From the anchor to the newest. */
  get roots(): readonly Uint8Array[] {
    return this.#roots;
  }

  get root(): Root {
    return this.#root.signed;
  }

  get timestamp(): Timestamp {
    return required(this.#timestamp).signed;
  }

  get snapshot(): Snapshot {
    return required(this.#snapshot).signed;
  }

  get targets(): Targets {
    return required(this.#targets).signed;
  }

  /** What the metadata says about the trust root. */
  get target(): TargetFile {
    const target = this.targets.targets[TARGET];
    if (!target) throw new Error(`its targets do not include ${TARGET}`);
    // The library would compare the length only.
    if (!target.hashes.sha256 && !target.hashes.sha512) throw new Error(`its targets have no digest of ${TARGET}`);
    return target;
  }

  /** Adds the next root, which the one before it and itself must have signed. */
  addRoot(bytes: Uint8Array): void {
    const next = inForm('root', () => Metadata.fromJSON(MetadataKind.Root, parse(bytes)));
    this.#root.verifyDelegate(MetadataKind.Root, next);
    checkVersion('root', next.signed.version, this.root.version + 1);
    next.verifyDelegate(MetadataKind.Root, next);
    this.#root = next;
    this.#roots.push(bytes);
  }

  setTimestamp(bytes: Uint8Array): void {
    const timestamp = inForm('timestamp', () => Metadata.fromJSON(MetadataKind.Timestamp, parse(bytes)));
    this.#root.verifyDelegate(MetadataKind.Timestamp, timestamp);
    this.#timestamp = timestamp;
  }

  setSnapshot(bytes: Uint8Array): void {
    const { snapshotMeta } = this.timestamp;
    snapshotMeta.verify(Buffer.from(bytes));
    const snapshot = inForm('snapshot', () => Metadata.fromJSON(MetadataKind.Snapshot, parse(bytes)));
    this.#root.verifyDelegate(MetadataKind.Snapshot, snapshot);
    checkVersion('snapshot', snapshot.signed.version, snapshotMeta.version);
    this.#snapshot = snapshot;
  }

  setTargets(bytes: Uint8Array): void {
    const meta = this.targetsMeta;
    meta.verify(Buffer.from(bytes));
    const targets = inForm('targets', () => Metadata.fromJSON(MetadataKind.Targets, parse(bytes)));
    this.#root.verifyDelegate(MetadataKind.Targets, targets);
    checkVersion('targets', targets.signed.version, meta.version);
    this.#targets = targets;
  }

  /** What the snapshot says about the targets. */
  get targetsMeta(): Snapshot['meta'][string] {
    const meta = this.snapshot.meta['targets.json'];
    if (!meta) throw new Error('its snapshot does not include the targets');
    return meta;
  }

  /** Checks the trust root itself. */
  async checkTarget(bytes: Uint8Array): Promise<void> {
    await this.target.verify(Readable.from([Buffer.from(bytes)]));
  }

  /** Whether a timestamp of an earlier chain still counts: TUF drops those of keys that were replaced. */
  hasSigned(timestamp: Metadata<Timestamp>): boolean {
    try {
      this.#root.verifyDelegate(MetadataKind.Timestamp, timestamp);
      return true;
    } catch {
      return false;
    }
  }

  /** The version of each role but the root. */
  get versions(): Readonly<Record<Role, number>> {
    return { timestamp: this.timestamp.version, snapshot: this.snapshot.version, targets: this.targets.version };
  }

  /** @throws {Error} if an older version of any metadata was in the chain before */
  checkNotOlder(before: UpdateChain): void {
    if (before.root.version > this.root.version) throw new Error('it has gone back to an older root');
    if (!this.hasSigned(required(before.#timestamp))) return;
    const older = olderRole(this.versions, before.versions);
    if (older) throw new Error(`its ${older} is older than the one that was fetched before`);
  }
}

/** The first role whose version is lower than another, or undefined. */
export function olderRole(
  found: Readonly<Record<Role, number>>,
  other: Readonly<Record<Role, number>>,
): Role | undefined {
  return roles.find((role) => found[role] < other[role]);
}

/** The version that metadata states, unverified. */
export function statedVersion(bytes: Uint8Array): number {
  const version = (parse(bytes) as { signed?: { version?: unknown } } | null)?.signed?.version;
  if (!Number.isSafeInteger(version)) throw new Error('its root states no version');
  return version as number;
}

/**
 * Verifies files from an anchor to the trust root. Roots up to the version of the anchor are skipped: the anchor is trusted, and
 * need not be the first root of the files.
 */
export async function verifyUpdate(anchor: Uint8Array, files: UpdateFiles): Promise<UpdateChain> {
  const chain = new UpdateChain(anchor);
  const { version } = chain.root;
  for (const root of files.roots) if (statedVersion(root) > version) chain.addRoot(root);
  chain.setTimestamp(files.timestamp);
  chain.setSnapshot(files.snapshot);
  chain.setTargets(files.targets);
  await chain.checkTarget(files.trustedRoot);
  return chain;
}

type JsonObject = Parameters<typeof Metadata.fromJSON>[1];

function parse(bytes: Uint8Array): JsonObject {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

/** In place of what an engine says of a missing member, says which of the files is at fault. */
function inForm<T>(role: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`its ${role} is not valid JSON`);
    if (!(error instanceof TypeError)) throw error;
    throw new Error(`its ${role} is not in the form of The Update Framework`);
  }
}

function required<T>(metadata: T | undefined): T {
  if (metadata === undefined) throw new Error('its metadata is incomplete');
  return metadata;
}

function checkVersion(role: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`its ${role} has version ${found} instead of ${expected}`);
}
