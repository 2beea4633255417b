import { pem } from '@model-signing/testing/der';
import { testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { forgingAuthority } from '@model-signing/testing/timestamp-authority';
import { certificateSigner, certificateVerifier, httpTimestampAuthority } from '../../../packages/core/src/index.ts';
import type { MadeSignature } from '../../../packages/core/src/signer.ts';
import { sigstoreSigner, sigstoreVerifier } from '../../../packages/sigstore/src/index.ts';
import { certificateOf, keyOf } from '../authorities.ts';
import { type Answer, type Asked, encodeAnswer, type Fault, randomFault, startLoopback } from '../loopback.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';

const paths = {
  fulcio: '/api/v2/signingCert',
  'rekor-1': '/api/v1/log/entries',
  'rekor-2': '/api/v2/log/entries',
  tsa: '/api/v1/timestamp',
  'tsa-alone': '/timestamp',
} as const;

type Service = keyof typeof paths;

/** The input in JSON: who signs, and what is wrong with the responses of services. */
interface Signing {
  readonly with: 'sigstore-1' | 'sigstore-2' | 'certificate';
  readonly faults: Partial<Record<Service, Fault>>;
}

const content = { payloadType: 'application/vnd.in-toto+json', payload: Buffer.from('{"what":"is signed"}') };

/** Time for all services, in milliseconds: enough for loopback, less than what counts as a hang. */
const DEADLINE = 600;

/** Responses of the services of Sigstore and of timestamp authorities, over HTTP on loopback. */
export async function serviceTarget(): Promise<Target> {
  const world = await World.start();
  return {
    name: 'service',
    description: 'responses of Fulcio, Rekor 1 and 2 and timestamp authorities, over HTTP on loopback',
    seeds: () =>
      (['sigstore-1', 'sigstore-2', 'certificate'] as const).map((each) => encode({ with: each, faults: {} })),
    generate: (random) => encode(generate(random)),
    mutate: (input, random) => encode(mutate(JSON.parse(Buffer.from(input).toString()), random)),
    check: (input) => world.check(JSON.parse(Buffer.from(input).toString())),
    close: () => world.close(),
  };
}

const encode = (signing: Signing) => Buffer.from(JSON.stringify(signing));

const servicesOf: Readonly<Record<Signing['with'], readonly [Service, ...Service[]]>> = {
  'sigstore-1': ['fulcio', 'rekor-1', 'tsa'],
  'sigstore-2': ['fulcio', 'rekor-2', 'tsa'],
  certificate: ['tsa-alone'],
};

function generate(random: Random): Signing {
  const by = random.pick(['sigstore-1', 'sigstore-2', 'certificate'] as const);
  return { with: by, faults: { [random.pick(servicesOf[by])]: randomFault(random) } };
}

function mutate(signing: Signing, random: Random): Signing {
  const service = random.pick(servicesOf[signing.with]);
  const before = random.chance(0.5) ? signing.faults[service] : {};
  return { ...signing, faults: { ...signing.faults, [service]: { ...before, ...randomFault(random) } } };
}

class World {
  readonly #services: TestServices;
  /** In whole seconds, which is what the authority states. */
  readonly #stampedAt = new Date(Math.floor(Date.now() / 1000) * 1000);
  readonly #authority = forgingAuthority({ time: this.#stampedAt });
  #server: Awaited<ReturnType<typeof startLoopback>> | undefined;
  #faults: Signing['faults'] = {};

  private constructor(services: TestServices) {
    this.#services = services;
  }

  static async start(): Promise<World> {
    const world = new World(await TestServices.startAlone());
    world.#server = await startLoopback((asked) => world.#respond(asked));
    return world;
  }

  get #url(): string {
    return this.#server?.url ?? '';
  }

  async #respond(asked: Asked): Promise<{ bytes: Buffer; fault: Fault }> {
    const [service] = Object.entries(paths).find(([, path]) => path === asked.path) ?? ['fulcio'];
    const fault = this.#faults[service as Service] ?? {};
    return { bytes: encodeAnswer(await this.#answer(asked), fault), fault };
  }

  async #answer({ path, body, headers }: Asked): Promise<Answer> {
    if (path === paths['tsa-alone']) {
      const answer = await this.#authority.answer(body);
      return { status: 200, type: 'application/timestamp-reply', body: answer };
    }
    const init = {
      method: 'POST',
      headers: { 'content-type': String(headers['content-type']) },
      body: new Uint8Array(body),
    };
    const response = await fetch(`${this.#services.url}${path}`, init);
    const type = response.headers.get('content-type') ?? 'application/octet-stream';
    return { status: response.status, type, body: new Uint8Array(await response.arrayBuffer()) };
  }

  async check({ with: by, faults }: Signing): Promise<Verdict> {
    this.#faults = faults;
    const token = this.#services.token();
    let made: MadeSignature;
    try {
      made = await (by === 'certificate' ? this.#signWithCertificate() : this.#signWithSigstore(by, token));
    } catch (error) {
      const secret = token.split('.').find((part) => String((error as Error).message).includes(part.slice(0, 40)));
      if (secret !== undefined) throw new WrongVerdict('a message holds a part of the token');
      return refusalBy(error);
    }
    await (by === 'certificate' ? this.#verifyByCertificate(made) : this.#verifyBySigstore(made));
    return accepted(
      `${by} ${Object.values(faults).map(({ body, statusLine }) => `${JSON.stringify(body)} ${statusLine}`)}`,
    );
  }

  async #signWithSigstore(by: 'sigstore-1' | 'sigstore-2', token: string): Promise<MadeSignature> {
    const config = JSON.stringify(this.#services.signingConfig(by === 'sigstore-1' ? 1 : 2));
    const signer = await sigstoreSigner({
      token: { token },
      trust: { trustedRoot: this.#root, signingConfig: config.replaceAll(this.#services.url, this.#url) },
      deadline: DEADLINE,
    });
    return signer.sign(content, () => {});
  }

  async #signWithCertificate(): Promise<MadeSignature> {
    const signer = certificateSigner({
      privateKey: keyOf('leaf').export({ type: 'pkcs8', format: 'pem' }).toString(),
      certificate: pem(certificateOf('leaf')),
      chain: [pem(certificateOf('intermediate'))],
      timestampAuthority: httpTimestampAuthority(`${this.#url}${paths['tsa-alone']}`, { timeout: DEADLINE }),
    });
    return signer.sign(content, () => {});
  }

  get #root(): string {
    return JSON.stringify(this.#services.instance.trustedRoot());
  }

  /** A response cannot make a signature that names another signer. */
  async #verifyBySigstore({ signature, material }: MadeSignature): Promise<void> {
    const verifier = await sigstoreVerifier({
      identity: testIdentity,
      issuer: testIssuer,
      trust: { trustedRoot: this.#root },
    });
    const { identity } = await verifier.verify(content, signature, material, () => {});
    if (identity.identity !== testIdentity || identity.issuer !== testIssuer) throw new WrongVerdict('another signer');
  }

  /** The signer checks a timestamp only as far as it can without roots, so the verifier may still refuse it. */
  async #verifyByCertificate({ signature, material }: MadeSignature): Promise<void> {
    const trusted = [pem(certificateOf('root'))];
    const verifier = certificateVerifier({ trusted, timestampRoots: [this.#authority.rootPem] });
    try {
      const { identity } = await verifier.verify(content, signature, material, () => {});
      const isRight = Date.parse(identity.verifiedAt) === this.#stampedAt.getTime();
      if (identity.timeFrom === 'timestamp' && !isRight) throw new WrongVerdict(`the time is ${identity.verifiedAt}`);
    } catch (error) {
      refusalBy(error);
    }
  }

  close(): void {
    this.#server?.close();
    this.#services.stop();
  }
}
