import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

export class BodyTooLarge extends Error {}

/** Bytes. */
const MAX_BODY = 8 << 20;

/** Listens on loopback; port 0 means any free one. An error of the handler is printed and gives the status 500. */
export function serve(handler: Handler, port: number): Promise<Server> {
  const server = createServer(async (request, response) => {
    try {
      await handler(request, response);
    } catch (error) {
      process.stderr.write(`${(error as Error).stack}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new BodyTooLarge(`more than ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

export function sendJson(
  response: ServerResponse,
  code: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}
