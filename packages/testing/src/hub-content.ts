import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readStored, type StoredFile } from './hub-store.ts';

/** What goes wrong with a request. Members can be combined. */
export interface HubFault {
  /** How many requests it is for. Default: all. */
  times?: number;
  /** The status of a response without content. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A redirect to this address. */
  readonly location?: string;
  /** Nothing is sent, and the connection stays open. */
  readonly stall?: boolean;
  /** The whole response. */
  readonly respond?: (request: IncomingMessage) => FaultResponse;
  /** The connection is cut after so many bytes of content. */
  readonly cutAfter?: number;
  /** Nothing more is sent after so many bytes of content, and the connection stays open. */
  readonly stallAfter?: number;
  /** The byte at this place of the file is changed. */
  readonly flip?: number;
  /** The content is followed by more, until the client closes the connection. */
  readonly endless?: boolean;
  /** Any range is answered by the whole file. */
  readonly ignoreRange?: boolean;
  readonly contentRange?: string;
  readonly etag?: string;
  /** The length that is announced. */
  readonly size?: number;
  /** Neither a length is announced nor a tag. */
  readonly bare?: boolean;
}

export interface FaultResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends a file, or the range of it that is asked for, with the faults that were asked for. Returns the bytes that were sent. */
export async function sendContent(
  request: IncomingMessage,
  response: ServerResponse,
  file: StoredFile,
  fault: HubFault,
): Promise<number> {
  const etag = fault.etag ?? `"${file.lfs?.oid ?? file.oid}"`;
  const range = fault.ignoreRange ? null : rangeOf(request, etag, file.size);
  if (!fault.bare) response.setHeader('etag', etag);
  response.setHeader('accept-ranges', 'bytes');
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${file.size}` }).end();
    return 0;
  }
  const [start, end] = range ?? [0, file.size];
  const announced = fault.contentRange ?? `bytes ${start}-${end - 1}/${file.size}`;
  if (range) response.setHeader('content-range', announced);
  if (!fault.endless && !fault.bare) response.setHeader('content-length', fault.size ?? end - start);
  response.writeHead(range ? 206 : 200, fault.headers);
  response.flushHeaders();
  if (request.method === 'HEAD') {
    response.end();
    return 0;
  }
  return sendRange(response, file, start, end, fault);
}

async function sendRange(
  response: ServerResponse,
  file: StoredFile,
  start: number,
  end: number,
  fault: HubFault,
): Promise<number> {
  let sent = 0;
  const limit = fault.cutAfter ?? fault.stallAfter ?? Number.POSITIVE_INFINITY;
  for await (const chunk of readStored(file, start, end)) {
    const piece = flipped(chunk, start + sent, fault.flip).subarray(0, limit - sent);
    sent += piece.length;
    if (!response.write(piece) && !response.destroyed)
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    if (response.destroyed) return sent;
    if (sent === limit) break;
  }
  if (fault.stallAfter !== undefined) return sent;
  while (fault.endless && !response.destroyed) {
    sent += 65_536;
    if (!response.write(Buffer.alloc(65_536))) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  if (fault.cutAfter !== undefined) response.socket?.destroySoon();
  else response.end();
  return sent;
}

function flipped(chunk: Uint8Array, at: number, flip: number | undefined): Uint8Array {
  if (flip === undefined || flip < at || flip >= at + chunk.length) return chunk;
  const copy = Buffer.from(chunk);
  copy[flip - at] = (copy[flip - at] as number) ^ 1;
  return copy;
}

/** The range that is asked for; null for the whole file. */
function rangeOf(request: IncomingMessage, etag: string, size: number): [number, number] | 'unsatisfiable' | null {
  const condition = request.headers['if-range'];
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  if ((first === '' && last === '') || (condition !== undefined && condition !== etag)) return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  return start < end ? [start, end] : 'unsatisfiable';
}
