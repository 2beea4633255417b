import type { VirtualContent } from './registry-content.ts';
import type { FaultRequest, PlannedResponse, RegistryFault } from './registry-faults.ts';

/** What a fault sends in place of a response. */
export function forced(request: FaultRequest, fault: RegistryFault | undefined): PlannedResponse | undefined {
  if (!fault) return undefined;
  if ('status' in fault) return plain(fault);
  if (!('respond' in fault)) return undefined;
  const response = fault.respond(request);
  return response && plain(response);
}

export function plain({
  status = 200,
  headers = {},
  body = '',
}: {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}): PlannedResponse {
  const bytes = Buffer.from(body);
  return { status, headers: { 'content-length': String(bytes.length), ...headers }, start: 0, body: [bytes] };
}

export function failure(status: number, code: string, headers: Record<string, string> = {}): PlannedResponse {
  const body = JSON.stringify({ errors: [{ code, message: 'refused by the test registry' }] });
  return plain({ status, headers: { 'content-type': 'application/json', ...headers }, body });
}

/** A blob or a part of it. */
export function blobResponse(
  blob: VirtualContent | undefined,
  digest: string,
  { headers }: FaultRequest,
  fault: RegistryFault | undefined,
): PlannedResponse {
  if (!blob) return failure(404, 'BLOB_UNKNOWN');
  const etag = `"${digest}"`;
  const common = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', etag };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  const isWanted = headers['if-range'] === undefined || headers['if-range'] === etag;
  if (first === undefined || !isWanted || (fault && 'ignoreRange' in fault)) {
    const sized = { ...common, 'content-length': String(blob.size) };
    return { status: 200, headers: sized, start: 0, body: blob.read(0, blob.size) };
  }
  const start = Number(first);
  if (start >= blob.size) return failure(416, 'RANGE', { 'content-range': `bytes */${blob.size}` });
  const end = last === '' ? blob.size : Math.min(Number(last) + 1, blob.size);
  const ranged = { 'content-range': `bytes ${start}-${end - 1}/${blob.size}`, 'content-length': String(end - start) };
  return { status: 206, headers: { ...common, ...ranged }, start, body: blob.read(start, end) };
}
