import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { BodyTooLarge, type Handler, readBody, sendJson, serve } from '../http.ts';
import { canonicalDsseEntry, Refusal } from './dsse-entry.ts';
import type { TransparencyLog } from './log.ts';

const ENTRIES = '/api/v1/log/entries';

/** Serves a log at the addresses of Rekor v1 that clients use to sign. */
export function serveRekorV1(log: TransparencyLog, port: number): Promise<Server> {
  return serve(handlerOf(log), port);
}

function handlerOf(log: TransparencyLog): Handler {
  return async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://log');
    if (request.method === 'POST' && pathname === ENTRIES) return post(log, request, response);
    if (request.method !== 'GET') return sendError(response, 405, 'method not allowed');
    if (pathname === '/api/v1/log') return sendJson(response, 200, log.info());
    if (pathname === '/api/v1/log/publicKey') {
      response.writeHead(200, { 'content-type': 'application/x-pem-file' }).end(log.publicKey());
      return;
    }
    const uuid =
      pathname === ENTRIES
        ? log.uuidAt(Number(searchParams.get('logIndex')))
        : pathname.startsWith(`${ENTRIES}/`)
          ? pathname.slice(ENTRIES.length + 1)
          : undefined;
    const entry = uuid === undefined ? undefined : log.entry(uuid);
    if (uuid === undefined || !entry) return sendError(response, 404, 'not found');
    sendJson(response, 200, { [uuid]: entry });
  };
}

async function post(log: TransparencyLog, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { uuid, added } = log.append(canonicalDsseEntry(JSON.parse(await readBody(request))));
    const location = { location: `${ENTRIES}/${uuid}` };
    // sigstore-go finds the entry by its ETag.
    if (added) return sendJson(response, 201, { [uuid]: log.entry(uuid) }, { ...location, etag: uuid });
    const message = `an equivalent entry already exists in the transparency log with UUID ${uuid}`;
    sendJson(response, 409, { code: 409, message }, location);
  } catch (error) {
    if (error instanceof BodyTooLarge) return sendError(response, 413, error.message);
    if (!(error instanceof Refusal) && !(error instanceof SyntaxError)) throw error;
    sendError(response, 400, error.message);
  }
}

function sendError(response: ServerResponse, code: number, message: string): void {
  sendJson(response, code, { code, message });
}
