import { createReadStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  type Attestation,
  type AttestedSubject,
  attestedSubject,
  inspectFile,
  OmsError,
  openAttestation,
  quote,
  type SignedManifest,
  type Verifier,
  type Warning,
} from '@model-signing/core';
import { type BundleLine, bundleLines } from '@model-signing/core/attestation-file';
import { CommandError, isSystemError, systemMessage } from './failure.ts';
import { isStandardInput, takeStandardInput } from './standard-streams.ts';

/** One entry of a file of attestations, and what became of it. */
export interface JudgedEntry {
  readonly file: string;
  /** Where it begins, counted from 1. */
  readonly line: number;
  /**
   * `accepted`: by a trusted signer, and about the model if there is one to compare with; `refused`: neither; `unknown`: no bundle;
   * `duplicate`: equal to an earlier entry.
   */
  readonly verdict: 'accepted' | 'refused' | 'unknown' | 'duplicate';
  /** Of an attestation that was refused, as it claims; null if it does not say. */
  readonly predicateType: string | null;
  /** Null unless it was accepted. */
  readonly attestation: Attestation | null;
  readonly subject: AttestedSubject | null;
  readonly warnings: readonly Warning[];
  /** Why it was not accepted. */
  readonly reason: { readonly code: string | null; readonly message: string } | null;
}

/** What decides on attestations. */
export interface Judge {
  readonly verifier: Verifier;
  /** The signature whose model they must be about; null if none is given. */
  readonly signed: SignedManifest | null;
  readonly strict?: boolean | undefined;
  readonly signal: AbortSignal;
}

const END = '.attestations.jsonl';

/** The file of the attestations of a model, beside it. */
export function attestationsOf(modelPath: string): string {
  return `${path.resolve(modelPath) === path.resolve('.') ? path.resolve('.') : trimmed(modelPath)}${END}`;
}

/** The file of the attestations that are made from a signature without its model. */
export function attestationsBeside(signature: string): string {
  return `${signature.replace(/\.(?:sig|json)$/, '')}${END}`;
}

/** A path without separators at its end. */
function trimmed(modelPath: string): string {
  const { root } = path.parse(modelPath);
  let end = modelPath.length;
  while (end > root.length && (modelPath[end - 1] === '/' || modelPath[end - 1] === path.sep)) end--;
  return modelPath.slice(0, end);
}

/** The files with attestations of a model that are found without being named. */
export function foundAttestations(modelPath: string | null, signature: string | null): string[] {
  const beside = modelPath === null ? [] : besideModel(modelPath);
  const ofSignature = signature === null ? [] : [attestationsBeside(signature)];
  const files = new Map([...beside, ...ofSignature].map((file) => [path.resolve(file), file]));
  return [...files.values()].filter((file) => existsSync(file) && !statSync(file).isDirectory());
}

function besideModel(modelPath: string): string[] {
  const name = trimmed(modelPath);
  return [
    attestationsOf(modelPath),
    `${name}.intoto.jsonl`,
    `${name}.sigstore.json`,
    path.join(path.dirname(name), 'claims.jsonl'),
  ];
}

/**
 * Judges the attestations of files one after another, without holding more than one.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 * @throws {OmsError} `bundle/too-large` for too many entries; what leaves no verdict
 */
export async function* judgeAttestations(
  files: readonly string[],
  judge: Judge,
): AsyncGenerator<JudgedEntry, void, void> {
  for (const file of files) {
    try {
      for await (const entry of entriesOf(file)) {
        judge.signal.throwIfAborted();
        yield await judged(file, entry, judge);
      }
    } catch (error) {
      throw isSystemError(error) ? unreadable(file, error) : error;
    }
  }
}

/**
 * The attestations of files, one at a time, for a policy. What is no bundle is told to `onUnknown`, and counts for nothing.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export async function* attestationsIn(
  files: readonly string[],
  onUnknown: (message: string) => void,
): AsyncGenerator<{ readonly name: string; readonly bundle: Uint8Array }, void, void> {
  for (const file of files) {
    try {
      for await (const entry of entriesOf(file)) {
        const name = `${file} line ${entry.line}`;
        if (entry.kind === 'bundle') yield { name, bundle: entry.bytes };
        else if (entry.kind === 'unknown') onUnknown(`${quote(name)} is no attestation: ${entry.problem}`);
      }
    } catch (error) {
      throw isSystemError(error) ? unreadable(file, error) : error;
    }
  }
}

function entriesOf(file: string): AsyncGenerator<BundleLine, void, void> {
  return bundleLines(isStandardInput(file) ? takeStandardInput() : createReadStream(file, { highWaterMark: PIECE }));
}

const PIECE = 1024 * 1024;

function unreadable(file: string, cause: NodeJS.ErrnoException): CommandError {
  if (cause.code === 'ENOENT') {
    return new CommandError('command/not-found', `there are no attestations at ${quote(file)}`, { cause });
  }
  const message = `the attestations ${quote(file)} cannot be read: ${systemMessage(cause)}`;
  return new CommandError('command/unreadable', message, { cause });
}

async function judged(file: string, entry: BundleLine, judge: Judge): Promise<JudgedEntry> {
  const nothing = { file, line: entry.line, predicateType: null, attestation: null, subject: null, warnings: [] };
  if (entry.kind === 'duplicate') {
    const reason = { code: null, message: `it is the same as line ${entry.of}` };
    return { ...nothing, verdict: 'duplicate', reason };
  }
  if (entry.kind === 'unknown')
    return { ...nothing, verdict: 'unknown', reason: { code: null, message: entry.problem } };
  const { verifier, signed, strict, signal } = judge;
  try {
    const attestation = await openAttestation(entry.bytes, verifier, { strict, signal });
    const { predicateType, warnings } = attestation;
    const subject = signed === null ? null : attestedSubject(attestation, signed);
    if (signed === null || subject !== null) {
      return { ...nothing, verdict: 'accepted', predicateType, attestation, subject, warnings, reason: null };
    }
    const message = `it is about something else: no subject has the root digest ${signed.manifest.rootDigest} of this signature`;
    const reason = { code: 'statement/other-subject', message };
    return { ...nothing, verdict: 'refused', predicateType, warnings, reason };
  } catch (error) {
    if (!(error instanceof OmsError) || isNoVerdict(error)) throw error;
    const { code, message } = error;
    const verdict = code === 'bundle/not-json' ? 'unknown' : 'refused';
    return { ...nothing, verdict, predicateType: await claimedType(entry.bytes), reason: { code, message } };
  }
}

/** What is wrong with this machine or with the trust root, and not with the attestation. */
function isNoVerdict({ code }: OmsError): boolean {
  return code === 'bundle/out-of-memory' || code.startsWith('signer/trust-');
}

async function claimedType(bundle: Uint8Array): Promise<string | null> {
  try {
    const [entry] = await inspectFile(bundle);
    return entry?.kind === 'other' ? (entry.claims.statement?.predicateType ?? null) : null;
  } catch (error) {
    if (error instanceof OmsError) return null;
    throw error;
  }
}
