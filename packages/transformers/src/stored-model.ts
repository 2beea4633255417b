import type { GuardedModel } from './guarded-model.ts';
import type { Disk, FileStore } from './store.ts';

/** Bytes that were compared with what was signed. */
export interface VerifiedBytes {
  readonly bytes: Uint8Array;
  /** Whether they were handed over, so that who has them may have changed them. */
  isTaken: boolean;
}

/** A file on the disk that was compared with what was signed. */
interface VerifiedPath {
  readonly identity: string;
  /** In milliseconds. */
  readonly time: number;
}

/** Names of other files that are in a file on the disk. */
interface NamesInFile {
  readonly identity: string | undefined;
  readonly texts: ReadonlySet<string>;
}

/** For so long, a file on the disk whose identity is the same is not read again: transformers.js asks for it several times in one load. */
const REMEMBERED_MILLISECONDS = 10_000;

/** The kept files of a guarded model, of which it gives only what was signed. What differs is removed. */
export class StoredModel {
  readonly model: GuardedModel;
  readonly #store: FileStore;
  /** Remembered as long as transformers.js holds a response with them. */
  readonly #recent = new Map<string, WeakRef<VerifiedBytes>>();
  readonly #onDisk = new Map<string, VerifiedPath>();
  /** External data that was not there when its ONNX file was handed over. */
  readonly #absent = new Set<string>();
  readonly #named = new Map<string, NamesInFile>();
  readonly #comparing = new Map<string, Promise<string | null>>();

  constructor(model: GuardedModel, store: FileStore) {
    this.model = model;
    this.#store = store;
  }

  /** The disk from which the loader reads this file, if it does: in Node, ONNX Runtime reads what has one of these names by itself. */
  diskFor(name: string): Disk | undefined {
    return name.endsWith('.onnx') || name.includes('.onnx_data') ? this.#store.disk : undefined;
  }

  /**
   * The path of a file that is what was signed; null if there is none. ONNX Runtime opens external data beside it without being told to,
   * so that what lies there under a signed name is compared as well, if the ONNX file may mean it.
   */
  async pathOf(name: string, disk: Disk): Promise<string | null> {
    const found = await this.#comparedPath(name, disk);
    if (found === null) return null;
    const { likely, unlikely } = externalDataOf(name, this.model.names);
    for (const data of [...likely, ...(await this.#namedIn(name, unlikely, disk))]) {
      if ((await this.#comparedPath(data, disk)) === null) this.#absent.add(data);
    }
    return found;
  }

  /**
   * The files that an ONNX file can name as its external data, since its bytes have their names. It is read again for that only if one of
   * them is kept; until then, none of them may appear.
   */
  async #namedIn(name: string, files: readonly string[], disk: Disk): Promise<readonly string[]> {
    const identity = this.#onDisk.get(name)?.identity;
    let known = this.#named.get(name);
    if (known === undefined || known.identity !== identity) {
      if (files.every((file) => disk.identityOf(file) === null)) {
        for (const file of files) this.#absent.add(file);
        return [];
      }
      known = { identity, texts: await disk.textsIn(name, files.map(lastPart)) };
      this.#named.set(name, known);
    }
    const { texts } = known;
    return files.filter((file) => texts.has(lastPart(file)));
  }

  /** One comparison at a time: loaders ask for a file several times at once. */
  #comparedPath(name: string, disk: Disk): Promise<string | null> {
    const comparing = this.#comparing.get(name) ?? this.#comparePath(name, disk);
    this.#comparing.set(name, comparing);
    const end = () => this.#comparing.delete(name);
    comparing.then(end, end);
    return comparing;
  }

  async #comparePath(name: string, disk: Disk): Promise<string | null> {
    const identity = disk.identityOf(name);
    if (identity === null) return null;
    const known = this.#onDisk.get(name);
    const isRecent = known !== undefined && performance.now() - known.time < REMEMBERED_MILLISECONDS;
    if (known?.identity === identity && isRecent) return disk.pathOf(name);
    const isSigned = await disk.isSigned(name, this.model.signed, this.model.engine);
    if (!isSigned || disk.identityOf(name) !== identity) return this.#evict(name);
    this.#onDisk.set(name, { identity, time: performance.now() });
    this.#absent.delete(name);
    this.model.findings.verified(name);
    return disk.pathOf(name);
  }

  /** The bytes of a file that are what was signed; null if there is none. */
  async bytesOf(name: string): Promise<VerifiedBytes | null> {
    const recent = this.#recent.get(name)?.deref();
    if (recent && !recent.isTaken) return recent;
    const bytes = await this.#store.read(name);
    if (!bytes) return null;
    if (!(await this.model.isSigned(name, bytes))) return this.#evict(name);
    this.model.findings.verified(name);
    return this.remember(name, bytes);
  }

  /** Keeps bytes that were compared for the next one who asks. */
  remember(name: string, bytes: Uint8Array): VerifiedBytes {
    const found: VerifiedBytes = { bytes, isTaken: false };
    this.#recent.set(name, new WeakRef(found));
    return found;
  }

  write(name: string, content: Response): Promise<void> {
    this.#absent.delete(name);
    return this.#store.write(name, content);
  }

  async remove(name: string): Promise<void> {
    this.#recent.delete(name);
    this.#onDisk.delete(name);
    await this.#store.remove(name);
  }

  /** @throws {OmsError} `model/changed` for a file that the loader reads from the disk and that is no longer the one that was compared */
  confirmUnchanged(): void {
    for (const [name, { identity }] of this.#onDisk) {
      if (this.#store.disk?.identityOf(name) !== identity) throw this.model.changed(name);
    }
    for (const name of this.#absent) {
      if ((this.#store.disk?.identityOf(name) ?? null) !== null) throw this.model.appeared(name);
    }
  }

  async #evict(name: string): Promise<null> {
    this.model.findings.evicted(name);
    await this.remove(name);
    return null;
  }
}

/** The loader reads these itself, in memory; hardly any weights are in them. */
const READ_IN_MEMORY = /\.(?:json|txt|jinja|md)$/;

/** The signed files beside or below an ONNX file that it may name as its external data. */
export interface ExternalData {
  readonly likely: readonly string[];
  /** Files whose names begin with that of another ONNX file, whose data they are too, and files of kinds that are read in memory. */
  readonly unlikely: readonly string[];
}

export function externalDataOf(name: string, signed: ReadonlySet<string>): ExternalData {
  if (!name.endsWith('.onnx')) return { likely: [], unlikely: [] };
  const directory = name.slice(0, name.lastIndexOf('/') + 1);
  const others = [...signed].filter((each) => each.endsWith('.onnx') && each !== name);
  const data = [...signed].filter((each) => each.startsWith(directory) && !each.endsWith('.onnx'));
  const isUnlikely = (each: string) => READ_IN_MEMORY.test(each) || others.some((other) => each.startsWith(other));
  return { likely: data.filter((each) => !isUnlikely(each)), unlikely: data.filter(isUnlikely) };
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
