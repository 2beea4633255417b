import { createHash, createPublicKey, verify } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { RequirementId, VectorInputs } from '../../../suite/src/vectors/vector.ts';

/**
 * A second opinion on the vectors: a verifier as someone would write it in an afternoon, for keys, files and SHA-256. It
 * opens what is listed below the model on a real file system, and shares no code with the oracle. Each check looks at the
 * whole case by itself, so that they can be left out and run in any order.
 */
export interface NaiveCase {
  /** What `JSON.parse` made of the bundle and of its payload. */
  readonly bundle: Loose;
  readonly statement: Loose;
  readonly payload: Buffer;
  readonly publicKey: string;
  readonly model: string;
  readonly signatureFile: string;
  readonly inputs: VectorInputs;
}

// biome-ignore lint/suspicious/noExplicitAny: a naive program reads JSON without looking at its types
type Loose = any;

/** Whether the case passes. */
type Check = (naiveCase: NaiveCase) => boolean;

const mediaTypes = [
  'application/vnd.dev.sigstore.bundle.v0.3+json',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
];

const checks = {
  'media-type': ({ bundle }) => mediaTypes.includes(bundle.mediaType),
  'payload-type': ({ bundle }) => bundle.dsseEnvelope.payloadType === 'application/vnd.in-toto+json',
  'signature-count': ({ bundle }) => bundle.dsseEnvelope.signatures.length === 1,
  hint: ({ bundle, publicKey }) => {
    const { hint } = bundle.verificationMaterial.publicKey;
    return hint === undefined || hint === createHash('sha256').update(canonicalPem(publicKey)).digest('hex');
  },
  signature: ({ bundle, payload, publicKey }) => {
    const { payloadType = 'application/vnd.in-toto+json', signatures } = bundle.dsseEnvelope;
    const head = Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `);
    const key = createPublicKey(publicKey);
    const hash = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' }[curveOf(publicKey)] ?? 'sha256';
    // Of several signatures it is enough that one holds, and of none there is nothing to check.
    if (signatures.length === 0) return true;
    return signatures.some((each: Loose) =>
      verify(hash, Buffer.concat([head, payload]), key, Buffer.from(each?.sig ?? '', 'base64')),
    );
  },
  'statement-type': ({ statement }) => statement._type === 'https://in-toto.io/Statement/v1',
  'predicate-type': ({ statement }) => statement.predicateType === 'https://model_signing/signature/v1.0',
  'subject-count': ({ statement }) => statement.subject.length === 1,
  'root-digest': ({ statement }) => {
    const hash = createHash('sha256');
    for (const { digest } of statement.predicate.resources) hash.update(Buffer.from(digest, 'hex'));
    const digest = hash.digest('hex');
    return statement.subject.slice(0, 1).every((each: Loose) => each.digest.sha256 === digest);
  },
  algorithms: ({ statement }) => resourcesOf(statement).every(({ algorithm }) => algorithm === 'sha256'),
  'repeated-names': ({ statement }) => {
    const names = resourcesOf(statement).map(({ name }) => name);
    return new Set(names).size === names.length;
  },
  names: ({ statement }) => resourcesOf(statement).every(({ name }) => isPlain(name)),
  missing: (naiveCase) =>
    resourcesOf(naiveCase.statement).every(({ name }) => contentOf(naiveCase, name) !== undefined),
  content: (naiveCase) =>
    resourcesOf(naiveCase.statement).every(({ name, digest }) => {
      const content = contentOf(naiveCase, name);
      return content === undefined || content === null || createHash('sha256').update(content).digest('hex') === digest;
    }),
  unsigned: (naiveCase) => unlisted(naiveCase, 'file').length === 0,
  'through-links': ({ model, statement }) => resourcesOf(statement).every(({ name }) => !leadsThroughLink(model, name)),
  links: (naiveCase) => unlisted(naiveCase, 'link').length === 0,
  'special-files': (naiveCase) => unlisted(naiveCase, 'other').length === 0,
} as const satisfies Record<string, Check>;

export type NaiveCheck = keyof typeof checks;

export const naiveChecks = Object.keys(checks) as NaiveCheck[];

/** The requirements whose check it has. */
export const naiveCheckOf: { readonly [requirement in RequirementId]?: NaiveCheck } = {
  'OMS-BUNDLE-3': 'media-type',
  'OMS-DSSE-2': 'payload-type',
  'OMS-DSSE-3': 'signature',
  'OMS-DSSE-5': 'signature-count',
  'OMS-DSSE-10': 'signature',
  'OMS-ALG-5': 'signature',
  'OMS-KEY-3': 'signature',
  'OMS-KEY-4': 'hint',
  'OMS-STMT-2': 'statement-type',
  'OMS-STMT-4': 'predicate-type',
  'OMS-SUBJECT-2': 'subject-count',
  'OMS-ROOT-3': 'root-digest',
  'OMS-RES-6': 'algorithms',
  'OMS-RES-10': 'repeated-names',
  'OMS-NAME-6': 'names',
  'OMS-VERIFY-2': 'missing',
  'OMS-VERIFY-3': 'content',
  'OMS-FILES-2': 'content',
  'OMS-VERIFY-4': 'unsigned',
  'OMS-LINK-8': 'through-links',
  'OMS-LINK-10': 'through-links',
  'OMS-LINK-15': 'links',
};

/** The first of these checks that the case does not pass, or null. One that cannot be carried out is not passed. */
export function verifyNaively(naiveCase: NaiveCase, order: readonly NaiveCheck[]): NaiveCheck | null {
  const passes = (name: NaiveCheck) => {
    try {
      return checks[name](naiveCase);
    } catch {
      return false;
    }
  };
  return order.find((name) => !passes(name)) ?? null;
}

interface NaiveResource {
  readonly name: string;
  readonly digest: string;
  readonly algorithm: string;
}

function resourcesOf(statement: Loose): readonly NaiveResource[] {
  return statement.predicate.resources;
}

function recordedOf(statement: Loose): readonly string[] {
  return statement.predicate.serialization.ignore_paths ?? [];
}

function canonicalPem(publicKey: string): string {
  const jwk = createPublicKey(publicKey).export({ format: 'jwk' });
  return String(createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
}

function curveOf(publicKey: string): string {
  return createPublicKey(publicKey).asymmetricKeyDetails?.namedCurve ?? '';
}

function isPlain(name: string): boolean {
  return !name.includes('\0') && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** What is at a listed name: bytes, null for what is not a file, or undefined for nothing. */
function contentOf({ model, statement }: NaiveCase, name: string): Buffer | null | undefined {
  if (isFile(model))
    return resourcesOf(statement).length === 1 && name === path.basename(model) ? readFileSync(model) : undefined;
  const [asRead = ''] = name.split('\0');
  const candidates = [path.resolve(`${model}/${asRead}`), ...(path.isAbsolute(asRead) ? [asRead] : [])];
  for (const at of candidates) {
    const found = statSync(at, { throwIfNoEntry: false });
    if (found?.isFile() || found?.isCharacterDevice()) return readFileSync(at);
    if (found?.isDirectory() && !isPlain(name)) return null;
  }
  return undefined;
}

function leadsThroughLink(model: string, name: string): boolean {
  const parts = isFile(model) ? [] : name.split('/');
  return [model, ...parts.map((_, at) => path.join(model, ...parts.slice(0, at + 1)))].some(isLink);
}

function isLink(at: string): boolean {
  try {
    return lstatSync(at).isSymbolicLink();
  } catch {
    return false;
  }
}

function isFile(at: string): boolean {
  return statSync(at, { throwIfNoEntry: false })?.isFile() ?? false;
}

type Kind = 'file' | 'link' | 'other';

/** What is in the model, and neither listed nor excluded. */
function unlisted(naiveCase: NaiveCase, kind: Kind): string[] {
  const { statement, inputs, model, signatureFile } = naiveCase;
  if (isFile(model)) return [];
  const listed = new Set(resourcesOf(statement).map(({ name }) => name));
  const excluded = [
    ...GIT,
    ...recordedOf(statement),
    ...(inputs.ignorePaths ?? []).map((each) => path.normalize(each).replace(/\/$/, '')),
  ];
  return [...walk(model, '')]
    .filter((each) => each.kind === kind && !listed.has(each.name))
    .filter((each) => !excluded.some((one) => each.name === one || each.name.startsWith(`${one}/`)))
    .filter(
      (each) => path.join(realpathSync(model), each.name) !== signatureFile && inputs.ignoreUnsignedFiles !== true,
    )
    .map((each) => each.name);
}

const GIT = ['.git', '.gitattributes', '.github', '.gitignore'];

function* walk(root: string, below: string): Generator<{ name: string; kind: Kind }> {
  for (const entry of readdirSync(path.join(root, below), { withFileTypes: true })) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    const found = lstatSync(path.join(root, name), { throwIfNoEntry: false });
    if (found?.isDirectory()) yield* walk(root, name);
    else yield { name, kind: found?.isSymbolicLink() ? 'link' : found && !found.isFile() ? 'other' : 'file' };
  }
}
