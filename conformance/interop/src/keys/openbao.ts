/** OpenBao in its development mode: in memory, on loopback, with a root token that a test made. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startProcess } from '../server-process.ts';

export interface OpenBao {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** A token that may do everything. */
  readonly token: string;
  /** Asks the API, which has to accept. Returns `data` or `auth` of the response. */
  request(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>>;
  /** Makes a token that may do what a policy of OpenBao's own says. */
  tokenFor(policy: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a server, and mounts the transit engine. */
export async function startOpenBao(program: string): Promise<OpenBao> {
  const folder = mkdtempSync(path.join(tmpdir(), 'openbao-'));
  const token = `root-${randomUUID()}`;
  const port = await freePort();
  const flags = ['-dev', '-dev-no-store-token', `-dev-root-token-id=${token}`, `-dev-listen-address=127.0.0.1:${port}`];
  const server = await startProcess({
    title: 'OpenBao',
    command: [program, 'server', ...flags],
    folder,
    environment: withoutSettings(folder),
    // It prints this when it listens; the address in the line is the one of the flag.
    listening: /Api Address: http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Development mode should NOT be used/,
  });
  const bao = client(`http://127.0.0.1:${port}`, token);
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  await bao.request('POST', 'sys/mounts/transit', { type: 'transit' });
  return { ...bao, stop };
}

function client(address: string, token: string): Omit<OpenBao, 'stop'> {
  const request: OpenBao['request'] = async (method, where, body) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${address}/v1/${where}`, { method, headers: { 'X-Vault-Token': token }, ...init });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${where}: ${response.status} ${text}`);
    const { data, auth } = text === '' ? {} : JSON.parse(text);
    return data ?? auth ?? {};
  };
  const tokenFor = async (policy: string) => {
    const name = `policy-${randomUUID()}`;
    await request('PUT', `sys/policies/acl/${name}`, { policy });
    const made = await request('POST', 'auth/token/create', { policies: [name] });
    return String(made.client_token);
  };
  return { address, token, request, tokenFor };
}

/** Settings of the machine, and what its user keeps in the home directory, play no part. */
function withoutSettings(home: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^(BAO|VAULT)_/.test(name));
  return { ...Object.fromEntries(others), HOME: home };
}

/** A port that was free a moment ago: the server does not tell which one it picked. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
