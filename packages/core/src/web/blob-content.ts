import type { ModelFile } from '../model.ts';
import { type Bytes, slicesOf } from './hash-blob.ts';

/** A blob that is the content of a file, and how to get it again. */
export interface Chosen {
  readonly blob: Blob;
  /** The file as it is now, to find out why it cannot be read any more. */
  readonly again?: (() => Promise<Blob>) | undefined;
}

/** The blobs behind the contents that were made here: the engine hands them to workers, which read them there. */
const chosen = new WeakMap<object, Chosen>();

/** A file of a model with the content of a blob. */
export function blobFile(name: string, content: Chosen): ModelFile {
  const { blob } = content;
  const read = (start: number, end: number) => slicesOf(blob.slice(start, end) as Bytes);
  const file = { name, size: blob.size, content: { read } };
  chosen.set(file.content, content);
  return file;
}

/** The blob behind the content of a file; undefined for a content from elsewhere. */
export function chosenOf({ content }: ModelFile): Chosen | undefined {
  return chosen.get(content);
}
