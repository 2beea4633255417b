import { expect, it } from 'vitest';
import type { Execution } from '../run/execute.ts';
import { loadVectors } from '../vectors/load.ts';
import { comparedWithSchemas, schemaLines, schemaRows, schemaSentence } from './public-schemas.ts';

const vectors = loadVectors();

it('What the schemas and the suite judge differently is listed, with the reason of the one that refuses', () => {
  const { vector } = vectors.find((each) => each.vector.id === 'bundle_sign-plain') ?? {};
  if (vector === undefined) throw new Error('the vector is gone');
  const fault = { requirement: 'OMS-ORDER-1', level: 'MUST', basis: 'public', detail: 'it is out of order' } as const;
  const executed = (schemaIssues: string[] | undefined, faults: unknown[]) =>
    new Map([[vector.id, { faults, ...(schemaIssues === undefined ? {} : { schemaIssues }) } as unknown as Execution]]);
  const compared = (issues: string[] | undefined, faults: unknown[] = []) =>
    comparedWithSchemas('0'.repeat(64), [vector], executed(issues, faults), (text) => text);
  expect(compared([])).toMatchObject({ bundles: 1, refused: [], differences: [] });
  expect(compared(undefined)).toMatchObject({ bundles: 0 });
  expect(compared(['bundle / is wrong'], [fault]).differences).toEqual([]);
  expect(compared(['bundle / is wrong']).differences).toEqual([
    { vector: vector.id, schemas: 'refuse', suite: 'accept', why: ['bundle / is wrong'] },
  ]);
  expect(compared([], [fault]).differences).toEqual([
    { vector: vector.id, schemas: 'accept', suite: 'refuse', why: ['it is out of order'] },
  ]);
  expect(schemaLines(undefined)[0]).toContain('Not run');
  expect(schemaLines(compared(['bundle / is wrong']))[1]).toContain('only the schemas refuse it');
});

it('The schemas have a section of their own, with what is refused and what is judged differently', () => {
  const [refused, both] = [
    { vector: 'one', issues: ['bundle / is wrong'] },
    { vector: 'two', issues: ['no'] },
  ];
  const differences = [{ vector: 'one', schemas: 'refuse', suite: 'accept', why: ['bundle / is wrong'] } as const];
  const result = { digest: '0'.repeat(64), bundles: 3, refused: [refused, both], differences };
  expect(schemaSentence(result)).toContain('refuse 2 of 3 signed bundles, and differ from this suite on 1');
  expect(schemaRows(result)).toEqual({
    rows: [
      { vector: 'one', who: 'only the schemas refuse it', why: ['bundle / is wrong'] },
      { vector: 'two', who: 'the schemas and the suite refuse it', why: ['no'] },
    ],
    more: 0,
  });
});
