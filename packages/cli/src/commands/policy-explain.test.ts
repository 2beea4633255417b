import type { ExplainedSigner, PolicyExplanation } from '@model-signing/policy';
import { expect, it } from 'vitest';
import { explanationLines } from './policy-explain.ts';

/** Texts as long as the format allows, and lists that are longer than what is written out. */
const long = (text: string) => `${text}${'x'.repeat(990)}`;
const digests = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => (from + i).toString(16).padStart(64, '0'));
const certificates = (from: number, count: number) =>
  digests(from, count).map((fingerprint) => ({ subject: 'CN=A', fingerprint, validTo: '2030-01-01T00:00:00.000Z' }));

const nothing: Omit<ExplainedSigner, 'name' | 'method'> = {
  ...{ description: null, fingerprint: null, issuer: null, identity: null, subject: null, trusted: [] },
  ...{ timestampRoots: [], trustedRoot: null, validUntil: null, revokedFrom: null, sameAs: [] },
};
const key: ExplainedSigner = {
  ...nothing,
  ...{ name: 'alice', method: 'key', fingerprint: digests(1, 1)[0] as string },
  ...{ validUntil: '2030-01-01T00:00:00.000Z', revokedFrom: '2026-01-01T00:00:00.000Z', sameAs: ['a1', 'a2'] },
};
const certificate: ExplainedSigner = {
  ...nothing,
  ...{ name: 'corp', method: 'certificate', fingerprint: digests(2, 1)[0] as string },
  ...{ identity: { exact: long('ml@') }, subject: { pattern: long('CN=') } },
  ...{ trusted: certificates(10, 12), timestampRoots: certificates(30, 2) },
};
const sigstore: ExplainedSigner = {
  ...nothing,
  ...{ name: 'release', method: 'sigstore', issuer: long('https://'), identity: { pattern: long('https://') } },
  trustedRoot: digests(3, 1)[0] as string,
};

const explanation: PolicyExplanation = {
  ...{ name: long('/srv/'), index: 1, pattern: long('/srv/*'), description: null, mode: 'enforce', reject: false },
  require: {
    ...{ signedBy: ['alice', 'corp', 'release'], threshold: 2 },
    ignoredPaths: ['.git', ...digests(50, 30).map(long)],
    ...{ unsignedFiles: 'refuse', symlinks: false, hashAlgorithms: ['sha256', 'blake3'], historicalFormats: false },
    ...{ timestamp: 'required', signedAfter: '2026-01-01T00:00:00.000Z', signedBefore: '2027-01-01T00:00:00.000Z' },
    ...{ strict: true, rootDigests: digests(100, 50) },
    attestations: [{ predicateType: long('https://'), signedBy: ['scanner', 'release'] }],
  },
  signers: [key, certificate, sigstore],
  attesters: [{ ...key, name: 'scanner' }, sigstore],
  revoked: {
    rootDigests: digests(200, 3000),
    signers: [key, certificate, sigstore].map((signer) => ({ name: 'old', from: '2026-01-01T00:00:00.000Z', signer })),
  },
};

type Path = readonly (string | number)[];

function* pathsIn(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  const names = Array.isArray(value)
    ? [...value.keys()].filter((i) => i < 3 || i > value.length - 3)
    : Object.keys(value);
  for (const name of names) yield* pathsIn((value as Record<string, unknown>)[name], [...path, name]);
}

const words: Record<string, string> = { enforce: 'warn', refuse: 'report', required: 'optional' };

/** What another policy could say in this place. */
function othersFor(value: unknown, name: unknown): unknown[] {
  if (name === 'method') return [];
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1];
  if (typeof value === 'string') return words[value] ? [words[value]] : changedTexts(value);
  if (Array.isArray(value))
    return value.flatMap((_, i) => (i < 3 || i > value.length - 3 ? [value.toSpliced(i, 1)] : []));
  if (typeof value !== 'object' || value === null || 'name' in value || 'fingerprint' in value) return [];
  if ('exact' in value) return [{ pattern: value.exact }, null];
  return 'pattern' in value ? [{ exact: value.pattern }, null] : [];
}

/** With one character changed at the start, in the middle and at the end, and with a letter that looks the same. */
function changedTexts(text: string): string[] {
  const places = [0, Math.floor(text.length / 2), text.length - 1];
  const changed = places.map((at) => `${text.slice(0, at)}*${text.slice(at + 1)}`);
  return text.includes('x') ? [...changed, text.replace('x', '\u0445')] : changed;
}

/** What decides nothing: remarks, and what stands beside a fingerprint or is said elsewhere in the explanation. */
const beside =
  /^reject$|description$|(?:trusted|timestampRoots)\/\d+\/(?:subject|validTo)$|^require\/signedBy|^revoked\/signers\/\d+\/signer\/(?:name|validUntil|revokedFrom|sameAs)/;

it('whatever decides is in the text for people: no member can be changed without a change there', () => {
  const text = (of: PolicyExplanation) => explanationLines('policy.json', of, 3).join('\n');
  const before = text(explanation);
  const tried = [...pathsIn(explanation)].filter((path) => !beside.test(path.join('/')));
  let changes = 0;
  for (const path of tried) {
    const parent = path.slice(0, -1);
    const last = path.at(-1) as string;
    // biome-ignore lint/suspicious/noExplicitAny: any member is changed
    const holderIn = (of: any) => parent.reduce((value, step) => value[step], of);
    for (const other of othersFor(holderIn(explanation)[last], last)) {
      const changed = structuredClone(explanation);
      holderIn(changed)[last] = other;
      expect(text(changed), `${path.join('/')} as ${JSON.stringify(other).slice(0, 80)}`).not.toBe(before);
      changes++;
    }
  }
  expect(changes).toBeGreaterThan(200);
});

it('a letter that looks like one of ASCII does not look the same in the text', () => {
  const lines = explanationLines('policy.json', { ...explanation, pattern: 'hf://\u0430cme/*' }, 3);
  expect(lines.join('\n')).toContain('hf://\\u{430}cme/*');
});

it('what a rule that rejects says is complete as well', () => {
  const rejects = { ...explanation, reject: true, require: null, signers: [] };
  expect(explanationLines('policy.json', rejects, 3)[0]).toMatch(/is refused$/);
});
