import { createReadStream } from 'node:fs';
import { MAX_BUNDLE_BYTES, type ModelFile } from '@model-signing/core';
import { type BundleLine, bundleLines } from '@model-signing/core/attestation-file';
import type { OciModel, SourceModel } from '@model-signing/sources';
import { attestationNames } from './attestation-names.ts';
import { isStandardInput, takeStandardInput } from './standard-streams.ts';

/** Where attestations are: a file of this machine, or a model in a store. */
export interface AttestationPlace {
  /** Its path, or the name of the model at its revision. */
  readonly name: string;
  /** Whether it is a file of this machine. */
  readonly isFile: boolean;
  entries(signal: AbortSignal): AsyncIterable<PlacedEntry>;
}

/** One entry of a place: a bundle, or why there is none. Names and problems are untrusted. */
export type PlacedEntry = { readonly where: EntryPlace } & (
  | { readonly kind: 'bundle'; readonly bytes: Uint8Array }
  | { readonly kind: 'duplicate' | 'unknown'; readonly problem: string }
);

/** Where an entry was found. */
export interface EntryPlace {
  /** The path of a file, its name in the store, or the digest of what is attached in a registry. */
  readonly file: string;
  /** Where it begins in the file, counted from 1; null for what is attached in a registry, which is one bundle. */
  readonly line: number | null;
}

const PIECE = 1024 * 1024;

/** A file of this machine; `-` is standard input. */
export function filePlace(file: string): AttestationPlace {
  const stream = () => (isStandardInput(file) ? takeStandardInput() : createReadStream(file, { highWaterMark: PIECE }));
  return { name: file, isFile: true, entries: () => linesOf(file, stream()) };
}

/** A model in a store: what is attached to it in a registry, or the files of attestations that a hub has among its files. */
export function storePlace(source: SourceModel): AttestationPlace {
  const { kind, pinned } = source.location;
  return {
    name: pinned,
    isFile: false,
    entries: (signal) => (kind === 'oci' ? attachedTo(source as OciModel, signal) : filesOf(source, signal)),
  };
}

async function* attachedTo(source: OciModel, signal: AbortSignal): AsyncGenerator<PlacedEntry, void, void> {
  for await (const attached of source.attestations(signal)) {
    const where = { file: attached.name, line: null };
    if (attached.kind === 'bundle') yield { where, kind: 'bundle', bytes: attached.bundle };
    else if (attached.kind === 'unknown') yield { where, kind: 'unknown', problem: attached.problem };
    else yield { where, kind: 'duplicate', problem: `it is the same as ${attached.of}` };
  }
}

async function* filesOf(source: SourceModel, signal: AbortSignal): AsyncGenerator<PlacedEntry, void, void> {
  const { files } = await source.list({ followSymlinks: false, excludes: () => false, sizes: true, signal });
  const wanted = new Set(attestationNames(source.name));
  for (const file of files.filter(({ name }) => wanted.has(name))) yield* entriesOfFile(file, signal);
}

/** As many as all bundles may have that are looked for in a registry. */
const MAX_FILE_BYTES = 2 * MAX_BUNDLE_BYTES;

async function* entriesOfFile(
  { name, size, content }: ModelFile,
  signal: AbortSignal,
): AsyncGenerator<PlacedEntry, void, void> {
  if (!('read' in content)) return;
  if (size !== null && size <= MAX_FILE_BYTES) return yield* linesOf(name, content.read(0, size, signal));
  const problem = `it has ${size} bytes, and at most ${MAX_FILE_BYTES} are read`;
  yield { where: { file: name, line: null }, kind: 'unknown', problem };
}

async function* linesOf(file: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<PlacedEntry, void, void> {
  for await (const entry of bundleLines(chunks)) yield placed(file, entry);
}

function placed(file: string, entry: BundleLine): PlacedEntry {
  const where = { file, line: entry.line };
  if (entry.kind === 'bundle') return { where, kind: 'bundle', bytes: entry.bytes };
  if (entry.kind === 'unknown') return { where, kind: 'unknown', problem: entry.problem };
  return { where, kind: 'duplicate', problem: `it is the same as line ${entry.of}` };
}
