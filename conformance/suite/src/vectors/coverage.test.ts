import { algorithms } from '@model-signing/spec';
import { expect, it } from 'vitest';
import { coverageOf, draftCoverageOf, needlessWaivers, readWaivers } from './coverage.ts';
import { loadAllVectors, loadVectors } from './load.ts';

const loaded = loadVectors();
const waivers = readWaivers();
const coverage = [...coverageOf(loaded, waivers), ...draftCoverageOf(loadAllVectors(), waivers)];

it('each observation of each requirement has a vector or a waiver', () => {
  const missing = coverage.flatMap(({ requirement, missing: each }) => each.map((one) => `${requirement.id} ${one}`));
  expect(missing).toEqual([]);
});

it('every waiver is needed and gives a reason', () => {
  expect(needlessWaivers(coverage, waivers)).toEqual([]);
  expect(waivers.filter(({ reason }) => reason.trim() === '')).toEqual([]);
});

it('a requirement without vectors and a needless waiver are reported', () => {
  const without = loaded.filter(({ vector }) => !vector.requirements.includes('OMS-JSON-1'));
  const found = coverageOf(without, waivers).find(({ requirement }) => requirement.id === 'OMS-JSON-1');
  expect(found?.missing).toEqual(['accepting', 'refusing']);
  const drafted = draftCoverageOf(loaded, []).flatMap(({ requirement: { id }, missing }) =>
    missing.length > 0 ? id : [],
  );
  expect(drafted).toEqual([
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 11, 12].map((number) => `OMS-KEYLOG-${number}`),
    'OMS-SER-10',
    'OMS-ANNOT-2',
    'OMS-ANNOT-3',
    'OMS-ANNOT-4',
    'OMS-ANNOT-5',
    'OMS-EXT-1',
    'OMS-EXT-2',
    'OMS-EXT-3',
    'OMS-SUB-2',
    'OMS-SUB-3',
    'OMS-SUB-4',
    'OMS-SUB-5',
    'OMS-SUB-6',
    'OMS-SUB-7',
    'OMS-SUB-8',
    'OMS-SUB-9',
    'OMS-SUB-10',
    'OMS-SUB-11',
    'OMS-SIDE-2',
    'OMS-SIDE-3',
    'OMS-SIDE-4',
    'OMS-SIDE-5',
    'OMS-SIDE-6',
    'OMS-LINK-17',
    'OMS-LINK-20',
    'OMS-LINK-18',
    'OMS-LINK-19',
    'OMS-EXCLUDE-1',
    'OMS-EXCLUDE-2',
    'OMS-EXCLUDE-3',
    'OMS-EXCLUDE-4',
    'OMS-EXCLUDE-5',
    'OMS-EXCLUDE-6',
    'OMS-EXCLUDE-7',
    'OMS-EXCLUDE-8',
    'OMS-EXCLUDE-9',
    'OMS-EXCLUDE-10',
    'OMS-EXCLUDE-11',
    'OMS-EXCLUDE-12',
    'OMS-SUBJECT-7',
    'OMS-SUBJECT-8',
    'OMS-SUBJECT-9',
    'OMS-SUBJECT-10',
    'OMS-ROOT-4',
    'OMS-ROOT-7',
    'OMS-ROOT-8',
    'OMS-ROOT-9',
    'OMS-STMT-3',
    'OMS-PQ-2',
    'OMS-PQ-3',
    'OMS-PQ-4',
    'OMS-PQ-5',
  ]);
  const waiver = { requirement: 'OMS-JSON-1', reason: 'none' };
  expect(needlessWaivers(coverageOf(loaded, [waiver]), [waiver])).toEqual(['OMS-JSON-1']);
});

// OMS-CONF-6
it('each identifier of the registry has vectors', () => {
  const text = loaded.map(({ vector, bundle }) => JSON.stringify(vector) + payloadOf(bundle));
  for (const { identifier } of algorithms.digests) {
    expect(text.some((each) => each.includes(`"hash_type":"${identifier}"`))).toBe(true);
  }
  const keys = new Set(loaded.map(({ vector }) => vector.inputs.publicKey?.match(/p\d+/)?.[0]));
  for (const { curve } of algorithms.signatures) expect(keys).toContain(curve.toLowerCase().replace('-', ''));
});

function payloadOf(bundle: Buffer | null): string {
  const payload = bundle?.toString().match(/"payload": "([A-Za-z0-9+/=]+)"/)?.[1];
  return payload ? Buffer.from(payload, 'base64').toString() : '';
}
