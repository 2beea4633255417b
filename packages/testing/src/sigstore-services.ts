import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
  randomUUID,
  sign,
  verify,
} from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { pem } from './der.ts';
import { type Service, serve, startServer, type TestRequest, type TestResponse, type TestServer } from './http.ts';
import { TestInstance, testIdentity, testIssuer } from './sigstore-instance.ts';
import { entryBody, type LogEntry } from './transparency-log.ts';

const json = (value: unknown, status = 200): TestResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

const missing: Service = () => ({ status: 404 });

let keys: KeyPairKeyObjectResult | undefined;

/** Generated once, since that takes longer than most tests. */
function issuerKeys(): KeyPairKeyObjectResult {
  keys ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return keys;
}

export interface TokenClaims {
  readonly [claim: string]: unknown;
}

/**
 * The services of a {@link TestInstance} over HTTP on a loopback port: Fulcio, both versions of Rekor, a timestamp
 * authority, an issuer of tokens, and the tokens of GitHub Actions. Closed when the test ends.
 */
export class TestServices {
  readonly instance: TestInstance;
  /** Requested paths, in order. */
  readonly requests: string[] = [];
  /** Replaces the service at a path. */
  readonly faults = new Map<string, Service>();
  /** The logins that wait for their token, by code. */
  readonly #logins = new Map<string, URLSearchParams>();
  #server: TestServer | undefined;

  private constructor(instance: TestInstance) {
    this.instance = instance;
  }

  static async start(instance = new TestInstance()): Promise<TestServices> {
    const services = new TestServices(instance);
    services.#server = await serve((request) => services.#respond(request));
    return services;
  }

  /** Starts services outside of a test, which their caller stops. */
  static async startAlone(instance = new TestInstance()): Promise<TestServices> {
    const services = new TestServices(instance);
    services.#server = await startServer((request) => services.#respond(request));
    return services;
  }

  #respond(request: TestRequest): TestResponse | Promise<TestResponse> {
    const { pathname } = request.url;
    this.requests.push(pathname);
    const service = this.faults.get(pathname) ?? this.#services[pathname] ?? missing;
    return service(request);
  }

  stop(): void {
    void this.#server?.close();
  }

  get url(): string {
    if (!this.#server) throw new Error('the services are not started');
    return this.#server.url;
  }

  get issuer(): string {
    return `${this.url}/oidc`;
  }

  /** A signing configuration that names these services, with a log of one version. */
  signingConfig(version: 1 | 2 = 1): TestSigningConfig {
    const validFor = { start: '2020-01-01T00:00:00Z' };
    const service = (url: string, majorApiVersion = 1) => ({ url, majorApiVersion, operator: 'test', validFor });
    return {
      mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
      caUrls: [service(this.url)],
      oidcUrls: [service(this.issuer)],
      rekorTlogUrls: [service(this.url, version)],
      rekorTlogConfig: { selector: 'ANY' },
      tsaUrls: [service(`${this.url}/api/v1/timestamp`)],
      tsaConfig: { selector: 'ANY' },
    };
  }

  /** A token for the tests' identity, with some claims changed. */
  token(claims: TokenClaims = {}): string {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: testIssuer,
      aud: 'sigstore',
      sub: 'subject',
      email: testIdentity,
      email_verified: true,
      iat: now,
      exp: now + 600,
      ...claims,
    };
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${encode({ alg: 'RS256' })}.${encode(all)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), issuerKeys().privateKey).toString('base64url')}`;
  }

  readonly #services: Readonly<Record<string, Service>> = {
    '/api/v2/signingCert': ({ body }) => this.#certify(JSON.parse(body.toString())),
    '/api/v1/log/entries': ({ body }) => this.#logV1(JSON.parse(body.toString())),
    '/api/v2/log/entries': ({ body }) => this.#logV2(JSON.parse(body.toString())),
    '/api/v1/timestamp': ({ body }) => {
      const digest = Buffer.from(JSON.parse(body.toString()).artifactHash, 'base64');
      return { body: this.instance.stamp(digest, new Date()), status: 201 };
    },
    '/github': ({ url, headers }) =>
      headers.authorization === 'Bearer job-secret'
        ? json({ value: this.token({ aud: url.searchParams.get('audience'), email: undefined }) })
        : { status: 401 },
    '/oidc/.well-known/openid-configuration': () =>
      json({
        issuer: this.issuer,
        authorization_endpoint: `${this.issuer}/auth`,
        token_endpoint: `${this.issuer}/token`,
      }),
    '/oidc/auth': ({ url }) => this.#authorise(url.searchParams),
    '/oidc/token': ({ body, headers }) => this.#exchange(new URLSearchParams(body.toString()), headers),
  };

  // biome-ignore lint/suspicious/noExplicitAny: the test is about the form
  #certify({ credentials, publicKeyRequest }: any): TestResponse {
    const claims = JSON.parse(Buffer.from(credentials.oidcIdentityToken.split('.')[1], 'base64url').toString());
    const publicKey = createPublicKey(publicKeyRequest.publicKey.content);
    const proof = Buffer.from(publicKeyRequest.proofOfPossession, 'base64');
    const subject = claims.email ?? claims.sub;
    if (!verify('sha256', Buffer.from(subject), publicKey, proof))
      return json({ message: 'no proof of possession' }, 400);
    const certificate = this.instance.authority.certify({
      publicKey,
      identity: subject,
      issuer: claims.iss,
      notBefore: new Date(Date.now() - 1000),
      notAfter: new Date(Date.now() + 600_000),
    });
    const certificates = [pem(certificate), this.instance.authority.root.pem];
    return json({ signedCertificateEmbeddedSct: { chain: { certificates } } }, 201);
  }

  // biome-ignore lint/suspicious/noExplicitAny: the test is about the form
  #logV1({ kind, apiVersion, spec }: any): TestResponse {
    const envelope = JSON.parse(spec.proposedContent.envelope);
    const [verifier] = spec.proposedContent.verifiers;
    const logged = {
      payload: Buffer.from(envelope.payload, 'base64'),
      payloadType: envelope.payloadType,
      signature: Buffer.from(envelope.signatures[0].sig, 'base64'),
      certificate: Buffer.of(),
      hash: 'sha256' as const,
    };
    if (`${kind}/${apiVersion}` !== 'dsse/0.0.1') return json({ message: 'unknown kind' }, 400);
    const body: TestSigningConfig['body'] = entryBody('dsse/0.0.1', logged);
    // A certificate or a public key, as it was given.
    body.spec.signatures[0].verifier = verifier;
    const entry = this.instance.logV1.log(body, new Date());
    return json({ [randomUUID()]: inVersion1(entry) }, 201);
  }

  // biome-ignore lint/suspicious/noExplicitAny: the test is about the form
  #logV2({ hashedRekordRequestV002: request }: any): TestResponse {
    if (!request) return json({ message: 'unknown kind' }, 400);
    const bits = /_SHA_(\d+)$/.exec(request.signature.verifier.keyDetails)?.[1];
    const data = { algorithm: `SHA2_${bits}`, digest: request.digest };
    const spec = { hashedRekordV002: { data, signature: request.signature } };
    return json(this.instance.logV2.append({ apiVersion: '0.0.2', kind: 'hashedrekord', spec }), 201);
  }

  /** Accepts every login and sends the browser back, or shows the code if there is no address to go back to. */
  #authorise(parameters: URLSearchParams): TestResponse {
    const code = randomUUID();
    this.#logins.set(code, parameters);
    const back = URL.parse(parameters.get('redirect_uri') ?? '');
    if (back?.protocol !== 'http:') return { body: code };
    back.searchParams.set('code', code);
    back.searchParams.set('state', parameters.get('state') ?? '');
    return { status: 303, headers: { location: back.href } };
  }

  /** Exchanges a code for a token, for the client that began the login. */
  #exchange(parameters: URLSearchParams, { authorization }: IncomingHttpHeaders): TestResponse {
    const begun = this.#logins.get(parameters.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(parameters.get('code_verifier') ?? '')
      .digest('base64url');
    const same = begun?.get('redirect_uri') === parameters.get('redirect_uri');
    if (!begun || !same || begun.get('code_challenge') !== challenge) return json({ error: 'invalid_grant' }, 400);
    this.#logins.delete(parameters.get('code') ?? '');
    const nonce = begun.get('nonce');
    const aud = begun.get('client_id');
    const secret = authorization?.replace('Basic ', '');
    const id_token = this.token({ iss: this.issuer, aud, nonce, ...(secret ? { secret } : {}) });
    return json({ access_token: 'access', token_type: 'Bearer', id_token });
  }
}

export interface TestSigningConfig {
  mediaType: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests change any part of it
  [member: string]: any;
}

/** An entry in the form in which a log of version 1 returns it. */
function inVersion1(entry: LogEntry): object {
  const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');
  const { logIndex, rootHash, treeSize, hashes, checkpoint } = entry.inclusionProof;
  return {
    body: entry.canonicalizedBody,
    integratedTime: Number(entry.integratedTime),
    logID: hex(entry.logId.keyId),
    logIndex: Number(entry.logIndex),
    verification: {
      signedEntryTimestamp: entry.inclusionPromise.signedEntryTimestamp,
      inclusionProof: {
        logIndex: Number(logIndex),
        rootHash: hex(rootHash),
        treeSize: Number(treeSize),
        hashes: hashes.map(hex),
        checkpoint: checkpoint.envelope,
      },
    },
  };
}
