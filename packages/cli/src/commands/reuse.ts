import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import {
  defaultEngine,
  type HashEngine,
  OmsError,
  openSignature,
  quote,
  type Reuse,
  type ReuseReport,
  reuseDigests,
  type SignedManifest,
  type Verifier,
} from '@model-signing/core';
import { type FileSystem, LocalRecord, trustedFileSystems } from '@model-signing/core/local-record';
import { hasScheme } from '../addresses.ts';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import type { Located } from '../hints.ts';
import { readSignatureFile } from '../input-file.ts';
import { readRecord, removeRecord, writeRecord } from '../reuse-records.ts';
import type { ReuseFlags } from './reuse-flags.ts';
import type { Destination } from './sign-destination.ts';

/** What opens a verifier that accepts only earlier signatures of the signer; called after the signer was opened. */
export type OpenOwnVerifier = () => Promise<Verifier>;

/** One signing that takes over digests, or records files for the next one. */
export class ReusingSign {
  readonly #flags: ReuseFlags;
  readonly #context: Context;
  readonly #previous: { readonly signed: SignedManifest; readonly bundle: string } | null;
  readonly #record: LocalRecord;
  #reuse: Reuse | null = null;
  #recorded: number | null = null;

  private constructor(
    flags: ReuseFlags,
    context: Context,
    previous: { readonly signed: SignedManifest; readonly bundle: string } | null,
    record: LocalRecord,
  ) {
    this.#flags = flags;
    this.#context = context;
    this.#previous = previous;
    this.#record = record;
  }

  /**
   * Opens the earlier signature, which must be by the same signer, and finds the record of its files. A record that cannot be used is
   * only not used.
   * @throws {OmsError} for a signature that does not verify
   */
  static async open(flags: ReuseFlags, openVerifier: OpenOwnVerifier, context: Context): Promise<ReusingSign> {
    const previous = flags.reuse === undefined ? null : await openPrevious(flags.reuse, flags, openVerifier, context);
    const fileSystems = [...trustedFileSystems, ...((flags.reuseFs ?? []) as readonly FileSystem[])];
    for (const name of flags.reuseFs ?? []) {
      context.output.notice(
        'command/reuse-file-system',
        `the times of ${name} are believed as --reuse-fs says, although not every change may set them`,
      );
    }
    const options = { fileSystems, signal: context.signal };
    let record = new LocalRecord(options);
    try {
      const bytes = previous && (await readRecord(previous.bundle));
      if (bytes !== null) record = new LocalRecord({ ...options, record: bytes });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const message = `the record of the files that ${quote(flags.reuse ?? '')} is of is not used: ${error.message}`;
      context.output.notice('command/reuse-record', message);
    }
    return new ReusingSign(flags, context, previous, record);
  }

  engine(engine: HashEngine = defaultEngine): HashEngine {
    const { rehash, audit } = this.#flags;
    this.#reuse = reuseDigests({
      previous: this.#previous?.signed,
      evidence: this.#record,
      ...{ engine, rehash, audit },
    });
    return this.#reuse.engine;
  }

  /** Records the files of the signature, once it is written. What fails here makes the next signing slower, and nothing else. */
  async keep(bundle: Uint8Array, destination: Destination): Promise<void> {
    const { output, signal } = this.#context;
    if (this.#flags.reuseRecord === false || signal.aborted) return;
    const digest = sha256(bundle);
    const record = this.#record.encode(digest);
    const reason = record === null ? this.#whyNothing() : null;
    try {
      if (record !== null) await writeRecord(digest, record.text);
      // The record of a signature that was just replaced has no use.
      const isGone = destination.kind === 'file' && destination.path === realPathOf(this.#flags.reuse);
      if (isGone && this.#previous !== null && this.#previous.bundle !== digest)
        await removeRecord(this.#previous.bundle);
      this.#recorded = record?.files ?? 0;
      if (reason !== null) output.notice('command/reuse-record', `no file is recorded for the next --reuse: ${reason}`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      output.notice(
        'command/reuse-record',
        `no file is recorded for the next --reuse: the record cannot be written: ${error.message}`,
      );
    }
  }

  #whyNothing(): string {
    const { racy, elsewhere, clockless } = this.#record;
    if (racy > 0)
      return 'their times are of the last two seconds, or in the future, so they may change again without another time';
    if (clockless > 0)
      return 'the clock of their file system cannot be read, as in a directory that this user cannot write';
    if (elsewhere > 0) return 'they are on a file system whose times are not believed; --reuse-fs can name some';
    return 'it has none of 64 KiB, or too many, or they changed while it was signed';
  }

  /** Says what was taken over and what was not. */
  report(bytes: number): ReusedParts {
    const done = this.#reuse?.report() ?? null;
    if (done === null || this.#previous === null)
      return { done: null, recorded: this.#recorded, racy: this.#record.racy };
    const { output } = this.#context;
    if (done.refused !== null) {
      output.notice('command/nothing-reused', `everything was hashed: ${done.refused}${this.#sameForm()}`);
    } else if (done.reused.files === 0 && done.audited.resources === 0) {
      output.notice('command/nothing-reused', `everything was hashed: ${this.#whyNoneUnchanged()}`);
    } else if (done.audited.resources === 0 && this.#flags.audit !== 'none') {
      output.notice(
        'command/audit-empty',
        'the audit hashed nothing: each unchanged file or shard is larger than what it may hash; a larger --audit hashes some, and --audit none ends this warning',
      );
    }
    return {
      done: { ...done, from: this.#flags.reuse as string, hashedBytes: bytes - done.audited.bytes },
      recorded: this.#recorded,
      racy: this.#record.racy,
    };
  }

  /** What to sign with for digests of the form that the earlier signature has; empty if this one has the same. */
  #sameForm(): string {
    const { shardSize, hashType } = this.#previous?.signed.manifest.serialization ?? {};
    const { shardSize: givenSize = null, hash = 'sha256' } = this.#flags;
    if (shardSize === undefined || (shardSize === givenSize && hashType === hash)) return '';
    const size = shardSize === null ? 'without --shard-size' : `with --shard-size ${shardSize}`;
    return `; it was made with --hash ${hashType} and ${size}`;
  }

  #whyNoneUnchanged(): string {
    return this.#record.elsewhere > 0
      ? 'the files are on a file system whose times are not believed; --reuse-fs can name some'
      : 'no file of 64 KiB or more is as it was recorded, or --rehash names it';
  }
}

/** What the result of a signing says of reuse. */
export interface ReusedParts {
  /** Null if no earlier signature was given. */
  readonly done: (ReuseReport & { readonly from: string; readonly hashedBytes: number }) | null;
  /** How many files the new record has; null if there is none. */
  readonly recorded: number | null;
  readonly racy: number;
}

/** @throws {CommandError} `command/usage` for flags that say nothing together, or about such a model */
export function checkReuse(operand: string, flags: ReuseFlags): void {
  const { reuse, rehash, audit, reuseFs, reuseRecord } = flags;
  if (reuse === undefined) {
    const needing: readonly (readonly [flag: string, value: unknown])[] = [
      ['--rehash', rehash],
      ['--audit', audit],
      ['--no-reuse-record', reuseRecord === false ? true : undefined],
    ];
    const [alone] = needing.filter(([, value]) => value !== undefined);
    if (alone) throw usageError(`${alone[0]} needs --reuse`, 'it says something about what --reuse takes over');
    if (reuseFs !== undefined && reuseRecord !== true) throw usageError('--reuse-fs needs --reuse or --reuse-record');
  }
  if (hasScheme(operand)) {
    const flag = reuse === undefined ? '--reuse-record' : '--reuse';
    throw usageError(`${flag} is for a model on this machine`, 'in a store, nothing says that a file is unchanged');
  }
}

async function openPrevious(file: string, flags: ReuseFlags, openVerifier: OpenOwnVerifier, { signal }: Context) {
  const bytes = await readSignatureFile(file, signal);
  const verifier = await openVerifier();
  try {
    const { strict, draft } = flags;
    const signed = await openSignature(bytes, verifier, { strict, draft, signal });
    return { signed, bundle: sha256(bytes) };
  } catch (error) {
    if (!(error instanceof OmsError)) throw error;
    const { code, requirement, cause } = error;
    const named = new OmsError(code, `${quote(file)}, of --reuse: ${error.message}`, { requirement, cause });
    throw Object.assign(named, { inspect: [file] } satisfies Located);
  }
}

/** Without links; undefined for none. */
function realPathOf(file: string | undefined): string | undefined {
  try {
    return file && realpathSync(file);
  } catch {
    return undefined;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
