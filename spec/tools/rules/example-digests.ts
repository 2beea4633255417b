import { createPublicKey } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { keyHint, signatureHolds } from '../example-envelope.ts';
import { type ExamplePredicate, type RootRule, rootRules, sha256 } from '../example-model.ts';
import { isObject, partAt } from '../schema-documents.ts';

/** A false statement in an example. */
export interface ExampleFault {
  readonly file: string;
  readonly needle: string;
  readonly requirement: string;
  readonly message: string;
}

/** Documents by the name of their file. */
export type ExampleDocuments = ReadonlyMap<string, unknown>;

/** The digests in the examples that are not those of the example model. */
export function digestFaults(
  version: string,
  documents: ExampleDocuments,
  modelFile: (name: string) => string | null,
): ExampleFault[] {
  return [...documents].flatMap(([file, document]) => {
    const predicate = isPredicate(document) ? document : partAt(document, '/predicate');
    if (!isPredicate(predicate)) return [];
    const faults = predicate.resources.flatMap(({ name, digest }) => {
      const actual = digestOf(name, predicate.serialization.method === 'shards', modelFile);
      if (actual === digest) return [];
      const message = actual === null ? `the example model has no ${name}` : `the digest of ${name} is ${actual}`;
      return [{ file, needle: digest, requirement: 'OMS-VERIFY-3', message }];
    });
    const subjects = partAt(document, '/subject');
    const count = Array.isArray(subjects) ? subjects.length : 1;
    const roots = rootRules(version, count).flatMap((rule, index) =>
      rootFaults(file, document, predicate, rule, index),
    );
    return [...faults, ...roots];
  });
}

function rootFaults(
  file: string,
  document: unknown,
  predicate: ExamplePredicate,
  rule: RootRule,
  index: number,
): ExampleFault[] {
  const claimed = partAt(document, `/subject/${index}/digest/sha256`);
  const root = rule.digest(predicate);
  if (claimed === undefined || claimed === root) return [];
  return [{ file, needle: String(claimed), requirement: rule.requirement, message: `the root digest is ${root}` }];
}

/** The contradictions between the bundle, the envelope, the statement, the predicate and the test key. */
export function signatureFaults(documents: ExampleDocuments, publicKeyPem: string | null): ExampleFault[] {
  const [bundle, envelope, statement] = ['bundle-key.json', 'envelope.json', 'statement.json'].map((file) =>
    documents.get(file),
  );
  const faults: ExampleFault[] = [];
  const expect = (holds: boolean, requirement: string, file: string, member: string, message: string) => {
    if (!holds) faults.push({ file, needle: `"${member}"`, requirement, message });
  };
  const payload = Buffer.from(String(partAt(envelope, '/payload')), 'base64');
  const sameEnvelope = same(partAt(bundle, '/dsseEnvelope'), envelope);
  expect(sameEnvelope, 'OMS-BUNDLE-5', 'bundle-key.json', 'dsseEnvelope', 'this is not envelope.json');
  expect(same(json(payload), statement), 'OMS-STMT-6', 'envelope.json', 'payload', 'this is not statement.json');
  const samePredicate = same(partAt(statement, '/predicate'), documents.get('predicate-files.json'));
  expect(samePredicate, 'OMS-PRED-1', 'statement.json', 'predicate', 'this is not predicate-files.json');
  if (publicKeyPem === null) return faults;
  const key = createPublicKey(publicKeyPem);
  const sameHint = partAt(bundle, '/verificationMaterial/publicKey/hint') === keyHint(key);
  expect(sameHint, 'OMS-KEY-1', 'bundle-key.json', 'hint', `the hint of the test key is ${keyHint(key)}`);
  const holds = signatureHolds(key, payload, String(partAt(envelope, '/signatures/0/sig')));
  expect(holds, 'OMS-DSSE-3', 'envelope.json', 'sig', 'the signature does not verify');
  return faults;
}

function digestOf(name: string, sharded: boolean, modelFile: (name: string) => string | null): string | null {
  const range = sharded ? /^(.+):(\d+):(\d+)$/.exec(name) : null;
  const text = modelFile(range?.[1] ?? name);
  if (text === null) return null;
  const bytes = Buffer.from(text);
  return sha256(range === null ? bytes : bytes.subarray(Number(range[2]), Number(range[3])));
}

function isPredicate(document: unknown): document is ExamplePredicate {
  return isObject(document) && isObject(document.serialization) && Array.isArray(document.resources);
}

function same(one: unknown, other: unknown): boolean {
  return one !== undefined && isDeepStrictEqual(one, other);
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
