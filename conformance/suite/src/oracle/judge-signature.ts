import { createPublicKey } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { validateProducedBundle, validateProducedStatement } from '@model-signing/spec';
import { validateProducedStatement as validateProducedDraft } from '@model-signing/spec/v1.1';
import type { ExpectedSignature, RequirementId, Vector } from '../vectors/vector.ts';
import { readBundle } from './bundle.ts';
import { signedChain } from './certificate.ts';
import { publishedRootDigest } from './draft.ts';
import { checkSignature, publicKeyOf } from './ecdsa.ts';
import { compareCodePoints } from './encoding.ts';
import { type Fault, faultOf } from './fault.ts';
import { parseJson } from './json.ts';
import { Judge, Refusal } from './judgement.ts';
import { listModel } from './list.ts';
import { checkManifest } from './manifest.ts';
import { preAuthenticationEncoding } from './pae.ts';
import { readStatement, type Statement } from './statement.ts';

type Read = (file: string) => Buffer;

/**
 * What is wrong with a bundle that was made for a vector. Everything is recomputed from the model, since it proves
 * nothing that the program itself would verify the bundle.
 */
export function judgeSignature(vector: Vector, bundle: Buffer, read: Read): readonly Fault[] {
  const problem = firstProblem(vector, bundle, read);
  if (problem === null) return [];
  const [, detail = problem, named] = /^(.*?)(?: \((OMS-[A-Z0-9]+-\d+)\))?$/s.exec(problem) ?? [];
  return [faultOf((named as RequirementId | undefined) ?? null, detail, vector.profile)];
}

function firstProblem(vector: Vector, bundle: Buffer, read: Read): string | null {
  try {
    return problemOf(vector, bundle, read);
  } catch (error) {
    if (error instanceof Refusal) return `${error.reason}: ${error.message}`;
    throw error;
  }
}

function problemOf(vector: Vector, bytes: Buffer, read: Read): string | null {
  const judge = new Judge(new Set(), true);
  const bundle = readBundle(bytes, judge);
  const shape = validateProducedBundle(parseJson(bytes, 'bundle', judge));
  if (!shape.ok) return described('the bundle', shape.issues[0]);
  const { inputs, expect } = vector;
  if (bundle.method !== inputs.method) return `it is of the method ${bundle.method}`;
  const draft = inputs.draft !== undefined;
  const payload = (draft ? validateProducedDraft : validateProducedStatement)(
    parseJson(bundle.payload, 'statement', judge),
  );
  if (!payload.ok) return described('the statement', payload.issues[0]);
  const statement = readStatement(bundle.payload, { historical: false, draft }, judge);
  checkManifest(statement, judge);
  const signer = signerProblem(vector, bundle, read, judge);
  if (signer !== null) return signer;
  const { subject } = payload.value;
  if (draft && Object.values(subject[0].digest).includes(publishedRootDigest(statement.resources))) {
    return 'the root digest of version 1.0 is there too (OMS-ROOT-5)';
  }
  return (
    modelProblem(vector, statement, subject[0].name) ??
    annotationProblem(vector, statement) ??
    expectationProblem(expect.signed ?? {}, statement, subject[0].name) ??
    exclusionProblem(expect.signed ?? {}, statement)
  );
}

function described(
  what: string,
  issue: { pointer: string; message: string; requirement: string | null } | undefined,
): string {
  return `${what} at ${issue?.pointer || '/'}: ${issue?.message} (${issue?.requirement})`;
}

/** Hint and signature must be those of the key, or chain and signature those of the certificate. */
function signerProblem(vector: Vector, bundle: ReturnType<typeof readBundle>, read: Read, judge: Judge): string | null {
  const { inputs } = vector;
  const texts = { today: preAuthenticationEncoding(bundle.payloadType, bundle.payload), historical: null };
  if (inputs.method === 'certificate') return signedChain(bundle, { inputs, read }, texts, judge);
  if (inputs.method !== 'key' || inputs.privateKey === undefined) return null;
  const key = publicKeyOf(createPublicKey(String(read(inputs.privateKey))), judge);
  if (bundle.hint !== key.hint) return `the hint is ${bundle.hint} instead of ${key.hint} (OMS-KEY-1)`;
  checkSignature(key, texts, bundle.signature, judge);
  return null;
}

/** The listed resources must be those of the oracle's own listing. */
function modelProblem(vector: Vector, statement: Statement, subject: string): string | null {
  const { serialization } = statement;
  const expected = listModel(vector, serialization.shardSize, serialization.hashType);
  const { inputs } = vector;
  if (inputs.hashAlgorithm !== undefined && serialization.hashType !== inputs.hashAlgorithm) {
    return `hash_type is ${serialization.hashType} instead of ${inputs.hashAlgorithm} (OMS-SER-2)`;
  }
  if (inputs.serialization !== undefined && serialization.method !== inputs.serialization) {
    return `the method is ${serialization.method} instead of ${inputs.serialization} (OMS-SER-1)`;
  }
  if (inputs.shardSize !== undefined && serialization.shardSize !== inputs.shardSize) {
    return `shard_size is ${serialization.shardSize} instead of ${inputs.shardSize} (OMS-SER-4)`;
  }
  if (serialization.allowSymlinks !== (inputs.allowSymlinks ?? false)) {
    return `allow_symlinks is ${serialization.allowSymlinks} (OMS-SER-3)`;
  }
  if (subject !== expected.subject)
    return `the subject is ${quote(subject)} instead of ${quote(expected.subject)} (OMS-SUBJECT-3)`;
  return resourceProblem(statement.resources, expected.resources);
}

/** The annotations must be exactly those that the caller requested. */
function annotationProblem({ inputs }: Vector, { annotations }: Statement): string | null {
  if (isDeepStrictEqual(annotations, inputs.annotations ?? {})) return null;
  return `the annotations are ${JSON.stringify(annotations)} (OMS-ANNOT-1)`;
}

type NamedDigest = { readonly name: string; readonly digest: string };

function resourceProblem(actual: readonly NamedDigest[], expected: readonly NamedDigest[]): string | null {
  const digests = new Map(expected.map(({ name, digest }) => [name, digest]));
  const more = actual.find(({ name }) => !digests.has(name));
  if (more) return `it lists ${quote(more.name)}, which it should not`;
  const names = new Set(actual.map(({ name }) => name));
  const less = expected.find(({ name }) => !names.has(name));
  if (less) return `it does not list ${quote(less.name)}`;
  const other = actual.find(({ name, digest }) => digests.get(name) !== digest);
  if (other) return `the digest of ${quote(other.name)} is ${other.digest} instead of ${digests.get(other.name)}`;
  const moved = actual.findIndex(({ name }, index) => name !== expected[index]?.name);
  return moved === -1 ? null : `${quote(actual[moved]?.name ?? '')} is out of order (OMS-ORDER-1)`;
}

/** Compares with the vector's own values, which were computed independently of the oracle. */
function expectationProblem(expected: ExpectedSignature, statement: Statement, subject: string): string | null {
  const { serialization, resources, rootDigest } = statement;
  const actual: ExpectedSignature = {
    subject,
    method: serialization.method as 'files' | 'shards',
    hashType: serialization.hashType as 'sha256',
    shardSize: serialization.shardSize,
    allowSymlinks: serialization.allowSymlinks,
    rootDigest: rootDigest ?? '',
    resources: resources.map(({ name, digest }) => ({ name, digest })),
    annotations: statement.annotations,
  };
  for (const [name, value] of Object.entries(actual) as [keyof ExpectedSignature, unknown][]) {
    if (expected[name] !== undefined && !isDeepStrictEqual(expected[name], value)) {
      return `${name} is ${JSON.stringify(value)} instead of ${JSON.stringify(expected[name])}`;
    }
  }
  return null;
}

function exclusionProblem(expected: ExpectedSignature, { serialization }: Statement): string | null {
  if (expected.ignorePaths === undefined) return null;
  const actual = serialization.ignorePaths;
  if (isDeepStrictEqual(actual, expected.ignorePaths)) return null;
  const sorted = [...actual].sort(compareCodePoints);
  const rule = isDeepStrictEqual(sorted, expected.ignorePaths) ? 'OMS-MATCH-7' : 'OMS-IGNORE-5';
  return `ignore_paths is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected.ignorePaths)} (${rule})`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
