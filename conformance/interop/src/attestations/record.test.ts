import { expect, it } from 'vitest';
import { gapFor } from './gaps.ts';
import { type Cell, differences, type Found, type Row, readRecord, recordText, withRecordedCosign } from './record.ts';
import { attestationLines } from './table.ts';

const cells = (cosign: Cell): Row['cells'] => ({
  'model-signing': 'read',
  'sigstore-go': 'read',
  '@sigstore/verify': { refused: 'js-hash' },
  'sigstore-python': { refused: 'python-certificate' },
  cosign,
});
const row = (by: string, cosign: Cell): Row => ({
  by,
  what: 'attestation',
  signatory: 'key on P-384',
  cells: cells(cosign),
});
const withoutCosign: Found = { versions: {}, cosign: null, rows: [row('model-signing', 'not-run')] };
const cosign = { version: 'v3.1.3', date: '2026-11-28' };
const withCosign: Found = { versions: {}, cosign, rows: [row('model-signing', 'read'), row('cosign', 'read')] };

it('the table has a row for each recorded one, and gives each reason once', () => {
  const recorded = readRecord();
  const lines = attestationLines();
  expect(lines.filter((line) => line.startsWith('| ')).length).toBe((recorded?.rows.length ?? 0) + 2);
  const reasons = lines.filter((line) => /^\d+\. /.test(line));
  expect(new Set(reasons).size).toBe(reasons.length);
  const numbers = new Set(lines.flatMap((line) => [...line.matchAll(/\((\d+)\) \|/g)].map(([, number]) => number)));
  expect([...numbers]).toHaveLength(reasons.length);
});

it('what is recorded of every method, curve and tool is there', () => {
  const rows = readRecord()?.rows ?? [];
  const signatories = (by: string, what: string) =>
    rows.filter((each) => each.by === by && each.what === what).map(({ signatory }) => signatory);
  const curves = ['P-256', 'P-384', 'P-521'];
  const keys = curves.map((curve) => `key on ${curve}`);
  const all = [
    ...keys,
    ...curves.map((curve) => `certificate on ${curve}`),
    'identity, by Rekor v1',
    'identity, by Rekor v2',
  ];
  expect(new Set(signatories('model-signing', 'attestation'))).toEqual(new Set(all));
  expect(new Set(signatories('model-signing', 'signature'))).toEqual(new Set(all));
  expect(new Set(signatories('cosign-attest', 'attestation'))).toEqual(new Set(all.slice(0, -1)));
  expect(new Set(signatories('sigstore-go', 'attestation'))).toEqual(new Set(keys));
  expect(signatories('@actions/attest', 'attestation')).toHaveLength(1);
});

it('this command reads whatever it or another tool wrote', () => {
  for (const { cells: found, by } of readRecord()?.rows ?? [])
    expect([by, found['model-signing']]).toEqual([by, 'read']);
});

it('what was recorded of cosign stays where it is not run again, and is replaced where it is', () => {
  expect(withRecordedCosign(withoutCosign, withCosign)).toEqual(withCosign);
  expect(withRecordedCosign(withoutCosign, null)).toEqual(withoutCosign);
  const other = { ...withoutCosign, rows: [row('sigstore-go', 'not-run')] };
  expect(withRecordedCosign(other, withCosign).rows).toEqual([row('sigstore-go', 'not-run'), row('cosign', 'read')]);
});

it('a record differs if a cell, a row, a version or the run of cosign does', () => {
  expect(differences(withCosign, JSON.parse(recordText(withCosign)))).toEqual([]);
  expect(differences(null, withCosign)).toHaveLength(1);
  expect(differences(withCosign, { ...withCosign, rows: [row('model-signing', 'not-run')] })).toHaveLength(2);
  expect(differences(withCosign, { ...withCosign, versions: { 'sigstore-go': '2.0.0' }, cosign: null })).toHaveLength(
    2,
  );
});

it('a refusal for a reason that is not known is no gap, but a failure', () => {
  expect(gapFor('@sigstore/verify', 'VerificationError SIGNATURE_ERROR: signature verification failed', 'it')).toBe(
    'js-hash',
  );
  expect(() => gapFor('sigstore-go', 'signature verification failed', 'it')).toThrow('not in gaps.ts');
});
