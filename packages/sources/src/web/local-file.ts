import type { ModelFile } from '@model-signing/core';
import { quote } from '@model-signing/core';

/** There are no local files here. */
export function readLocal({ name }: ModelFile): AsyncIterable<Uint8Array> {
  throw new TypeError(`the file ${quote(name)} has a path, which cannot be read here`);
}
