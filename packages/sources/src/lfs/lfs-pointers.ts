import type { Content, KnownDigest, Listing, ListOptions, Model, ModelFile } from '@model-signing/core';
import { unlessAborted } from '@model-signing/core/abort';
import { changedListing } from '../changed-listing.ts';
import { readContent } from '../read-content.ts';
import { MAX_LFS_POINTER_BYTES, MIN_LFS_POINTER_BYTES, parseLfsPointer } from './pointer.ts';

/** Files that are read at the same time. */
const CONCURRENCY = 8;

/**
 * A model some of whose files may be pointers of Git LFS, as in a checkout without the content. Verified with the evidence
 * `advertised`, a pointer stands for the content that it names, and the verdict says so: no byte of that content is read.
 *
 * The bytes of a file count before what they say: a signed file that looks like a pointer is compared as the file that it is. A
 * pointer has a SHA-256 of the whole content, so it cannot stand for a file that was signed with another hash, or in several shards.
 *
 * @example
 * const checkout = withLfsPointers(localModel('checkout', { signaturePath: 'checkout/model.sig' }));
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const result = await verifyModel(checkout, await readFile('checkout/model.sig'), verifier, { evidence: 'advertised' });
 * console.log(result.verdict, result.advertised);
 */
export function withLfsPointers(model: Model): Model {
  return { name: model.name, list: (options) => listWithPointers(model, options) };
}

async function listWithPointers(model: Model, options: ListOptions): Promise<Listing> {
  const { signal } = options;
  const listing = await unlessAborted(signal, () => model.list({ ...options, sizes: true }));
  const files = [...listing.files];
  const remaining = files.entries();
  const look = async () => {
    for (const [index, file] of remaining) {
      signal?.throwIfAborted();
      files[index] = await withPointer(file, signal);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, look));
  return changedListing(listing, { files });
}

async function withPointer(file: ModelFile, signal: AbortSignal | undefined): Promise<ModelFile> {
  const { size, content } = file;
  if (content.known || size === null || size < MIN_LFS_POINTER_BYTES || size > MAX_LFS_POINTER_BYTES) return file;
  const bytes = await readWhole(file, size, signal).catch(() => null); // what reads the content says why it cannot
  const pointer = bytes && parseLfsPointer(bytes);
  if (!pointer) return file;
  const { digest } = pointer;
  const known = { algorithm: 'sha256', digest, pointer: { kind: 'git-lfs', size: pointer.size } } as const;
  return { ...file, content: withKnown(content, known) };
}

function withKnown(content: Content, known: KnownDigest): Content {
  if ('path' in content) return { path: content.path, known };
  return { read: (start, end, signal) => content.read(start, end, signal), known };
}

async function readWhole(file: ModelFile, size: number, signal: AbortSignal | undefined): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(size);
  let length = 0;
  for await (const chunk of readContent(file, 0, size, signal)) {
    if (length + chunk.length > size) return null;
    bytes.set(chunk, length);
    length += chunk.length;
  }
  return length === size ? bytes : null;
}
