import { isChecked } from './checked-response.ts';
import type { GuardCache } from './store.ts';
import type { StoredModel, VerifiedBytes } from './stored-model.ts';

/** A signed file of a guarded model. */
interface SignedFile {
  readonly stored: StoredModel;
  readonly name: string;
}

/**
 * The cache that gives transformers.js only what was signed, compared at each load. A copy that differs is removed, and transformers.js
 * fetches it again. What belongs to no guarded model is neither read nor kept.
 */
export class CacheGate implements GuardCache {
  readonly #models: readonly StoredModel[];

  constructor(models: readonly StoredModel[]) {
    this.#models = models;
  }

  async match(address: string): Promise<Response | string | undefined> {
    const file = this.#fileOf(address);
    if (!file) return undefined;
    const disk = file.stored.diskFor(file.name);
    if (disk) return (await file.stored.pathOf(file.name, disk)) ?? undefined;
    const found = await file.stored.bytesOf(file.name);
    return found ? responseOf(file, found) : undefined;
  }

  async put(address: string, response: Response): Promise<void> {
    const file = this.#fileOf(address);
    if (!file) {
      await response.body?.cancel();
      return;
    }
    const { stored, name } = file;
    if (stored.diskFor(name) || !isChecked(response)) return stored.write(name, response);
    // In Node, transformers.js hands over what it reads here next.
    const bytes = new Uint8Array(await response.arrayBuffer());
    await stored.write(name, new Response(bytes, { headers: response.headers }));
    stored.remember(name, bytes);
  }

  async delete(address: string): Promise<boolean> {
    const file = this.#fileOf(address);
    await file?.stored.remove(file.name);
    return file !== null;
  }

  #fileOf(address: string): SignedFile | null {
    for (const stored of this.#models) {
      const name = stored.model.nameAt(address);
      if (name !== null && stored.model.names.has(name)) return { stored, name };
    }
    return null;
  }
}

/** A response that gives the bytes to the first who reads them. Another reader gets them compared again. */
function responseOf({ stored, name }: SignedFile, found: VerifiedBytes): Response {
  const next = async () => {
    const current = found.isTaken ? await stored.bytesOf(name) : found;
    if (current?.bytes.length !== found.bytes.length) {
      throw stored.model.unreadable(name, 'it was removed from the cache while it was loaded');
    }
    current.isTaken = true;
    return current.bytes as Uint8Array<ArrayBuffer>;
  };
  return new BytesResponse(next, found.bytes.length);
}

/** A response with bytes in memory, which are not copied if they are read in one piece. */
class BytesResponse extends Response {
  readonly #next: () => Promise<Uint8Array<ArrayBuffer>>;

  /** @param next gives the bytes, to each reader */
  constructor(next: () => Promise<Uint8Array<ArrayBuffer>>, length: number) {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          controller.enqueue(await next());
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    super(body, { headers: { 'content-length': String(length) } });
    this.#next = next;
  }

  /** The types of Node have it as a property. */
  override readonly arrayBuffer = async (): Promise<ArrayBuffer> => {
    const { buffer, byteOffset, byteLength } = await this.#next();
    const isWhole = byteOffset === 0 && byteLength === buffer.byteLength;
    return isWhole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  };
}
