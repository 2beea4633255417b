import { symlinkSync } from 'node:fs';
import path from 'node:path';
import {
  attest,
  type HashModelOptions,
  inspectBundle,
  keySigner,
  keyVerifier,
  localModel,
  type Model,
  openSignature,
  type Signer,
  signModel,
} from '@model-signing/core';
import { sigstoreVerifier } from '@model-signing/sigstore';
import { type Authority, generateKey, makeCertificate, makeRoot } from '@model-signing/testing/certificates';
import { type Forged, fixRoot, forge, type TestKey, testKey } from '@model-signing/testing/forge';
import { email } from '@model-signing/testing/general-names';
import { TestInstance } from '@model-signing/testing/sigstore-instance';
import { makeTimestampSigner } from '@model-signing/testing/timestamp-authority';
import { makeToken } from '@model-signing/testing/timestamp-token';
import { modelDirectory } from '@model-signing/testing/tree';
import type { PolicyAttestation } from '../judged-attestations.ts';
import type { PolicySignature } from '../judgement.ts';
import type { OpenSigstore } from '../signer-verifiers.ts';
import { type Decision, type DecisionAttestation, type DecisionSignature, table } from './decisions.ts';

const always = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2090-01-01T00:00:00Z') };

/** The model of a decision as it is judged, and its signatures. */
export interface PreparedDecision {
  readonly model: Model;
  readonly signatures: readonly PolicySignature[];
  readonly attestations: readonly PolicyAttestation[];
  /** The root digest of a signature by its name. */
  readonly rootOf: (name: string) => string;
}

/** The keys, authorities and files of the decisions. All are real, and made for the test. */
export class DecisionWorld {
  readonly #keys: Readonly<Record<'alice' | 'bob' | 'carol' | 'eve', TestKey>> = {
    alice: testKey(),
    bob: testKey(),
    carol: testKey('P-384'),
    eve: testKey(),
  };
  readonly #labKeys = generateKey();
  readonly #authorities = { lab: makeRoot({ ...always }), other: makeRoot({ ...always }) };
  readonly #timestampRoot = makeRoot({ subject: 'O=Test, CN=Timestamp Root', ...always });
  readonly #timestampSigner = makeTimestampSigner(this.#timestampRoot, always);
  readonly #instance = new TestInstance({ start: always.notBefore });

  /** The files that policies name. */
  readonly files: ReadonlyMap<string, string> = new Map([
    ...(['alice', 'bob', 'carol'] as const).map((name) => [`keys/${name}.pub`, this.#keys[name].publicKey] as const),
    ['keys/lab.pub', this.#labKeys.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['certificates/lab-root.pem', this.#authorities.lab.pem],
    ['certificates/timestamps.pem', this.#timestampRoot.pem],
    ['sigstore/trusted-root.json', JSON.stringify(this.#instance.trustedRoot())],
  ]);

  readonly readFile = async (name: string): Promise<Uint8Array> => {
    const text = this.files.get(name);
    if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${name}'`);
    return Buffer.from(text);
  };

  readonly openSigstore: OpenSigstore = async ({ issuer, identity, trustedRoot }) => {
    const expected = identity.kind === 'exact' ? { identity: identity.text } : { identityPattern: identity.text };
    return sigstoreVerifier({ ...expected, issuer, trust: { trustedRoot: Buffer.from(trustedRoot ?? []).toString() } });
  };

  async prepare({ signatures, attestations = [], changed = {}, links = {} }: Decision): Promise<PreparedDecision> {
    const signed: PolicySignature[] = [];
    for (const signature of signatures) {
      const name = signature.name ?? `${signature.by}.sig`;
      signed.push({ name, bundle: await this.#sign(signature, links) });
    }
    const roots = new Map<string, string>();
    for (const { name, bundle } of signed) {
      const inspected = await inspectBundle(bundle).catch(() => null);
      if (inspected) roots.set(name, inspected.manifest.rootDigest);
    }
    return {
      model: localModel(folder({ ...table.model, ...changed }, links)),
      signatures: signed,
      attestations: await Promise.all(attestations.map((each) => this.#attest(each, signatures, signed))),
      rootOf: (name: string) => roots.get(name) ?? '',
    };
  }

  async #sign(signature: DecisionSignature, links: Readonly<Record<string, string>>): Promise<Uint8Array> {
    if (signature.form === 'not-json') return Buffer.from('this is no bundle');
    const { hashAlgorithm, ignorePaths, allowSymlinks, of = {} } = signature;
    const options: HashModelOptions = { hashAlgorithm, ignorePaths, allowSymlinks };
    const model = localModel(folder({ ...table.model, ...of }, allowSymlinks ? links : {}));
    const { bundle } = await signModel(model, this.#signerOf(signature), options);
    if (signature.by === 'lab' && signature.form !== 'key') return this.#certified(bundle, signature);
    return this.#inForm(bundle, signature);
  }

  async #attest(
    { by, type, of }: DecisionAttestation,
    signatures: readonly DecisionSignature[],
    signed: readonly PolicySignature[],
  ): Promise<PolicyAttestation> {
    const index = of === undefined ? 0 : signed.findIndex(({ name }) => name === of);
    const [signature, { bundle: about }] = [signatures[index], signed[index]] as [DecisionSignature, PolicySignature];
    const { publicKey } = this.#keys[signature.by as 'alice'];
    const opened = await openSignature(about, keyVerifier({ publicKey }));
    const signer = keySigner({ privateKey: this.#keys[by].privateKey });
    const { bundle } = await attest(opened, { predicateType: type, predicate: {} }, signer);
    return { name: `${type} by ${by}`, bundle };
  }

  #signerOf({ by, identity = 'https://forge.example/acme/model', issuer, time }: DecisionSignature): Signer {
    if (by === 'release') {
      const date = time === undefined ? new Date() : new Date(time);
      return this.#instance.signer({ identity, date, ...(issuer && { issuer }) });
    }
    return keySigner({ privateKey: by === 'lab' ? this.#certificate({}).privateKeyPem : this.#keys[by].privateKey });
  }

  #certificate(given: Pick<DecisionSignature, 'identity' | 'authority' | 'validTo'>): Authority {
    const { identity = 'ml@lab.example', authority = 'lab', validTo } = given;
    return makeCertificate({
      subject: 'O=Test, CN=Lab',
      issuer: this.#authorities[authority],
      key: this.#labKeys,
      subjectAltNames: [email(identity)],
      notBefore: always.notBefore,
      notAfter: validTo === undefined ? always.notAfter : new Date(validTo),
    });
  }

  /** Puts a certificate, and a timestamp if there is a time, in the place of the key. */
  #certified(bundle: Uint8Array, signature: DecisionSignature): Uint8Array {
    const certificate = Buffer.from(this.#certificate(signature).der).toString('base64');
    return edited(bundle, (document) => {
      const [{ sig }] = document.dsseEnvelope.signatures;
      document.verificationMaterial = {
        x509CertificateChain: { certificates: [{ rawBytes: certificate }] },
        tlogEntries: [],
        ...(signature.time && {
          timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: this.#stamp(sig, signature.time) }] },
        }),
      };
    });
  }

  #stamp(signature: string, time: string): string {
    const timeText = `${new Date(time).toISOString().replace(/[-:T]|\..*/g, '')}Z`;
    const options = { signature: Buffer.from(signature, 'base64'), signer: this.#timestampSigner, timeText };
    return makeToken(options).toString('base64');
  }

  #inForm(bundle: Uint8Array, { by, form }: DecisionSignature): Uint8Array {
    switch (form) {
      case 'changed-payload':
        return edited(bundle, ({ dsseEnvelope }) => {
          const payload = Buffer.from(dsseEnvelope.payload, 'base64').toString().replace('"model"', '"other"');
          dsseEnvelope.payload = Buffer.from(payload).toString('base64');
        });
      case 'raw-key':
        return edited(bundle, ({ verificationMaterial }) => {
          const key = this.#keys[by as 'alice'].publicKey;
          verificationMaterial.publicKey = { rawBytes: Buffer.from(key).toString('base64') };
        });
      case 'unsorted':
        return forge(bundle, this.#keys[by as 'alice'], {
          statement: (statement) => {
            statement.predicate.resources.reverse();
            fixRoot(statement);
          },
        });
      default:
        return bundle;
    }
  }
}

function edited(bundle: Uint8Array, edit: (document: Forged) => void): Uint8Array {
  const document: Forged = JSON.parse(Buffer.from(bundle).toString());
  edit(document);
  return Buffer.from(JSON.stringify(document));
}

function folder(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>>): string {
  const root = modelDirectory(files);
  for (const [name, target] of Object.entries(links)) symlinkSync(target, path.join(root, name));
  return root;
}
