import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type LoadedVector, loadAllVectors } from '../vectors/load.ts';
import type { Fault } from './fault.ts';
import { judgeSignature } from './judge-signature.ts';
import { canJudge } from './judge-vector.ts';
import { signVector } from './sign.ts';
import { type ProducerDefect, producerDefects } from './signer-defects.ts';

const loaded = loadAllVectors().filter(({ vector }) => !vector.heavy);
const byId = new Map(loaded.map((each) => [each.vector.id, each]));
const plain = byId.get('bundle_sign-plain') as LoadedVector;

const reader =
  ({ root }: LoadedVector) =>
  (file: string) =>
    readFileSync(path.join(root, file));

function signed(each: LoadedVector, ...defects: ProducerDefect[]): Buffer {
  const signing = signVector(each.vector, reader(each), new Set(defects));
  if (!('bundle' in signing)) throw new Error(`it refuses ${each.vector.id}`);
  return signing.bundle;
}

const faultsOf = (each: LoadedVector, bundle: Buffer): readonly Fault[] =>
  judgeSignature(each.vector, bundle, reader(each));

const requirementsOf = (faults: readonly Fault[]) => [...new Set(faults.map(({ requirement }) => requirement))];

/** The bundle that the oracle signs, with another payload, and hence an invalid signature. */
function withPayload(payload: Buffer): Buffer {
  const bundle = JSON.parse(String(signed(plain)));
  bundle.dsseEnvelope.payload = payload.toString('base64');
  return Buffer.from(JSON.stringify(bundle));
}

it.each<[ProducerDefect[], string[]]>([
  [[], []],
  [['writes-no-log-entries'], ['OMS-METHOD-4']],
  [
    ['writes-no-log-entries', 'writes-no-keyid', 'orders-backwards', 'writes-unknown-members'],
    ['OMS-METHOD-4', 'OMS-DSSE-6', 'OMS-BUNDLE-8', 'OMS-ORDER-1'],
  ],
  [
    ['writes-older-media-type', 'writes-raw-bytes', 'signs-payload-alone', 'subject-is-the-path', 'root-binds-names'],
    ['OMS-BUNDLE-2', 'OMS-KEY-2', 'OMS-DSSE-3', 'OMS-ROOT-1', 'OMS-SUBJECT-3'],
  ],
  [
    ['writes-base64-unpadded', 'orders-backwards'],
    ['OMS-JSON-5', 'OMS-ORDER-1'],
  ],
  [['forgets-the-last-file'], ['OMS-FILES-1']],
  [
    ['writes-bom', 'writes-two-lines', 'writes-two-subjects'],
    ['OMS-BUNDLE-1', 'OMS-SUBJECT-1'],
  ],
  [['lists-absolute-names'], ['OMS-NAME-2']],
  [['lists-backslashes'], ['OMS-NAME-1']],
  [['lists-a-name-twice'], ['OMS-RES-13']],
  [['writes-short-digests'], ['OMS-RES-3']],
  [['writes-no-hash-type'], ['OMS-SER-2']],
  [
    ['writes-raw-signature', 'writes-no-method'],
    ['OMS-ALG-9', 'OMS-SER-1'],
  ],
])('A signature with the defects %j has exactly the faults %j', (defects, expected) => {
  expect(requirementsOf(faultsOf(plain, signed(plain, ...defects))).sort()).toEqual([...expected].sort());
});

it('The subject of a model whose path says nothing of its name is judged by the rule for such paths', () => {
  const unnamed = loaded.filter(
    ({ vector: { kind, model, expect: expected } }) =>
      kind === 'sign' && expected.outcome === 'accept' && model.path !== undefined && model.path !== model.name,
  );
  const broken = unnamed.flatMap((each) => requirementsOf(faultsOf(each, signed(each, 'subject-is-the-path'))));
  expect(broken).toContain('OMS-SUBJECT-6');
});

it('A file that is excluded beyond what has to be is a fault against the advice not to, and no missing file', () => {
  const withModules = loaded.filter(
    ({ vector: { kind, model, expect: expected } }) =>
      kind === 'sign' && expected.outcome === 'accept' && JSON.stringify(model).includes('".gitmodules"'),
  );
  expect(withModules.length).toBeGreaterThan(0);
  const broken = withModules.flatMap((each) => requirementsOf(faultsOf(each, signed(each, 'excludes-gitmodules'))));
  expect(broken).toContain('OMS-IGNORE-15');
});

it('Base64 in the URL-safe alphabet is a fault against the advice not to use it, and not one of form', () => {
  const standard = String(withPayload(Buffer.from('{"remark":"??????"}')));
  const { payload } = JSON.parse(standard).dsseEnvelope;
  expect(payload).toContain('/');
  const faults = faultsOf(plain, Buffer.from(standard.replace(payload, payload.replaceAll('/', '_'))));
  expect(requirementsOf(faults)).toContain('OMS-JSON-7');
  expect(requirementsOf(faults)).not.toContain('OMS-JSON-5');
});

it('A bundle that is no JSON has one fault', () => {
  expect(faultsOf(plain, Buffer.from('{"mediaType":')).map(({ requirement }) => requirement)).toEqual(['OMS-BUNDLE-1']);
});

it('A payload that is no JSON hides the manifest, and no fault is guessed there', () => {
  expect(requirementsOf(faultsOf(plain, withPayload(Buffer.from('{'))))).toEqual(['OMS-DSSE-3', 'OMS-STMT-1']);
});

it('A member that stands twice is a fault of its own and hides no other', () => {
  const text = String(signed(plain, 'writes-no-keyid')).replace('{"mediaType"', '{"mediaType":1,"mediaType"');
  expect(requirementsOf(faultsOf(plain, Buffer.from(text)))).toEqual(['OMS-JSON-1', 'OMS-DSSE-6']);
});

it.each([
  '[]',
  'null',
  '0',
  '{}',
  '{"verificationMaterial":[],"dsseEnvelope":{"signatures":{},"payload":{}}}',
  '{"verificationMaterial":{"publicKey":null,"certificate":1},"dsseEnvelope":{"payload":"AA","signatures":[0]}}',
])('The judge of signatures reports faults of %s and does not fail', (text) => {
  expect(faultsOf(plain, Buffer.from(text)).length).toBeGreaterThan(0);
});

it.each([
  '[]',
  '{"subject":[{}],"predicate":{"resources":[1,{"name":1}],"serialization":{"shard_size":1e-9,"method":"shards"}}}',
])('The judge of signatures reports faults of the statement %s and does not fail', (text) => {
  expect(faultsOf(plain, withPayload(Buffer.from(text))).length).toBeGreaterThan(1);
});

it('A fault that repeats in every file of a model is said a few times and counted', () => {
  const many = byId.get('manifest_sign-many') as LoadedVector;
  const faults = faultsOf(many, signed(many, 'lists-absolute-names'));
  expect(requirementsOf(faults)).toEqual(['OMS-NAME-2']);
  expect(faults.length).toBeLessThan(10);
  expect(faults.at(-1)?.detail).toMatch(/^and \d+ more of the kind$/);
});

it('A sample of the defects of a signer that yield bundles are each a fault of some bundle', () => {
  const signing = loaded
    .filter(({ vector }) => vector.kind === 'sign' && canJudge(vector))
    .filter(({ vector }) => vector.expect.outcome === 'accept' && !vector.heavy)
    // Small models first: most defects show in one of them.
    .sort((one, other) => JSON.stringify(one.vector.model).length - JSON.stringify(other.vector.model).length);
  // They show where a program has to refuse. The proof in authoring tries all defects.
  const refusing = ['leaves-a-partial-file', 'signs-nothing', 'signs-any-annotations', 'records-paths-outside'];
  const yielding = (Object.keys(producerDefects) as ProducerDefect[]).filter(
    (defect) => !refusing.includes(defect) && !defect.startsWith('signs-for-'),
  );
  const sample = yielding.filter((_, at) => at % 4 === 0);
  expect(sample.length).toBeGreaterThan(10);
  expect(sample.filter((defect) => !signing.some((each) => faultsIfSigned(each, defect).length > 0))).toEqual([]);
});

function faultsIfSigned(each: LoadedVector, defect: ProducerDefect): readonly Fault[] {
  const signing = signVector(each.vector, reader(each), new Set([defect]));
  return 'bundle' in signing ? faultsOf(each, signing.bundle) : [];
}
