import { isDeepStrictEqual } from 'node:util';
import { algorithms } from '@model-signing/spec';
import type { ExpectedSignature, RequirementId, Vector } from '../vectors/vector.ts';
import { isAttestationName } from './attestation-names.ts';
import { DRAFT_PREDICATE_TYPE, draftRootDigest, publishedRootDigest } from './draft.ts';
import { compareCodePoints, isHex } from './encoding.ts';
import type { FaultList } from './fault.ts';
import { judgeListing } from './judge-listing.ts';
import { Judge } from './judgement.ts';
import { canonicalPath } from './list.ts';
import type { ProducedResource, ProducedStatement } from './read-produced.ts';

/** What is wrong with the statement of a vector's model, besides its shape. */
export function judgeManifest(vector: Vector, statement: ProducedStatement, faults: FaultList): void {
  judgeSerialization(vector, statement, faults);
  judgeOrder(statement.resources, faults);
  if (vector.inputs.draft === undefined) judgeRootDigest(statement, faults);
  else judgeDraftRoots(statement, faults);
  const listing = judgeListing(vector, hashOf(statement), statement, faults);
  if (statement.subject !== null && statement.subject !== '' && statement.subject !== listing.subject) {
    faults.add(subjectRule(vector), differs('the subject', statement.subject, listing.subject));
  }
  const { signed = {} } = vector.expect;
  judgeExclusions(signed, statement, faults);
  judgeAdditions(vector, statement, faults);
  const exact = listing.exact && !faults.has(...consequential);
  judgeExpectation(signed, statement, exact, faults);
}

/** The public text says which component of the path names the subject only where the path ends in one. */
function subjectRule({ model }: Vector): RequirementId {
  const path = model.path ?? model.name;
  const plain = path.split('/').at(-1) === model.name;
  return plain ? 'OMS-SUBJECT-3' : 'OMS-SUBJECT-6';
}

/** Rules after whose breach the listing and the root digest differ from the expected ones as a consequence. */
const consequential: readonly RequirementId[] = [
  'OMS-RES-3',
  'OMS-RES-13',
  'OMS-ORDER-1',
  'OMS-FILES-2',
  'OMS-SHARD-5',
];

/** The algorithm of the digests, or null if it is not one of the registry. */
function hashOf({ hashType }: ProducedStatement): string | null {
  return algorithms.digests.some(({ identifier }) => identifier === hashType) ? hashType : null;
}

function judgeSerialization({ inputs }: Vector, statement: ProducedStatement, faults: FaultList): void {
  const asked: readonly [RequirementId, string, unknown, unknown][] = [
    ['OMS-SER-1', 'the method', statement.method, inputs.serialization],
    ['OMS-SER-2', 'hash_type', hashOf(statement), inputs.hashAlgorithm],
    inputs.draft === undefined
      ? ['OMS-SER-3', 'allow_symlinks', statement.allowSymlinks, inputs.allowSymlinks ?? false]
      : ['OMS-SER-10', 'allow_symlinks', statement.allowSymlinks, false],
    ['OMS-SER-4', 'shard_size', statement.shardSize, inputs.shardSize],
  ];
  for (const [requirement, what, actual, expected] of asked) {
    if (expected === undefined || actual === null || actual === expected) continue;
    faults.add(requirement, differs(what, actual, expected));
  }
}

function judgeOrder(resources: readonly ProducedResource[], faults: FaultList): void {
  const index = resources.findIndex(({ name }, at) => at > 0 && compareCodePoints(nameAt(resources, at - 1), name) > 0);
  if (index !== -1) faults.add('OMS-ORDER-1', `${quote(nameAt(resources, index))} is out of order`);
}

function nameAt(resources: readonly ProducedResource[], index: number): string {
  return resources[index]?.name ?? '';
}

/** A program that lists out of order may compute the root digest in the right order: the public text calls that order canonical. */
function judgeRootDigest({ digests, resources }: ProducedStatement, faults: FaultList): void {
  const root = digests?.sha256;
  if (!isHex(root, 64) || faults.has('OMS-RES-3')) return;
  const orders = [resources, [...resources].sort((a, b) => compareCodePoints(a.name, b.name))];
  const computed = orders.map(publishedRootDigest);
  if (!computed.includes(root)) faults.add('OMS-ROOT-1', differs('the root digest', root, computed[0]));
}

/** The two root digests of the draft, and what their subjects say of them. */
function judgeDraftRoots(statement: ProducedStatement, faults: FaultList): void {
  const { subjects, resources } = statement;
  const hash = hashOf(statement);
  if (subjects.length !== 2) return;
  const domains = subjects.map(({ domain }) => domain);
  if (!isDeepStrictEqual(domains, ROOT_DOMAINS))
    faults.add('OMS-SUBJECT-9', differs('the domains', domains, ROOT_DOMAINS));
  const more = subjects.find(({ digests }) => Object.keys(digests ?? {}).length > 1);
  if (more !== undefined) faults.add('OMS-ROOT-7', `a subject has the digests ${JSON.stringify(more.digests)}`);
  if (hash === null || faults.has('OMS-RES-3')) return;
  const computed = [publishedRootDigest(resources), draftRootDigest(hash, resources, new Judge(new Set()))];
  const roots = subjects.map(({ digests }) => digests?.sha256);
  if (roots[0] === computed[1] && roots[1] === computed[0]) faults.add('OMS-SUBJECT-7', 'the subjects are exchanged');
  for (const [index, rule] of (['OMS-ROOT-8', 'OMS-ROOT-4'] as const).entries()) {
    const root = roots[index];
    if (isHex(root, 64) && root !== computed[index]) faults.add(rule, differs('a root digest', root, computed[index]));
  }
}

const ROOT_DOMAINS = ['https://model_signing/signature/v1.0', DRAFT_PREDICATE_TYPE];

/** More may be excluded, and recorded, than the vector knows of (public text, 6.2). */
function judgeExclusions({ ignorePaths }: ExpectedSignature, statement: ProducedStatement, faults: FaultList): void {
  if (ignorePaths === undefined) return;
  const actual = statement.ignorePaths;
  const spelled = new Set(actual.map(canonicalPath));
  for (const path of ignorePaths) {
    if (!spelled.has(path)) faults.add('OMS-IGNORE-5', `ignore_paths lacks ${quote(path)}`);
  }
  const sorted = [...actual].sort(compareCodePoints);
  if (!isDeepStrictEqual(actual, sorted)) faults.add('OMS-MATCH-7', 'ignore_paths is not sorted');
}

/** The annotations must be exactly those that the caller requested, and no extension may be named that it did not. */
function judgeAdditions({ inputs, model }: Vector, statement: ProducedStatement, faults: FaultList): void {
  if (inputs.draft === undefined) return;
  const { annotations, extensions } = statement;
  judgeExclusionRule({ model, inputs }, statement, faults);
  const asked = inputs.extensions !== undefined;
  if (extensions !== undefined && !asked) faults.add('OMS-EXT-1', `the extensions are ${JSON.stringify(extensions)}`);
  if (isDeepStrictEqual(annotations ?? {}, inputs.annotations ?? {})) return;
  faults.add('OMS-ANNOT-1', `the annotations are ${JSON.stringify(annotations)}`);
}

/** Whether attestation files are left out follows from what the caller asks for. */
function judgeExclusionRule(
  { model, inputs }: Pick<Vector, 'model' | 'inputs'>,
  { excludeAttestations, ignorePaths }: ProducedStatement,
  faults: FaultList,
): void {
  const asked = inputs.excludeAttestations === true && 'tree' in model;
  if (!asked && excludeAttestations !== undefined) faults.add('OMS-EXCLUDE-1', 'exclude_attestations is there unasked');
  if (!asked) return;
  if (excludeAttestations !== true) faults.add('OMS-EXCLUDE-2', 'exclude_attestations is not true');
  const given = new Set((inputs.ignorePaths ?? []).map(canonicalPath));
  const recorded = ignorePaths.find((path) => isAttestationName(path) && !given.has(path));
  if (recorded !== undefined) faults.add('OMS-EXCLUDE-5', `ignore_paths has ${quote(recorded)}`);
}

/** Compares with the vector's own values, which were computed independently of the oracle, what was not already found wrong. */
function judgeExpectation(
  expected: ExpectedSignature,
  statement: ProducedStatement,
  exact: boolean,
  faults: FaultList,
): void {
  const { resources, subjects } = statement;
  const digests = subjects.at(-1)?.digests;
  const sized: RequirementId = expected.shardSize === 1_000_000_000 ? 'OMS-SHARD-12' : 'OMS-SER-4';
  const values: readonly [keyof ExpectedSignature, RequirementId, unknown][] = [
    ['subject', faults.has('OMS-SUBJECT-6') ? 'OMS-SUBJECT-6' : 'OMS-SUBJECT-3', statement.subject],
    ['method', 'OMS-SER-1', statement.method],
    ['hashType', 'OMS-SER-2', statement.hashType],
    ['shardSize', statement.method === 'files' ? 'OMS-SER-5' : sized, statement.shardSize],
    ['allowSymlinks', faults.has('OMS-SER-10') ? 'OMS-SER-10' : 'OMS-SER-3', statement.allowSymlinks],
    ['rootDigest', 'OMS-ROOT-1', exact ? (digests?.sha256 ?? '') : expected.rootDigest],
    ['resources', 'OMS-FILES-1', exact ? resources.map(({ name, digest }) => ({ name, digest })) : expected.resources],
  ];
  for (const [name, requirement, value] of values) {
    const wanted = expected[name];
    if (wanted === undefined || isDeepStrictEqual(wanted, value) || faults.has(requirement)) continue;
    const known = faults.has('OMS-ROOT-2', 'OMS-ROOT-4', 'OMS-SUBJECT-1', 'OMS-SUBJECT-7');
    if (requirement === 'OMS-ROOT-1' && known) continue;
    faults.add(requirement, differs(name, value, wanted));
  }
}

function differs(what: string, actual: unknown, expected: unknown): string {
  return `${what} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
