import { createHash } from 'node:crypto';
import { attestedSubject, openAttestation } from '../../../packages/core/src/attest.ts';
import { bundleLines } from '../../../packages/core/src/format/bundle-lines.ts';
import {
  isOmsError,
  openSignature,
  type SignedManifest,
  signModel,
  type Verifier,
} from '../../../packages/core/src/index.ts';
import type { Signer } from '../../../packages/core/src/signer.ts';
import { memoryModel } from '../../../packages/core/src/testing/memory-model.ts';
import { mutateBytes } from '../mutate/bytes.ts';
import { leaves, mutateJson, mutateJsonText } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';

/** Statements of attestations that a trusted signer signed, and the lines of the file that holds them. */
export function attestationTarget(): Target {
  return {
    name: 'attestation',
    description:
      'statements of attestations, and lines of bundles: what is accepted names the model, and is no signature',
    seeds: () => seeds.map(encode),
    generate: (random) => encode(mutateJson(random.pick(seeds), random, special)),
    mutate,
    check,
  };
}

const identity = { method: 'key', curve: 'P-256', hint: '0'.repeat(64) } as const;

/** Accept everything, so that the statement decides. */
const signer: Signer = {
  sign: async () => ({
    signature: Uint8Array.of(1),
    material: { publicKey: { hint: identity.hint }, tlogEntries: [] },
    identity,
  }),
};
const verifier: Verifier = { methods: ['key'], verify: async () => ({ identity, form: 'dsse' }) };

const content = Buffer.from('w');
const root = createHash('sha256').update(createHash('sha256').update(content).digest()).digest('hex');
const domain = {
  digest: 'root',
  predicateType: 'https://model_signing/signature/v1.0',
  method: 'files',
  hashType: 'sha256',
};

const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'm', digest: { sha256: root }, annotations: { modelSigning: domain } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: { a: [1] },
};

const seeds: readonly object[] = [
  statement,
  { ...statement, _type: 'https://in-toto.io/Statement/v0.1', subject: [{ name: 'f', digest: { sha256: root } }] },
  { ...statement, subject: [{ name: 'f', digest: { sha1: 'ab' } }, ...statement.subject] },
];

const special = [
  ...leaves,
  ...[
    root,
    root.toUpperCase(),
    'file',
    'root',
    'cyclonedx',
    'https://model_signing/signature/v1.0',
    'HTTPS://x',
    'a:\n',
  ],
  ...[domain, { digest: 'file' }, { sha256: root }, [], {}],
];

const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null');

function mutate(input: Uint8Array, random: Random): Uint8Array {
  if (random.chance(0.2)) return mutateBytes(input, random);
  const text = Buffer.from(input).toString();
  if (random.chance(0.2)) return Buffer.from(mutateJsonText(text, random));
  try {
    return encode(mutateJson(JSON.parse(text), random, special));
  } catch {
    return mutateBytes(input, random);
  }
}

let signed: Promise<SignedManifest> | undefined;

async function signedModel(): Promise<SignedManifest> {
  const { bundle } = await signModel(memoryModel({ w: 'w' }), signer);
  return openSignature(bundle, verifier);
}

async function check(input: Uint8Array): Promise<Verdict> {
  signed ??= signedModel();
  const bundle = bundleOf(input);
  await checkLines(input, bundle);
  try {
    const attestation = await openAttestation(bundle, verifier);
    checkStatement(JSON.parse(Buffer.from(input).toString()), attestedSubject(attestation, await signed) !== null);
    return accepted(attestation.subjects.map(({ domain }) => domain?.digest ?? 'none').join());
  } catch (error) {
    if (isOmsError(error)) return refusalBy(error);
    throw error;
  }
}

function bundleOf(payload: Uint8Array): Uint8Array {
  return encode({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: identity.hint } },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: 'AQ==' }],
    },
  });
}

/** A whole line is found, whatever stands before it. */
async function checkLines(before: Uint8Array, bundle: Uint8Array): Promise<void> {
  const file = Buffer.concat([before, Buffer.from('\n'), bundle, Buffer.from('\n')]);
  for await (const entry of bundleLines([file.subarray(0, 20), file.subarray(20)])) {
    if (entry.kind === 'bundle' && Buffer.from(entry.bytes).equals(bundle)) return;
  }
  throw new WrongVerdict('a bundle on a line of its own is not found');
}

// biome-ignore lint/suspicious/noExplicitAny: any document
function checkStatement(document: any, isOfModel: boolean): void {
  if (/^https:\/\/model_signing\//i.test(document.predicateType)) throw new WrongVerdict('a signature is accepted');
  // biome-ignore lint/suspicious/noExplicitAny: any document
  const isRoot = ({ digest, annotations }: any) => {
    if (digest.sha256 !== root) return false;
    const isObject = typeof annotations === 'object' && annotations !== null && !Array.isArray(annotations);
    if (!isObject || !Object.hasOwn(annotations, 'modelSigning')) return true;
    const found = annotations.modelSigning ?? {};
    return Object.entries(domain).every(([name, value]) => found[name] === value);
  };
  if (document.subject.some(isRoot) !== isOfModel) throw new WrongVerdict('the subject is not what the statement says');
}
