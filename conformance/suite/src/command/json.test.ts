import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it, onTestFinished, vi } from 'vitest';
import { loadSuite } from '../vectors/suite.ts';
import { list, listLines } from './list.ts';
import { matrixDocument } from './matrix.ts';

/** What a schema of the suite finds wrong with a document, and whether it is closed. */
function judged(name: string, document: object) {
  const schema = JSON.parse(readFileSync(new URL(`../../schema/${name}.schema.json`, import.meta.url), 'utf8'));
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  validate(document);
  return { errors: validate.errors ?? null, closed: !validate({ ...document, unheardOf: 1 }) };
}

it('the list of vectors in JSON is as its schema says', async () => {
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  onTestFinished(() => write.mockRestore());
  expect(await list(['--json'])).toBe(0);
  const document = JSON.parse(printed);
  expect(document.vectors.length).toBeGreaterThan(900);
  expect(judged('list', document)).toEqual({ errors: null, closed: true });
});

it('the matrix of implementations in JSON is as its schema says', () => {
  const crossing = { vector: 'bundle_plain', signer: 'one', verifier: 'oracle, public text', detail: '' };
  const outcomes = ['accepted', 'refused', 'not signed', 'unsupported'] as const;
  const document = matrixDocument(
    ['one', 'two'],
    outcomes.map((outcome) => ({ ...crossing, outcome })),
  );
  expect(judged('matrix', document)).toEqual({ errors: null, closed: true });
});

it('the recorded report of the benchmark is as its schema says', () => {
  const file = new URL('../../../../docs/data/benchmark.json', import.meta.url);
  expect(judged('benchmark', JSON.parse(readFileSync(file, 'utf8')))).toEqual({ errors: null, closed: true });
});

it('the list has a heading and a count on a terminal, which name the draft, and only vectors in a pipe', () => {
  const vectors = loadSuite().vectors.map(({ vector }) => vector);
  const lines = listLines(vectors, true);
  expect(lines[0]).toMatch(/^vector +kind +outcome rests on +title$/);
  expect(lines.at(-1)).toMatch(new RegExp(`^${vectors.length} vectors, \\d+ of them of the draft`));
  expect(listLines(vectors, false)).toHaveLength(vectors.length);
  expect(listLines(vectors.slice(0, 1), true).at(-1)).toBe('1 vector');
});
