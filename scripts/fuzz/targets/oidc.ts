import { login } from '../../../packages/sigstore/src/login.ts';
import { checkToken } from '../../../packages/sigstore/src/token.ts';
import { type Answer, type Asked, encodeAnswer, type Fault, randomFault, startLoopback } from '../loopback.ts';
import { leaves, mutateJson, mutateJsonText, mutateString } from '../mutate/json.ts';
import { Random } from '../random.ts';
import { accepted, refusalBy, refused, type Target, type Verdict, WrongVerdict } from '../target.ts';

/** The input in JSON: a login with faulty responses, or the parts of a token. */
type Login =
  | { readonly discovery?: Fault; readonly token?: Fault; readonly claims?: ClaimsFault; readonly code?: string }
  | { readonly raw: string };

/** How the claims of the identity token are changed; its other parts as text. */
interface ClaimsFault {
  readonly random: number;
  readonly how: 'json' | 'text' | 'token';
}

const AUDIENCE = 'sigstore';
const SECRET = 'a-client-secret-that-must-not-be-shown';

/** Discovery, token responses and identity tokens of an issuer, over HTTP on loopback. */
export async function oidcTarget(): Promise<Target> {
  const issuer = await Issuer.start();
  return {
    name: 'oidc',
    description: 'discovery, token responses and identity tokens of an issuer, over HTTP on loopback',
    seeds: () => [
      encode({}),
      encode({ raw: 'a.b.c' }),
      encode({ raw: tokenOf(claimsOf('https://issuer.example', '')) }),
    ],
    generate: (random) => encode(generate(random)),
    mutate: (input, random) => encode(mutate(JSON.parse(Buffer.from(input).toString()), random)),
    check: (input) => issuer.check(JSON.parse(Buffer.from(input).toString())),
    close: () => issuer.close(),
  };
}

const encode = (input: Login) => Buffer.from(JSON.stringify(input));

function generate(random: Random): Login {
  const claims: ClaimsFault = { random: random.below(1e9), how: random.pick(['json', 'json', 'text', 'token']) };
  switch (random.below(4)) {
    case 0:
      return { discovery: randomFault(random) };
    case 1:
      return { token: randomFault(random) };
    case 2:
      return { claims };
    default: {
      const now = claimsOf('https://issuer.example', '');
      return { raw: changedToken(now, claims) };
    }
  }
}

function mutate(input: Login, random: Random): Login {
  if ('raw' in input) return { raw: mutateString(input.raw, random) };
  const more = generate(random);
  if ('raw' in more) return { ...input, code: random.pick(['', 'a code', '\u0000', '&code=x', 'é', 'x'.repeat(3000)]) };
  return { ...input, ...more };
}

function claimsOf(issuer: string, nonce: string): object {
  // The time is fixed, so that an input is the same in each run; the token is valid for a long time.
  const times = { iat: 1_700_000_000, exp: 4_000_000_000 };
  return { iss: issuer, aud: AUDIENCE, sub: 'subject', email: 'a@example.com', email_verified: true, nonce, ...times };
}

const part = (text: string) => Buffer.from(text).toString('base64url');

function tokenOf(claims: unknown): string {
  return `${part('{"alg":"RS256"}')}.${part(JSON.stringify(claims) ?? 'null')}.${part('signature')}`;
}

const special = [
  ...leaves,
  'https://issuer.example',
  4_000_000_000,
  1_700_000_000,
  ['sigstore'],
  ['sigstore', 'b'],
  'true',
  'none',
  1e300,
];

function changedToken(claims: object, { random: number, how }: ClaimsFault): string {
  const random = new Random('claims', number);
  if (how === 'json') return tokenOf(mutateJson(claims, random, special));
  if (how === 'token') return mutateString(tokenOf(claims), random);
  const [header, , signature] = tokenOf(claims).split('.');
  return `${header}.${part(mutateJsonText(JSON.stringify(claims), random))}.${signature}`;
}

/** The login was aborted by the signal of this target. */
class Stalled extends Error {}

class Issuer {
  #server: Awaited<ReturnType<typeof startLoopback>> | undefined;
  #login: Exclude<Login, { readonly raw: string }> = {};
  #nonce = '';

  static async start(): Promise<Issuer> {
    const issuer = new Issuer();
    issuer.#server = await startLoopback((asked) => issuer.#respond(asked));
    return issuer;
  }

  get #url(): string {
    return this.#server?.url ?? '';
  }

  async #respond({ path }: Asked): Promise<{ bytes: Buffer; fault: Fault }> {
    const isDiscovery = path.startsWith('/.well-known/');
    const fault = (isDiscovery ? this.#login.discovery : this.#login.token) ?? {};
    return { bytes: encodeAnswer(this.#answer(isDiscovery), fault), fault };
  }

  #answer(isDiscovery: boolean): Answer {
    const url = this.#url;
    const discovery = {
      issuer: url,
      authorization_endpoint: `${url}/auth`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/keys`,
    };
    const claims = claimsOf(url, this.#nonce);
    const id_token = this.#login.claims ? changedToken(claims, this.#login.claims) : tokenOf(claims);
    const value = isDiscovery ? discovery : { access_token: 'access', token_type: 'Bearer', id_token };
    return { status: 200, type: 'application/json', body: Buffer.from(JSON.stringify(value)) };
  }

  async check(input: Login): Promise<Verdict> {
    let raw: string;
    try {
      raw = 'raw' in input ? input.raw : await this.#signIn(input);
      const { subject } = checkToken(raw, AUDIENCE);
      checkClaims(raw, subject);
      return accepted('raw' in input ? 'token' : `login ${JSON.stringify(Object.keys(input))}`);
    } catch (error) {
      if (error instanceof Stalled) return refused('aborted');
      this.#checkMessage(error, input);
      return refusalBy(error);
    }
  }

  async #signIn(input: Exclude<Login, { readonly raw: string }>): Promise<string> {
    this.#login = input;
    const shown: string[] = [];
    const token = await login({
      issuer: this.#url,
      clientId: AUDIENCE,
      clientSecret: SECRET,
      signal: AbortSignal.timeout(1500),
      show: (address) => {
        shown.push(address);
        this.#nonce = new URL(address).searchParams.get('nonce') ?? '';
      },
      readCode: async () => input.code ?? 'a code',
    }).catch((error: unknown) => {
      // A stalled response is left to the caller's signal.
      throw error instanceof Error && error.name === 'TimeoutError' ? new Stalled() : error;
    });
    const wrong = shown.find((address) => !/^(?:https:|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])[:/])/.test(address));
    if (wrong !== undefined) throw new WrongVerdict(`showed the address ${wrong}`);
    return token;
  }

  #checkMessage(error: unknown, input: Login): void {
    if (!(error instanceof Error) || error instanceof WrongVerdict) return;
    const secrets = [SECRET, ...('raw' in input ? input.raw.split('.').filter((each) => each.length > 40) : [])];
    if (secrets.some((secret) => error.message.includes(secret))) throw new WrongVerdict('a message holds a secret');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/.test(error.message))
      throw new WrongVerdict('a message is not printable');
  }

  close(): void {
    this.#server?.close();
  }
}

/** What an accepted token must say, read again in the simplest way. */
function checkClaims(raw: string, subject: string): void {
  const [, claims = ''] = raw.trim().split('.');
  const { aud, exp, iss, email, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const isRight = [aud].flat().includes(AUDIENCE) && exp > Date.now() / 1000 && typeof iss === 'string';
  if (!isRight) throw new WrongVerdict('accepted a token for another audience, or an expired one');
  if (subject !== (email || sub)) throw new WrongVerdict('the subject is not that of the token');
}
