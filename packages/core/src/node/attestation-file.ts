import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, realpath, rename, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sha256 } from '#platform';
import { parseBundleJson } from '../format/bundle.ts';
import { type BundleLine, bundleLines, MAX_BUNDLES } from '../format/bundle-lines.ts';
import { encodeUtf8 } from '../format/encoding.ts';
import { OmsError } from '../format/errors.ts';
import { takeFileLock } from './file-lock.ts';

export { isAttestationName } from '../format/attestation-file.ts';
export { type BundleLine, bundleLines } from '../format/bundle-lines.ts';

/** What was added to a file of attestations. */
export interface AppendedBundles {
  readonly added: number;
  /** Bundles that were there already. */
  readonly duplicates: number;
}

/**
 * Reads a file of bundles, one at a time: see {@link bundleLines}.
 * @throws {OmsError} `bundle/too-large` at the entry after the 10,000th
 *
 * @example
 * for await (const entry of readAttestationFile('my-model.attestations.jsonl')) {
 *   if (entry.kind === 'unknown') console.error(`line ${entry.line} is no bundle: ${entry.problem}`);
 * }
 */
export function readAttestationFile(file: string): AsyncGenerator<BundleLine, void, void> {
  return bundleLines(createReadStream(file, { highWaterMark: 1024 * 1024 }));
}

/**
 * Adds bundles to a file in JSON Lines, each on a line of its own. Those that it holds already are left out. One process changes it at a
 * time, and the file is replaced as a whole: after a crash, it is what it was before.
 * @throws {OmsError} `bundle/too-large` if it would hold more than 10,000 bundles, `bundle/…` for what is no JSON
 * @throws {Error} if another process keeps it locked
 *
 * @example
 * const provenance = await readFile('provenance.sigstore.json');
 * const { added } = await appendAttestations('my-model.attestations.jsonl', [provenance]);
 * console.log(added === 1 ? 'added' : 'it was there already');
 */
export async function appendAttestations(file: string, bundles: readonly Uint8Array[]): Promise<AppendedBundles> {
  const lines = bundles.map(compact);
  // A link stays a link: what it points to is replaced.
  const target = await realpath(file).catch(() => file);
  const lock = await takeFileLock(`${target}.lock`);
  try {
    await removeLeftovers(target);
    return await replaceWith(target, lines, () => lock.check());
  } finally {
    await lock.release();
  }
}

/** A bundle on one line. */
function compact(bundle: Uint8Array): Uint8Array {
  return bundle.includes(0x0a) ? encodeUtf8(JSON.stringify(parseBundleJson(bundle))) : bundle;
}

const SUFFIX = /^(?:\.lock(?:\.remove)?)?\.[0-9a-f]{12}\.tmp$/;

/** Removes what processes left behind that were killed: the lock is held, so that none of them is at work. */
async function removeLeftovers(target: string): Promise<void> {
  const name = basename(target);
  for (const entry of await readdir(dirname(target))) {
    const isLeftover = entry.startsWith(name) && SUFFIX.test(entry.slice(name.length));
    // A process that waits for the lock may remove its own meanwhile.
    if (isLeftover) await rm(join(dirname(target), entry), { force: true });
  }
}

async function replaceWith(
  target: string,
  lines: readonly Uint8Array[],
  check: () => Promise<void>,
): Promise<AppendedBundles> {
  const mode = await modeOf(target);
  const { digests, count } = mode === null ? { digests: new Set<string>(), count: 0 } : await heldIn(target);
  const fresh = lines.filter((line) => {
    const digest = sha256([line]);
    return !digests.has(digest) && digests.add(digest);
  });
  if (count + fresh.length > MAX_BUNDLES) {
    throw new OmsError('bundle/too-large', `the file would hold more than ${MAX_BUNDLES} bundles`);
  }
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', mode ?? 0o666);
  try {
    if (mode !== null) await copy(target, handle);
    for (const line of fresh) await handle.writeFile(Buffer.concat([line, LINE_END]));
    await handle.sync();
    await handle.close();
    await check();
    await rename(temporary, target);
    await syncDirectory(dirname(target));
  } catch (error) {
    await handle.close().catch(() => {});
    await unlink(temporary).catch(() => {});
    throw error;
  }
  return { added: fresh.length, duplicates: lines.length - fresh.length };
}

/** The permissions of the file; null if there is none. */
async function modeOf(file: string): Promise<number | null> {
  try {
    const stats = await stat(file);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    return stats.mode & 0o777;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** What a file holds already. */
async function heldIn(file: string): Promise<{ readonly digests: Set<string>; readonly count: number }> {
  const digests = new Set<string>();
  let count = 0;
  for await (const entry of readAttestationFile(file)) {
    count++;
    if (entry.kind === 'bundle') digests.add(sha256([compactIfPossible(entry.bytes)]));
  }
  return { digests, count };
}

function compactIfPossible(bundle: Uint8Array): Uint8Array {
  try {
    return compact(bundle);
  } catch (error) {
    if (error instanceof OmsError) return bundle;
    throw error;
  }
}

const LINE_END = Buffer.from('\n');

/** Copies a file, and ends its last line if that was cut off. */
async function copy(file: string, to: FileHandle): Promise<void> {
  let last: number | undefined;
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    await to.writeFile(chunk);
    last = (chunk as Buffer).at(-1);
  }
  if (last !== undefined && last !== LINE_END[0]) await to.writeFile(LINE_END);
}

/** Windows cannot open a directory. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
