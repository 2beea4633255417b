import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { mutateBytes } from './mutate/bytes.ts';
import { mutateDer } from './mutate/der.ts';
import { mutateJson, mutateJsonText } from './mutate/json.ts';
import { Random } from './random.ts';

/** A response that is right. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
}

/** What is wrong with a response. All members may be absent. */
export interface Fault {
  /** The request line's counterpart, instead of `HTTP/1.1 200 OK`. */
  readonly statusLine?: string;
  /** Lines that replace the usual headers. */
  readonly headers?: readonly string[];
  readonly body?:
    | 'json'
    | 'text'
    | 'bytes'
    | 'der'
    | 'certificate'
    | { readonly fixed: string }
    | { readonly zeros: number };
  /** Decides how the body is changed. */
  readonly random?: number;
  /** The sizes of the pieces in which the response is sent. */
  readonly pieces?: readonly number[];
  /** How the connection ends: in the middle of the response, or never. */
  readonly end?: 'cut' | 'stall';
}

const statusLines = [
  ...[
    'HTTP/1.1 200 OK',
    'HTTP/1.1 201 Created',
    'HTTP/1.0 200',
    'HTTP/1.1 204 No Content',
    'HTTP/1.1 206 Partial Content',
  ],
  ...[
    'HTTP/1.1 301 Moved',
    'HTTP/1.1 304 Not Modified',
    'HTTP/1.1 400 Bad',
    'HTTP/1.1 401 No',
    'HTTP/1.1 403 \u001b[31m',
  ],
  ...[
    'HTTP/1.1 404 Not Found',
    'HTTP/1.1 409 Conflict',
    'HTTP/1.1 999 What',
    'HTTP/1.1 100 Continue',
    'HTTP/1.1 101 Switch',
    'HTTP/2 200',
    '',
  ],
] as const;

const headerLines = [
  ...[
    'content-type: text/html',
    'content-type: application/json; charset=utf-16',
    'content-type:',
    'content-length: 5',
  ],
  ...[
    'content-length: 99999999999',
    'content-length: -1',
    'transfer-encoding: chunked',
    'transfer-encoding: gzip, chunked',
  ],
  ...['content-encoding: gzip', 'content-encoding: br', 'location: http://192.0.2.1/', 'location: file:///etc/hosts'],
  ...[
    `x: ${'x'.repeat(20_000)}`,
    'x: \u0000',
    'no colon',
    'set-cookie: a=b',
    'www-authenticate: Basic realm="a"',
    'connection: upgrade',
  ],
  ...['x-\u00e9: \u00e9', 'retry-after: 100000', 'content-type: application/json'],
] as const;

const bodies = [
  ...[
    '',
    'null',
    '[]',
    '{}',
    '0',
    '"text"',
    '[null]',
    '{"a":null}',
    '{"message":"\u001b]0;title\u0007"}',
    '{"message":{}}',
  ],
  ...[
    '\ufeff{}',
    '<html>',
    '{"error":"access_denied","error_description":"\u202e"}',
    '{"__proto__":{"a":1}}',
    `"${'x'.repeat(3000)}"`,
  ],
] as const;

export function randomFault(random: Random): Fault {
  const bodyKinds = ['json', 'json', 'json', 'text', 'bytes', 'der', 'certificate'] as const;
  const kind = random.chance(0.15) ? { fixed: random.pick(bodies) } : random.pick(bodyKinds);
  const body = random.chance(0.003) ? { zeros: 3_000_000 } : kind;
  const headers = Array.from({ length: 1 + random.small(3) }, () => random.pick(headerLines));
  return {
    ...(random.chance(0.75) ? { body, random: random.below(1_000_000_000) } : {}),
    ...(random.chance(0.15) ? { statusLine: random.pick(statusLines) } : {}),
    ...(random.chance(0.15) ? { headers } : {}),
    ...(random.chance(0.2) ? { pieces: Array.from({ length: 1 + random.below(5) }, () => 1 + random.small(400)) } : {}),
    ...(random.chance(0.01) ? { end: random.pick(['cut', 'stall'] as const) } : {}),
  };
}

/** The response in bytes, with its fault. */
export function encodeAnswer({ status, type, body }: Answer, fault: Fault): Buffer {
  const changed = changeBody(Buffer.from(body), fault);
  const usual = [`content-type: ${type}`, `content-length: ${changed.length}`, 'connection: close'];
  const added = fault.headers ?? [];
  const isReplaced = (line: string) => added.some((each) => each.split(':', 1)[0] === line.split(':', 1)[0]);
  const lines = [
    fault.statusLine ?? `HTTP/1.1 ${status} Status`,
    ...usual.filter((line) => !isReplaced(line)),
    ...added,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), changed]);
}

function changeBody(body: Buffer, { body: how, random: number = 0 }: Fault): Buffer {
  const random = new Random('body', number);
  if (how === undefined) return body;
  if (typeof how === 'object') return 'fixed' in how ? Buffer.from(how.fixed) : Buffer.alloc(how.zeros);
  if (how === 'der') return mutateDer(body, random);
  if (how === 'bytes') return mutateBytes(body, random);
  const text = body.toString();
  if (how === 'certificate') return Buffer.from(changeCertificate(text, random));
  if (how === 'text') return Buffer.from(mutateJsonText(text, random));
  try {
    return Buffer.from(JSON.stringify(mutateJson(JSON.parse(text), random)) ?? 'null');
  } catch {
    return mutateDer(body, random);
  }
}

/** Changes the DER of the first PEM block in JSON. */
function changeCertificate(text: string, random: Random): string {
  return text.replace(
    /(-----BEGIN CERTIFICATE-----\\n)([^-]+)(-----END)/,
    (_, begin: string, block: string, end: string) => {
      const der = Buffer.from(block.replaceAll('\\n', ''), 'base64');
      return `${begin}${mutateDer(der, random).toString('base64')}\\n${end}`;
    },
  );
}

/** A request with its body. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A server on loopback that sends whatever bytes it is told, as a response or in place of one. */
export async function startLoopback(respond: (asked: Asked) => Promise<{ bytes: Buffer; fault: Fault }>) {
  const server = createServer(async (request) => {
    const { socket } = request;
    socket.on('error', () => {}); // the client may leave at any time
    try {
      const { method = 'GET', url: path = '/', headers } = request;
      const body = await bodyOf(request);
      const { bytes, fault } = await respond({ method, path, headers, body });
      send(socket, bytes, fault);
    } catch {
      socket.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}

function send(socket: Socket, bytes: Buffer, { pieces = [], end }: Fault): void {
  socket.setNoDelay(true);
  let at = 0;
  for (const size of pieces) {
    socket.write(bytes.subarray(at, at + size));
    at += size;
  }
  const rest = bytes.subarray(at);
  if (end === undefined) socket.end(rest);
  else {
    socket.write(rest.subarray(0, rest.length >> 1));
    if (end === 'cut') socket.destroySoon();
  }
}
