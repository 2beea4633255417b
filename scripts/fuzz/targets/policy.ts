import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkPolicy, explainPolicy, loadPolicy, matchRule, type Policy } from '../../../packages/policy/src/index.ts';
import { mutateBytes } from '../mutate/bytes.ts';
import { leaves, mutateJson, mutateJsonText } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';
import { vectorsFolder } from '../vectors.ts';

// biome-ignore lint/suspicious/noExplicitAny: the document is read as it is written
type Loose = any;

const vectorFile = (name: string) => readFileSync(path.join(vectorsFolder, 'v1.0', name));
const alice = vectorFile('keys/test-p256-a.pub.pem').toString();
const certificate = vectorFile('certificates/test-intermediate.pem');
const digest = (digit: string) => digit.repeat(64);

/** Policies. An accepted one has no member that the format lacks, and each name gets the rule that a slow reading gives it. */
export function policyTarget(): Target {
  return {
    name: 'policy',
    description: 'policies: an accepted one has only known members, and each name gets the rule of a slower reading',
    seeds: () => seeds.map(encode),
    generate: (random) => encode(generated(random)),
    mutate,
    check,
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null');

const patterns = [
  ...[
    '**',
    '*',
    '/srv/models/*',
    '/srv/**',
    '/srv/models/m',
    'hf://acme/*',
    'hf://acme/m@v1',
    'hf://**@v*',
    'HF://models/acme/m',
  ],
  ...[
    'oci://host:5000/m',
    'oci://host/**:v1',
    'oci://Host/m@sha256:*',
    '~/m',
    '/srv/',
    '/srv/[a]',
    'a***',
    '*://m',
    'hf://acme/m@',
  ],
] as const;

const names = [
  ...[
    '/srv/models/m',
    '/srv/a/b',
    '/srv//m',
    '/srv/../m',
    'hf://acme/m',
    'hf://acme/m@v1',
    'hf://models/acme/m@v2',
    'm',
  ],
  ...['oci://host:5000/m', 'oci://host/a/b:v1', `oci://host/m@sha256:${digest('0')}`, 'C:\\models\\m'],
] as const;

const requirements = {
  signedBy: ['alice', 'ci'],
  threshold: 2,
  ignoredPaths: ['.git'],
  unsignedFiles: 'report',
  symlinks: true,
  hashAlgorithms: ['sha256'],
  historicalFormats: true,
  timestamp: 'required',
  signedAfter: '2026-01-01',
  signedBefore: '2027-01-01T00:00:00Z',
  strict: true,
  rootDigests: [digest('a')],
  attestations: [{ predicateType: 'https://slsa.dev/provenance/v1', signedBy: ['ci'] }],
};

function policyOf(models: readonly object[]): object {
  return {
    $schema: 'x',
    policyVersion: 1,
    description: 'a policy',
    mode: 'enforce',
    signers: {
      alice: { method: 'key', publicKey: alice, validUntil: '2027-12-31' },
      bob: { method: 'key', publicKey: alice, description: 'another name' },
      ci: { method: 'sigstore', issuer: 'https://i.example', identity: { pattern: 'https://ci\\.example/(a|b)+' } },
      corp: {
        method: 'certificate',
        trustedFiles: ['corp.pem'],
        identity: 'a@b.example',
        subject: { pattern: 'CN=.*' },
      },
    },
    models,
    revoked: { rootDigests: [digest('b')], signers: { alice: '2026-05-01' } },
  };
}

const seeds = [
  policyOf([{ match: ['/srv/**'], require: { signedBy: ['alice'] } }]),
  policyOf([{ match: ['hf://acme/*', '**'], reject: true, mode: 'warn' }]),
  policyOf([{ match: ['hf://acme/m@v1'], require: requirements, description: 'all' }]),
];

function generated(random: Random): object {
  const rule = () => ({
    match: Array.from({ length: 1 + random.below(3) }, () => random.pick(patterns)),
    ...(random.chance(0.3)
      ? { reject: true }
      : { require: random.chance(0.5) ? requirements : { signedBy: ['alice'] } }),
  });
  return policyOf(Array.from({ length: 1 + random.below(4) }, rule));
}

function mutate(input: Uint8Array, random: Random): Uint8Array {
  if (random.chance(0.1)) return mutateBytes(input, random);
  const text = Buffer.from(input).toString();
  if (random.chance(0.1)) return Buffer.from(mutateJsonText(text, random));
  try {
    return encode(
      mutateJson(JSON.parse(text), random, [...leaves, ...patterns, '(a+)+', '2026-02-30', 'alice', alice]),
    );
  } catch {
    return mutateBytes(input, random);
  }
}

/** A file for every path: what a key and a list of certificates are refused for is fuzzed elsewhere. */
async function readFile(name: string): Promise<Uint8Array> {
  if (!name.endsWith('.pem')) throw new Error('there is no such file');
  return certificate;
}

async function check(input: Uint8Array): Promise<Verdict> {
  let policy: Policy;
  try {
    policy = await loadPolicy(input, { readFile });
  } catch (error) {
    return refusalBy(error);
  }
  const document: Loose = JSON.parse(Buffer.from(input).toString());
  checkMembers(document);
  for (const [name, signer] of policy.signers) {
    if (signer.name !== name) throw new WrongVerdict('a signer has another name');
  }
  const problems = checkPolicy(policy, { now: new Date('2026-12-01') }).map(({ code }) => code);
  const found = names.map((name) => checkName(policy, document, name));
  return accepted(`${[...new Set(problems)].sort()} ${new Set(found).size}`);
}

const members = {
  policy: ['$schema', 'policyVersion', 'description', 'mode', 'signers', 'models', 'revoked'],
  rule: ['description', 'match', 'require', 'reject', 'mode'],
  require: Object.keys(requirements),
  revoked: ['rootDigests', 'signers'],
  key: ['method', 'description', 'publicKey', 'publicKeyFile', 'fingerprint', 'validUntil'],
  certificate: [
    ...['method', 'description', 'trusted', 'trustedFiles', 'identity', 'subject', 'fingerprint', 'timestampRoots'],
    ...['timestampRootFiles', 'validUntil'],
  ],
  sigstore: ['method', 'description', 'issuer', 'identity', 'trustedRootFile', 'validUntil'],
} as const;

/** Every member is one that the format has, and every name of a signer is one of the policy. */
function checkMembers(document: Loose): void {
  const closed = (object: object, kind: keyof typeof members) => {
    const unknown = Object.keys(object).find((name) => !(members[kind] as readonly string[]).includes(name));
    if (unknown !== undefined) throw new WrongVerdict(`a ${kind} has an unknown member`);
  };
  closed(document, 'policy');
  closed(document.revoked ?? {}, 'revoked');
  for (const signer of Object.values<Loose>(document.signers)) closed(signer, signer.method);
  for (const rule of document.models) {
    closed(rule, 'rule');
    if ((rule.require === undefined) === (rule.reject === undefined))
      throw new WrongVerdict('a rule is not one of two');
    closed(rule.require ?? {}, 'require');
  }
  const used = [
    ...Object.keys(document.revoked?.signers ?? {}),
    ...document.models.flatMap((rule: Loose) => rule.require?.signedBy ?? []),
  ];
  if (!used.every((name) => Object.hasOwn(document.signers, name))) throw new WrongVerdict('a signer does not exist');
}

/** Compares the rule for a name with that of a slower reading, and returns what became of it. */
function checkName(policy: Policy, document: Loose, name: string): string {
  const canonical = !/\/\/(?!\/)(?<!:\/\/)|\/\.\.?(?:\/|$)/.test(name);
  const wanted = canonical
    ? document.models.findIndex((rule: Loose) => rule.match.some((each: string) => slowly(each, name)))
    : -1;
  let index = -1;
  try {
    index = matchRule(policy, name).index;
  } catch (error) {
    refusalBy(error);
  }
  if (index !== wanted) throw new WrongVerdict(`the rule for a name is ${index}, and not ${wanted}`);
  if (index === -1) return 'none';
  const explanation = explainPolicy(policy, name);
  if (JSON.stringify(JSON.parse(JSON.stringify(explanation))) !== JSON.stringify(explanation)) {
    throw new WrongVerdict('an explanation is no plain data');
  }
  return String(index);
}

/** Whether a pattern matches a name, by the sentences of the guide. */
function slowly(pattern: string, name: string): boolean {
  const [p, n] = [usual(pattern), usual(name)];
  const isStored = /^(?:hf|oci):\/\//.test(p);
  const [pBase, pRevision] = parts(p);
  const [nBase, nRevision] = parts(n);
  if (!isStored) return globSlowly(p, n) || globSlowly(p, nBase);
  if (!/^(?:hf|oci):\/\//.test(n) || !globSlowly(pBase, nBase)) return false;
  const revisions = nRevision === '' ? ['@main', ':latest'] : [nRevision];
  return pRevision === '' || revisions.some((each) => globSlowly(pRevision, each));
}

function usual(name: string): string {
  const lower = name.replace(/^[a-z][a-z0-9+.-]*:\/\//i, (scheme) => scheme.toLowerCase());
  if (lower.startsWith('oci://')) return lower.replace(/^oci:\/\/[^/]*/, (host) => host.toLowerCase());
  if (/^[a-z]:[\\/]/i.test(name)) return name.charAt(0).toUpperCase() + name.slice(1).split('\\').join('/');
  return lower.replace(/^hf:\/\/models\/(?=[^/@]*\/)/, 'hf://');
}

function parts(text: string): [string, string] {
  const found = /^(hf:\/\/[^@]*)(@.*)?$|^(oci:\/\/[^/]*(?:\/[^:@]*)?)([:@].*)?$/s.exec(text);
  return found === null ? [text, ''] : [found[1] ?? found[3] ?? '', found[2] ?? found[4] ?? ''];
}

/** One row of a table for each character of the pattern: which beginnings of the text it matches so far. */
function globSlowly(pattern: string, text: string): boolean {
  let row = Array.from({ length: text.length + 1 }, (_, i) => i === 0);
  for (const token of pattern.match(/\*\*|./gs) ?? []) {
    const next = row.map((isHere, i) => token.startsWith('*') && isHere && i >= 0);
    for (let i = 1; i <= text.length; i++) {
      const character = text[i - 1];
      if (token === '**') next[i] ||= next[i - 1] === true;
      else if (token === '*') next[i] ||= next[i - 1] === true && character !== '/';
      else next[i] = row[i - 1] === true && character === token;
    }
    row = next;
  }
  return row.at(-1) === true;
}
