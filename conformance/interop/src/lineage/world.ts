// The people and services of the worked lineage: a key, a certificate, an identity, and a key in a service.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeChain, makeRoot } from '@model-signing/testing/certificates';
import { testKey } from '@model-signing/testing/forge';
import { signingPlugin, writePlugin } from '@model-signing/testing/kms-plugin';
import { TestServices } from '@model-signing/testing/sigstore-services';
import {
  makeTimestampSigner,
  startTimestampAuthority,
  type TimestampAuthority,
} from '@model-signing/testing/timestamp-authority';

/** The identity of the training job. */
const TRAINER = { email: 'training@acme.example', issuer: 'https://issuer.example' };

const YEARS = 20;

/** Everything that signs, in a folder of its own, which holds private keys. */
export class World implements AsyncDisposable {
  readonly #folder: string;
  readonly #services: TestServices;
  readonly #timestamps: TimestampAuthority;
  /** Holds the program `sigstore-kms-acme`. */
  readonly plugins: string;

  private constructor(folder: string, services: TestServices, timestamps: TimestampAuthority, plugins: string) {
    this.#folder = folder;
    this.#services = services;
    this.#timestamps = timestamps;
    this.plugins = plugins;
  }

  /** @param publicFolder where public keys, certificates and the trust root are written */
  static async open(folder: string, publicFolder: string): Promise<World> {
    mkdirSync(publicFolder, { recursive: true });
    const services = await TestServices.startAlone();
    const { instance } = services;
    const write = (where: string, name: string, text: string) => writeFileSync(path.join(where, name), text);

    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    write(folder, 'data.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    write(publicFolder, 'data.pub.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString());

    const dates = { notBefore: new Date(), notAfter: new Date(Date.now() + YEARS * 365 * 86_400_000) };
    const { root, intermediates, leaf } = makeChain({
      root: { subject: 'O=Acme, CN=Acme Root', ...dates },
      intermediate: { subject: 'O=Acme, CN=Acme Model Signing', ...dates },
      leaf: { subject: 'O=Acme, CN=Base Model Lab', ...dates },
    });
    write(folder, 'lab.key', leaf.privateKeyPem);
    write(folder, 'lab.pem', leaf.pem);
    write(folder, 'lab-chain.pem', intermediates.map(({ pem }) => pem).join(''));
    write(publicFolder, 'acme-root.pem', root.pem);
    const timestampRoot = makeRoot({ subject: 'O=Acme, CN=Acme Timestamp Root', ...dates });
    const timestamps = await startTimestampAuthority({ signer: makeTimestampSigner(timestampRoot, dates) });
    write(publicFolder, 'timestamps.pem', timestampRoot.pem);

    const trustedRoot = instance.trustedRoot();
    const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';
    const signingConfig = services.signingConfig();
    write(folder, 'trust.json', JSON.stringify({ mediaType, trustedRoot, signingConfig }));
    write(folder, 'token', services.token({ email: TRAINER.email, iss: TRAINER.issuer }));
    write(publicFolder, 'trusted-root.json', `${JSON.stringify(trustedRoot, null, 2)}\n`);

    const key = testKey();
    write(publicFolder, 'release.pub.pem', key.publicKey.toString());
    const plugins = writePlugin('acme', signingPlugin(key), path.join(folder, 'plugins'));
    return new World(folder, services, timestamps, plugins);
  }

  path(name: string): string {
    return path.join(this.#folder, name);
  }

  get timestampUrl(): string {
    return this.#timestamps.url;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#services.stop();
    await this.#timestamps.close();
  }
}
