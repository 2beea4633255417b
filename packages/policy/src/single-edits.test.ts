import type { PolicyDocument } from '@model-signing/spec/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPolicy } from './check.ts';
import { explainPolicy } from './explain.ts';
import { loadPolicy } from './load.ts';
import type { Policy } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import { decisionOf, type FoundContent, type FoundSignature } from './testing/decide.ts';
import { authorities, fullPolicy, keys, RELEASE } from './testing/documents.ts';
import { singleEdits } from './testing/edits.ts';

const names = [
  '/srv/models/quarantine/m',
  '/srv/models/crown-jewel',
  '/srv/models/m',
  '/srv/models/a/m',
  '/srv/other/m',
  '/data/a/models/b/m',
  'hf://acme/broken',
  'hf://acme/broken@v1',
  'hf://acme/m',
  'hf://acme/m@v1',
  'hf://evil/m',
  'oci://registry.example/acme/model:v1',
  'oci://registry.example/acme/model:v2',
  'm',
];

/** The full policy, and a signer that is revoked and whose signatures another one accepts too. */
function editedPolicy(): PolicyDocument {
  const document = fullPolicy();
  document.signers['old-ml'] = {
    method: 'certificate',
    trusted: [authorities.corp],
    subject: { pattern: 'CN=ACME Old .*' },
  };
  document.models[2]?.require?.signedBy.push('old-ml');
  document.revoked = { ...document.revoked, signers: { ...document.revoked?.signers, 'old-ml': '2026-02-01' } };
  return document;
}

const GITHUB = 'https://token.actions.githubusercontent.com';
const base: Omit<FoundSignature, 'method' | 'by'> = {
  identity: '',
  subject: '',
  fingerprint: '',
  timestampBy: null,
  time: Date.parse('2026-03-01T00:00:00Z'),
};
const corporate: FoundSignature = {
  ...base,
  method: 'certificate',
  by: authorities.corp,
  identity: 'ml@acme.example',
  subject: 'CN=ACME ML',
  fingerprint: 'a'.repeat(64),
  timestampBy: authorities.time,
};

/** Signatures that the policy accepts, and each with one thing about it changed. */
const signatures: readonly FoundSignature[] = [
  { ...base, method: 'key', by: keys.alice.publicKey },
  { ...base, method: 'key', by: keys.bob.publicKey },
  { ...base, method: 'key', by: keys.eve.publicKey },
  corporate,
  { ...corporate, by: authorities.other },
  { ...corporate, identity: 'eve@acme.example' },
  { ...corporate, subject: 'CN=Eve' },
  { ...corporate, subject: 'CN=ACME Old ML' },
  { ...corporate, fingerprint: 'e'.repeat(64) },
  { ...corporate, timestampBy: authorities.other },
  { ...corporate, timestampBy: null },
  { ...corporate, time: Date.parse('2095-01-01T00:00:00Z') },
  { ...base, method: 'sigstore', by: GITHUB, identity: RELEASE },
  { ...base, method: 'sigstore', by: GITHUB, identity: 'https://github.com/eve' },
  { ...base, method: 'sigstore', by: GITHUB, identity: RELEASE.replace('github.com', 'github-com') },
  { ...base, method: 'sigstore', by: `${GITHUB}x`, identity: RELEASE },
  { ...base, method: 'sigstore', by: GITHUB, identity: RELEASE, time: Date.parse('2025-12-31T00:00:00Z') },
  { ...base, method: 'sigstore', by: GITHUB, identity: RELEASE, time: Date.parse('2080-06-01T00:00:00Z') },
  { ...base, method: 'sigstore', by: GITHUB, identity: RELEASE, time: Date.parse('2086-01-01T00:00:00Z') },
];

const plain: FoundContent = {
  ignored: [],
  hasUnsigned: false,
  hasSymlinks: false,
  isHistorical: false,
  hasWarnings: false,
  hashAlgorithm: 'sha256',
  rootDigest: 'b'.repeat(64),
};

/** What the policy accepts, and that with one thing about it changed. */
const contents: readonly FoundContent[] = [
  {},
  { ignored: ['.git'] },
  { ignored: ['cache'] },
  { hasUnsigned: true },
  { hasSymlinks: true },
  { isHistorical: true },
  { hasWarnings: true },
  { hashAlgorithm: 'blake3' },
  { hashAlgorithm: 'blake2b' },
  { rootDigest: 'c'.repeat(64) },
  { rootDigest: 'd'.repeat(64) },
].map((unusual) => ({ ...plain, ...unusual }));

/** Which contents and which pairs of signatures pass; a model passes if both of its do. */
interface Passing {
  readonly contents: readonly boolean[];
  readonly pairs: readonly boolean[];
}

function passing(document: unknown, name: string): Passing {
  const { threshold, passes, counts } = decisionOf(document, name);
  const counted = signatures.map(counts);
  const enough = (signers: readonly (string | null)[]) =>
    new Set(signers.filter((each) => each !== null)).size >= threshold;
  const pairs = counted.flatMap((first, i) => [[first], ...counted.slice(i + 1).map((second) => [first, second])]);
  return { contents: contents.map(passes), pairs: [[], ...pairs].map(enough) };
}

/** Whether a model passes now that did not before. */
function isLooser(before: Passing, after: Passing): boolean {
  const isMore = (member: keyof Passing) => after[member].some((passes, i) => passes && before[member][i] !== true);
  return after.contents.includes(true) && after.pairs.includes(true) && (isMore('contents') || isMore('pairs'));
}

async function loaded(document: unknown): Promise<Policy | null> {
  try {
    return await loadPolicy(JSON.stringify(document));
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyError);
    return null;
  }
}

function explained(policy: Policy, name: string): string {
  try {
    return JSON.stringify(explainPolicy(policy, name));
  } catch (error) {
    expect(error).toMatchObject({ code: 'policy/no-rule' });
    return `no rule, ${policy.mode}`;
  }
}

interface Original {
  readonly policy: Policy;
  readonly problems: ReadonlySet<string>;
  /** By name: what passes, and what the explanation says. */
  readonly named: readonly { readonly name: string; readonly passing: Passing; readonly explanation: string }[];
}

async function originalOf(document: unknown): Promise<Original> {
  const policy = (await loaded(document)) as Policy;
  const problems = new Set(checkPolicy(policy).map(({ message }) => message));
  const named = names.map((name) => ({ name, passing: passing(document, name), explanation: explained(policy, name) }));
  return { policy, problems, named };
}

type Verdict = 'refused' | 'reported' | 'visible' | 'not looser' | `silent for ${string}`;

async function verdictOn({ problems, named }: Original, document: unknown): Promise<Verdict> {
  const policy = await loaded(document);
  if (policy === null) return 'refused';
  const looser = named.filter(({ name, passing: before }) => isLooser(before, passing(document, name)));
  if (looser.length === 0) return 'not looser';
  const silent = looser.find(({ name, explanation }) => explained(policy, name) === explanation);
  if (silent === undefined) return 'visible';
  const isReported = checkPolicy(policy).some(
    ({ severity, message }) => severity === 'error' && !problems.has(message),
  );
  return isReported ? 'reported' : `silent for ${silent.name}`;
}

describe('single edits of a policy', () => {
  it('the policy that is edited has no problem', async () => {
    expect(checkPolicy(await loadPolicy(JSON.stringify(editedPolicy())))).toEqual([]);
  });

  it('every single edit that lets more models pass is refused, reported, or visible in the explanation', async () => {
    const original = await originalOf(editedPolicy());
    const counts = new Map<Verdict, number>();
    for (const { title, document } of singleEdits(editedPolicy())) {
      const verdict = await verdictOn(original, document);
      expect(verdict, title).not.toMatch(/^silent/);
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    }
    // What is asserted says something only if there are many of each kind.
    expect(counts.get('refused')).toBeGreaterThan(300);
    expect(counts.get('visible')).toBeGreaterThan(50);
  });

  it('every misspelled member is refused, and the message names it', async () => {
    const misspelled = [...singleEdits(editedPolicy())].filter(({ title }) => title.startsWith('misspell'));
    expect(misspelled.length).toBeGreaterThan(200);
    for (const { title, document } of misspelled) {
      const [, wrong, right] = /^misspell as (\S+) .*?([^/]+)$/.exec(title) ?? [];
      const reason = await loadPolicy(JSON.stringify(document)).then(
        () => 'accepted',
        ({ message }) => message,
      );
      // The other members of a signer depend on its method, and a signer is missed by the name that a rule has for it.
      const isMissed = right === 'method' || Object.hasOwn(editedPolicy().signers, right ?? '');
      const named = isMissed ? [wrong, right] : [wrong];
      expect(
        named.some((name) => reason.includes(`"${name}"`)),
        `${title}: ${reason}`,
      ).toBe(true);
    }
  });

  it('a second edit is no more silent than the first', async () => {
    const edits = [...singleEdits(editedPolicy())];
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (i, j) => {
        const once = edits[i % edits.length]?.document;
        if ((await loaded(once)) === null) return;
        const more = [...singleEdits(once)];
        expect(await verdictOn(await originalOf(once), more[j % more.length]?.document)).not.toMatch(/^silent/);
      }),
      { numRuns: 100 },
    );
  });
});
