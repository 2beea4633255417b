import { posix } from 'node:path';
import { bytesOf, lengthOf } from '../vectors/content.ts';
import type { Content, VectorModel } from '../vectors/vector.ts';
import { digestOf } from './digest.ts';
import { parseJson } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import { checkManifest, type SignedFile } from './manifest.ts';
import { nameFault } from './names.ts';
import { isObject, type Resource, readPredicate, type Serialization, type Statement } from './statement.ts';

const FILE = 'oms-manifest.json';

type Files = Map<string, SignedFile>;

/** Adds to the signed files what the sub-manifests list: section 4.5.1. */
export function withSubManifests(
  statement: Statement,
  files: Files,
  { model }: { readonly model: VectorModel },
  judge: Judge,
): { statement: Statement; files: Files } {
  const { subManifests } = statement;
  if (subManifests.length === 0) return { statement, files };
  checkOverlap(subManifests, files, judge);
  const all = new Map(files);
  const resources = [...statement.resources];
  for (const { name: directory, digest } of subManifests) {
    const path = `${directory}/${FILE}`;
    const content = contentAt(model, path);
    if (content === undefined) {
      if (judge.has('sub-manifest-may-be-missing')) continue;
      const differences = [{ kind: 'missing' as const, path }];
      throw new Refusal('model/missing', path, { differences, checks: ['sub-manifest-may-be-missing'] });
    }
    const actual = digestOf(statement.serialization.hashType, content, 0, lengthOf(content), judge);
    if (actual !== digest && !judge.has('sub-manifest-of-any-digest')) {
      const differences = [{ kind: 'modified' as const, path }];
      throw new Refusal('model/modified', path, { differences, checks: ['sub-manifest-of-any-digest'] });
    }
    const listed = readSubManifest(bytesOf(content), statement.serialization, judge);
    resources.push(...listed.resources);
    for (const [name, signed] of listed.files) {
      all.set(nameIn(directory, name, judge), asCompared(signed, model, `${directory}/${name}`, judge, statement));
    }
    all.set(path, actual);
    if (judge.has('sub-manifest-directory-not-walked')) addUnlisted(all, model, directory, statement, judge);
  }
  return { statement: { ...statement, resources }, files: all };
}

function contentAt(model: VectorModel, path: string): Content | undefined {
  if (!('tree' in model)) return undefined;
  const node = model.tree.find((each) => 'path' in each && each.path === path);
  return node?.kind === 'file' ? node.content : undefined;
}

function checkOverlap(subManifests: readonly Resource[], files: Files, judge: Judge): void {
  const directories = subManifests.map(({ name }) => name);
  const holds = (directory: string, name: string) => name === directory || name.startsWith(`${directory}/`);
  const broken = directories.some(
    (directory, index) =>
      directories.some((other, at) => at !== index && holds(directory, other)) ||
      [...files.keys()].some((name) => holds(directory, name)),
  );
  judge.refuseIf(broken, 'sub-manifests-may-overlap', 'manifest/sub-manifest-invalid', 'one file at two levels');
}

function readSubManifest(bytes: Buffer, expected: Serialization, judge: Judge) {
  const value = parsed(bytes, judge);
  if (!isObject(value)) throw new Refusal('manifest/sub-manifest-invalid', 'no object');
  const members = Object.keys(value).sort().join();
  const further = members !== 'resources,serialization';
  judge.refuseIf(further, 'sub-manifest-members-passed', 'manifest/sub-manifest-invalid', members);
  const read = readPredicate(value, judge);
  const own = read.serialization;
  const same = (['method', 'hashType', 'shardSize', 'allowSymlinks'] as const).every(
    (each) => own[each] === expected[each],
  );
  const other = !same || own.recorded;
  judge.refuseIf(other, 'sub-manifest-of-any-serialization', 'manifest/sub-manifest-invalid', 'serialization');
  const kept = judge.has('sub-manifest-names-escape')
    ? read.resources.filter(({ name }) => nameFault(name) === null)
    : read.resources;
  const statement = { ...read, resources: kept, rootDigest: null, draft: true, annotations: {}, subManifests: [] };
  const once = judge.has('sub-manifest-rules-skipped') ? withoutRepetition(kept) : kept;
  const files = checkManifest({ ...statement, resources: once }, judge);
  if (files.has('.')) throw new Refusal('manifest/name-invalid', '.');
  judge.refuseIf(files.has(FILE), 'sub-manifest-lists-itself', 'manifest/sub-manifest-invalid', FILE);
  return { resources: read.resources, files };
}

function parsed(bytes: Buffer, judge: Judge) {
  try {
    return parseJson(bytes, 'statement', judge);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal('manifest/sub-manifest-invalid', error.message, { checks: error.checks });
  }
}

function withoutRepetition(resources: readonly Resource[]): Resource[] {
  return [...new Map(resources.map((each) => [each.name, each])).values()];
}

function nameIn(directory: string, name: string, judge: Judge): string {
  const path = `${directory}/${name}`;
  return judge.has('sub-manifest-names-escape') ? posix.normalize(path) : path;
}

/** What a defective program that compares no file of a sub-manifest takes for signed. */
function asCompared(
  signed: SignedFile,
  model: VectorModel,
  path: string,
  judge: Judge,
  { serialization }: Statement,
): SignedFile {
  const content = contentAt(model, path);
  if (!judge.has('sub-manifest-files-not-compared') || content === undefined) return signed;
  return digestOf(serialization.hashType, content, 0, lengthOf(content), judge);
}

/** A defective program takes whatever is in the directory of a sub-manifest for listed. */
function addUnlisted(
  all: Files,
  model: VectorModel,
  directory: string,
  { serialization }: Statement,
  judge: Judge,
): void {
  if (!('tree' in model)) return;
  for (const node of model.tree) {
    if (node.kind !== 'file' || !('path' in node) || !node.path.startsWith(`${directory}/`)) continue;
    if (all.has(node.path)) continue;
    all.set(node.path, digestOf(serialization.hashType, node.content, 0, lengthOf(node.content), judge));
  }
}
