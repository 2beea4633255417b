import type { TestKey } from './forge.ts';
import { serve, type TestRequest, type TestResponse } from './http.ts';
import { signDigest } from './prehashed.ts';

/** The transit engine of OpenBao on a loopback port, with the parts that read keys and sign. Closed when the test ends. */
export interface TestTransit {
  /** `http://127.0.0.1:` and a port. */
  readonly url: string;
  /** The one token that it accepts, until it is revoked. */
  readonly token: string;
  /** What names it and its token. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it was asked for, in order: the method and the path. */
  readonly requests: string[];
  /** The bodies that it was asked to sign. */
  readonly signed: Record<string, unknown>[];
  /** Adds a version to a key. */
  rotate(name: string, key: TestKey): void;
  revoke(): void;
}

export interface TransitOptions {
  /** The versions of each key. */
  readonly keys: Readonly<Record<string, readonly TestKey[]>>;
  /** Where the engine is. Default: `transit`. */
  readonly mount?: string;
  /** Changes a response before it is sent. */
  readonly change?: (response: TestResponse, request: TestRequest) => TestResponse | Promise<TestResponse>;
}

const typeOf = { 'P-256': 'ecdsa-p256', 'P-384': 'ecdsa-p384', 'P-521': 'ecdsa-p521' } as const;
const hashOf = { 'P-256': 'sha2-256', 'P-384': 'sha2-384', 'P-521': 'sha2-512' } as const;

export async function startTransit({ keys, mount = 'transit', change }: TransitOptions): Promise<TestTransit> {
  const engine = new Engine(keys);
  const requests: string[] = [];
  const token = 's.0123456789abcdefghijklmn';
  let isValid = true;
  const { url } = await serve(async (request) => {
    const { method, headers } = request;
    requests.push(`${method} ${request.url.pathname}`);
    const isAllowed = isValid && headers['x-vault-token'] === token;
    const [, verb = '', name = ''] = request.url.pathname.split(`/v1/${mount}`)[1]?.split('/') ?? [];
    const response = isAllowed ? engine.respond(verb, name, request) : errors(403, 'permission denied');
    return change ? change(response, request) : response;
  });
  return {
    url,
    token,
    environment: { BAO_ADDR: url, BAO_TOKEN: token },
    requests,
    signed: engine.signed,
    rotate: (name, key) => engine.rotate(name, key),
    revoke() {
      isValid = false;
    },
  };
}

export function json(status: number, value: unknown): TestResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** A failure as OpenBao reports it. */
export function errors(status: number, ...messages: readonly string[]): TestResponse {
  return json(status, { errors: messages });
}

class Engine {
  readonly signed: Record<string, unknown>[] = [];
  readonly #keys: Map<string, readonly TestKey[]>;

  constructor(keys: TransitOptions['keys']) {
    this.#keys = new Map(Object.entries(keys));
  }

  rotate(name: string, key: TestKey): void {
    this.#keys.set(name, [...(this.#keys.get(name) ?? []), key]);
  }

  respond(verb: string, name: string, { method, body }: TestRequest): TestResponse {
    const versions = this.#keys.get(name);
    if (verb === 'keys' && method === 'GET')
      return versions ? json(200, { data: describe(name, versions) }) : errors(404);
    if (verb !== 'sign' || method !== 'POST') return errors(404, 'no handler for route');
    if (!versions) return errors(400, 'signing key not found');
    return this.#sign(versions, JSON.parse(body.toString()));
  }

  #sign(versions: readonly TestKey[], asked: Record<string, unknown>): TestResponse {
    this.signed.push(asked);
    const version = Number(asked.key_version) || versions.length;
    const key = versions[version - 1];
    if (!key) return errors(400, 'requested version for signing is higher than the latest key version');
    const isDigest = asked.prehashed === true && asked.hash_algorithm === hashOf[key.curve];
    if (!isDigest || asked.marshaling_algorithm !== 'asn1') return errors(400, 'unexpected parameters');
    const signature = signDigest(key, Buffer.from(String(asked.input), 'base64'));
    return json(200, {
      data: { key_version: version, signature: `vault:v${version}:${Buffer.from(signature).toString('base64')}` },
    });
  }
}

function describe(name: string, versions: readonly TestKey[]): object {
  const keys = versions.map(({ curve, publicKey }, index) => [
    index + 1,
    { name: curve, public_key: publicKey, creation_time: '2026-01-01T00:00:00Z' },
  ]);
  const [first] = versions as [TestKey];
  return { name, type: typeOf[first.curve], latest_version: versions.length, keys: Object.fromEntries(keys) };
}
