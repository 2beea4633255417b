import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** A request as a fault that responds by itself sees it. */
export interface FaultRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

export interface FaultResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What a registry does wrong. With `times`, only for so many requests. */
export type RegistryFault = { readonly times?: number } & (
  | { readonly cutAfter: number }
  | { readonly flip: number }
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly endless: true }
  | { readonly stall: true }
  | { readonly ignoreRange: true }
  | { readonly contentRange: string }
  | { readonly size: number }
  | { readonly etag: string }
  | { readonly location: string }
  | { readonly respond: (request: FaultRequest) => FaultResponse | undefined }
);

/** Faults by what they are for: a path, a method and a path, or a digest or tag at the end of a path. */
export class RegistryFaults {
  readonly #faults = new Map<string, { fault: RegistryFault; left: number }>();

  set(key: string, fault: RegistryFault): this {
    this.#faults.set(key, { fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    return this;
  }

  delete(key: string): boolean {
    return this.#faults.delete(key);
  }

  clear(): void {
    this.#faults.clear();
  }

  /** The fault for a request, which counts as done with it. */
  take(method: string, path: string): RegistryFault | undefined {
    for (const key of [`${method} ${path}`, path, path.slice(path.lastIndexOf('/') + 1)]) {
      const found = this.#faults.get(key);
      if (!found || found.left <= 0) continue;
      found.left--;
      return found.fault;
    }
    return undefined;
  }
}

/** A response before a fault changes it. */
export interface PlannedResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Of the first byte of the body in the whole content. */
  readonly start: number;
  readonly body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Sends a response with a fault, and returns the number of bytes of its body. */
export async function send(
  outgoing: ServerResponse,
  { status, headers, start, body }: PlannedResponse,
  fault: RegistryFault | undefined,
): Promise<number> {
  const changed = { ...headers };
  if (fault && 'contentRange' in fault && status === 206) changed['content-range'] = fault.contentRange;
  if (fault && 'size' in fault) changed['content-length'] = String(fault.size);
  if (fault && 'etag' in fault) changed.etag = fault.etag;
  if (fault && 'location' in fault && headers.location) changed.location = fault.location;
  if (fault && 'endless' in fault) delete changed['content-length'];
  outgoing.writeHead(status, changed);
  let sent = 0;
  if (fault && 'stall' in fault) {
    outgoing.flushHeaders();
    return 0; // the client ends it, or the server when it stops
  }
  for await (const piece of fault && 'endless' in fault ? endless() : body) {
    const bytes = fault && 'flip' in fault ? flipped(piece, fault.flip - start - sent) : piece;
    const left = fault && 'cutAfter' in fault ? fault.cutAfter - sent : bytes.length;
    if (left < bytes.length) {
      outgoing.write(bytes.subarray(0, left), () => outgoing.destroy());
      return sent + left;
    }
    sent += bytes.length;
    if (!outgoing.write(bytes)) await drained(outgoing);
    if (outgoing.destroyed) return sent;
  }
  outgoing.end();
  return sent;
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.once('drain', done).once('close', done);
  });
}

function flipped(piece: Uint8Array, at: number): Uint8Array {
  if (at < 0 || at >= piece.length) return piece;
  const copy = Uint8Array.from(piece);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

function* endless(): Generator<Uint8Array> {
  const piece = new Uint8Array(65_536).fill(0x20);
  for (;;) yield piece;
}
