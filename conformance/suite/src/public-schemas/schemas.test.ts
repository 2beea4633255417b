import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { loadVectors } from '../vectors/load.ts';
import { readPublicSchemas } from './schemas.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** Schemas in the manner of the public ones: closed where those are, and otherwise small. */
const schemas = {
  bundle: {
    $id: 'https://example.com/bundle',
    type: 'object',
    required: ['mediaType', 'dsseEnvelope'],
    properties: { dsseEnvelope: { $ref: 'https://example.com/envelope' }, mediaType: true, verificationMaterial: true },
    additionalProperties: false,
  },
  envelope: { $id: 'https://example.com/envelope', type: 'object', required: ['payload'] },
  statement: {
    $id: 'https://example.com/statement',
    properties: { predicate: { $ref: 'https://example.com/predicate' } },
  },
  predicate: { $id: 'https://example.com/predicate', type: 'object', required: ['resources'] },
};

function directoryWith(files: Readonly<Record<string, object | string>>): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  directories.push(directory);
  for (const [layer, content] of Object.entries(files)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(path.join(directory, `${layer}.schema.json`), text);
  }
  return directory;
}

const vectors = loadVectors();
const plain = vectors.find(({ vector }) => vector.id === 'bundle_plain');
const bundle = readFileSync(path.join(plain?.directory ?? '', 'bundle.json'));
const changed = (edit: (value: Record<string, unknown>) => void) => {
  const value = JSON.parse(bundle.toString());
  edit(value);
  return Buffer.from(JSON.stringify(value));
};

it('A bundle is judged by all four schemas, and every issue is found', () => {
  const { issuesOf } = readPublicSchemas(directoryWith(schemas));
  expect(issuesOf(bundle)).toEqual([]);
  const payload = Buffer.from('{"predicate":{}}').toString('base64');
  const wrong = changed((value) => {
    delete value.mediaType;
    value.created = 'today';
    value.dsseEnvelope = { payload };
  });
  expect(issuesOf(wrong)).toEqual([
    `bundle / must have required property 'mediaType': "mediaType"`,
    'bundle / must NOT have additional properties: "created"',
    `statement /predicate must have required property 'resources': "resources"`,
  ]);
  expect(issuesOf(Buffer.from('{'))).toEqual(['bundle: it is no JSON']);
  expect(issuesOf(changed((value) => Object.assign(value, { dsseEnvelope: { payload: 'e' } })))).toEqual([
    'statement: it is no JSON',
  ]);
});

const { predicate: _, ...withoutPredicate } = schemas;

it.each([
  ['a missing file', withoutPredicate, /no predicate\.schema\.json .*takes the directory of one version/],
  ['no JSON', { ...schemas, envelope: '{' }, /envelope\.schema\.json is no JSON object/],
  ['no object', { ...schemas, envelope: '[]' }, /envelope\.schema\.json is no JSON object/],
  ['no identifier', { ...schemas, envelope: {} }, /envelope\.schema\.json has no \$id/],
  ['no schema', { ...schemas, bundle: { ...schemas.bundle, type: 1 } }, /bundle\.schema\.json is no schema/],
  [
    'a reference to nothing',
    { ...schemas, statement: { $id: 'x:y', $ref: 'x:z' } },
    /statement\.schema\.json cannot be used/,
  ],
  ['too much text', { ...schemas, predicate: ' '.repeat((1 << 20) + 1) }, /larger than 1048576 bytes/],
])('A directory of schemas with %s is refused with a message that names the file', (_what, files, message) => {
  expect(() => readPublicSchemas(directoryWith(files))).toThrow(message);
});

it('A schema whose expression never ends is stopped', () => {
  const endless = { ...schemas, envelope: { ...schemas.envelope, properties: { note: { pattern: '^(a+)+$' } } } };
  const { issuesOf } = readPublicSchemas(directoryWith(endless), 500);
  const slow = changed((value) => {
    value.dsseEnvelope = { note: `${'a'.repeat(60)}!`, payload: 'e30=' };
  });
  expect(issuesOf(slow)).toContain('bundle: the schema takes too long');
});
