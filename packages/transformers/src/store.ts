import type { HashEngine, SignedManifest } from '@model-signing/core';

/** Where the files of one model are kept between loads. What it gives is untrusted. */
export interface FileStore {
  /** The content that is kept under a name; null if there is none, or more than can be held in memory. */
  read(name: string): Promise<Uint8Array | null>;
  write(name: string, content: Response): Promise<void>;
  remove(name: string): Promise<void>;
  /** Given if the files are on a disk, from which a loader can read them by itself. */
  readonly disk?: Disk | undefined;
}

/** Files on a disk. */
export interface Disk {
  pathOf(name: string): string;
  /** What is different after any change of a file; null if there is none. */
  identityOf(name: string): string | null;
  /** Which of these texts are in a file. */
  textsIn(name: string, texts: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether the file is what was signed under its name. */
  isSigned(name: string, signed: SignedManifest, engine: HashEngine | undefined): Promise<boolean>;
}

/** A cache as transformers.js and browsers have it. */
export interface GuardCache {
  match(key: string): Promise<unknown>;
  put(key: string, response: Response): Promise<void>;
  delete?(key: string): Promise<unknown>;
}

/** The most bytes of one file that are held in memory. */
export const MAX_FILE_BYTES = 2 ** 31;

/** Keeps files in a cache, under their addresses. An entry that is no `Response` is treated as absent. */
export function cacheStore(cache: GuardCache, addressOf: (name: string) => string): FileStore {
  return {
    async read(name) {
      const found = await cache.match(addressOf(name));
      return found instanceof Response ? new Uint8Array(await found.arrayBuffer()) : null;
    },
    write: (name, content) => cache.put(addressOf(name), content),
    async remove(name) {
      await cache.delete?.(addressOf(name));
    },
  };
}

/** Keeps nothing. */
export const noStore: FileStore = {
  read: async () => null,
  write: async (_, { body }) => void (await body?.cancel()),
  remove: async () => {},
};
