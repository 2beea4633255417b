import { STATEMENT_TYPE } from '@model-signing/spec';
import { OmsError, type RequirementId, type Warnings } from '../errors.ts';
import { parseJsonOf } from '../json.ts';
import { encodeJson } from '../json-writer.ts';
import { compareNames, MAX_NAME_LENGTH, nameProblem } from '../names.ts';
import { firstIndex } from '../search.ts';
import { sortByName } from '../sorted.ts';
import { MAX_PAYLOAD_BYTES, predicateOf, subjectsOf } from '../statement.ts';
import { quote } from '../text.ts';
import type { FormatVersion } from '../versions/version.ts';
import { type CheckedManifest, checkManifest, type SignedFile } from './check.ts';
import {
  HISTORICAL_SINGLE_FILE_NAME,
  MAX_RESOURCES,
  type Manifest,
  type Resource,
  resourceName,
  type StatedManifest,
  type SubManifest,
} from './manifest.ts';

/** The file of a sub-manifest, directly in the directory that it is about. */
export const SUB_MANIFEST_NAME = 'oms-manifest.json';

/** The most resources over all levels (OMS-SUB-12). */
const MAX_RESOURCES_OF_ALL = 10_000_000;

const LIMITS = { maxBytes: MAX_PAYLOAD_BYTES, maxDepth: 8, maxValues: 8 * MAX_RESOURCES };

/** The canonical name of the file of a sub-manifest. */
export function subManifestName(directory: string): string {
  return `${directory}/${SUB_MANIFEST_NAME}`;
}

/**
 * Checks a manifest and where its sub-manifests are, whose files are among those that must be found.
 * @throws {OmsError} `manifest/…`
 */
export function checkManifestOfAll(
  stated: StatedManifest,
  version: FormatVersion,
  warnings: Warnings,
): CheckedManifest {
  const checked = checkManifest(stated, version, warnings);
  const { subManifests = [] } = stated;
  return subManifests.length === 0 ? checked : { ...checked, files: withSubManifestFiles(checked.files, subManifests) };
}

/**
 * Adds the files of sub-manifests to the files that must be found.
 * @param files in canonical order
 * @throws {OmsError} `manifest/name-invalid`; `manifest/sub-manifest-invalid` if two levels could list one file (OMS-SUB-5)
 */
function withSubManifestFiles(
  files: readonly SignedFile[],
  subManifests: readonly SubManifest[],
): readonly SignedFile[] {
  if (files[0]?.path === HISTORICAL_SINGLE_FILE_NAME) {
    throw new OmsError('manifest/name-invalid', 'the resource name "." is refused: there are sub-manifests beside it');
  }
  const ownPaths = subManifests.map(({ directory }) => `${directory}/`).sort(compareNames);
  const nested = ownPaths.find((path, index) => ownPaths[index + 1]?.startsWith(path));
  if (nested !== undefined) throw refused(`the directory ${quote(nested)} is in two sub-manifests`, 'OMS-SUB-5');
  for (const { directory } of subManifests) {
    const problem = nameProblem(subManifestName(directory));
    if (problem !== null) throw refused(`the directory ${quote(directory)} is refused: ${problem}`, 'OMS-SUB-3');
    if (isListed(files, directory)) {
      throw refused(`${quote(directory)} has a sub-manifest, and the manifest lists it or a file in it`, 'OMS-SUB-5');
    }
  }
  const own = subManifests.map(({ directory, digest }) => ({ path: subManifestName(directory), digest }));
  return sortByName([...files, ...own], ({ path }) => path).sorted;
}

/** Whether one of the files is this directory, as no file can be, or lies below it. */
function isListed(files: readonly SignedFile[], directory: string): boolean {
  const below = `${directory}/`;
  const at = (name: string) => files[firstIndex(files, ({ path }) => compareNames(path, name) >= 0)]?.path;
  return at(directory) === directory || at(below)?.startsWith(below) === true;
}

/** What one sub-manifest lists, with names relative to the model root. */
export interface ParsedSubManifest {
  readonly resources: readonly Resource[];
  readonly files: readonly SignedFile[];
}

/**
 * Reads a sub-manifest, whose digest must have been checked.
 * @throws {OmsError} `manifest/…`
 */
export function parseSubManifest(
  bytes: Uint8Array,
  directory: string,
  { serialization }: Manifest,
  version: FormatVersion,
  warnings: Warnings,
): ParsedSubManifest {
  const title = `sub-manifest of ${quote(directory)}`;
  const refuse = (_: unknown, message: string) => refused(message, 'OMS-SUB-7');
  const value = parseJsonOf(bytes, { title, refuse }, LIMITS);
  checkMembers(value, title);
  const checked = within(title, () => {
    const { manifest } = version.readStatement(statementAround(value, version), warnings);
    return checkManifest({ ...manifest, rootDigest: null }, version, warnings);
  });
  const own = checked.manifest.serialization;
  const same = (['method', 'hashType', 'shardSize', 'allowSymlinks'] as const).every(
    (member) => own[member] === serialization[member],
  );
  if (!same || Object.hasOwn(value.serialization as object, 'ignore_paths')) {
    throw refused(`the ${title} was not made as the manifest says: its serialization differs`, 'OMS-SUB-8');
  }
  return {
    resources: checked.manifest.resources.map((resource) => below(directory, resource)),
    files: checked.files.map((file) => fileBelow(directory, file)),
  };
}

/** A statement with this predicate, so that one schema and one set of rules judge both (OMS-SUB-9). */
function statementAround(predicate: unknown, { predicateType }: FormatVersion): unknown {
  const blank = '0'.repeat(64);
  const subject = subjectsOf(SUB_MANIFEST_NAME, { rootDigest: blank, publishedRootDigest: blank }, predicateType);
  return { _type: STATEMENT_TYPE, subject, predicateType, predicate };
}

function checkMembers(value: unknown, title: string): asserts value is { readonly serialization: unknown } {
  const members = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  if (members.sort().join() === 'resources,serialization' && isObject(value, 'serialization')) return;
  throw refused(`the ${title} is not an object of exactly serialization and resources`, 'OMS-SUB-7');
}

function isObject(value: unknown, member: string): boolean {
  const inner = (value as Readonly<Record<string, unknown>>)[member];
  return typeof inner === 'object' && inner !== null;
}

/** Says in a refusal which document is refused. */
function within<T>(title: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof OmsError)) throw error;
    const { code, message, requirement } = error;
    throw new OmsError(code, `in the ${title}, ${message}`, { requirement, cause: error });
  }
}

function below<Named extends { readonly path: string }>(directory: string, named: Named): Named {
  return { ...named, path: `${directory}/${named.path}` };
}

function fileBelow(directory: string, file: SignedFile): SignedFile {
  const { path } = file;
  const name = `${directory}/${path}`;
  const problem = nameProblem(name);
  if (problem !== null) {
    const requirement = name.length > MAX_NAME_LENGTH ? 'OMS-LIMIT-5' : 'OMS-SUB-9';
    throw new OmsError('manifest/name-invalid', `the name ${quote(name)} is refused: ${problem}`, { requirement });
  }
  if (path === SUB_MANIFEST_NAME) throw refused(`the sub-manifest ${quote(name)} lists itself`, 'OMS-SUB-10');
  if ('digest' in file) return { ...file, path: name };
  return { path: name, shards: file.shards.map((shard) => ({ ...shard, path: name })) };
}

/**
 * The manifest with what its sub-manifests list. No name can be there twice (OMS-SUB-5).
 * @throws {OmsError} `manifest/too-many-resources`
 */
export function withParsed(checked: CheckedManifest, parsed: readonly ParsedSubManifest[]): CheckedManifest {
  const { manifest, files } = checked;
  const count = parsed.reduce((sum, { resources }) => sum + resources.length, manifest.resources.length);
  checkCount(count);
  const all = [files, ...parsed.map((each) => each.files)].flat();
  return {
    manifest: { ...manifest, resources: [manifest.resources, ...parsed.map(({ resources }) => resources)].flat() },
    files: sortByName(all, ({ path }) => path).sorted,
  };
}

/** @throws {OmsError} `manifest/too-many-resources` */
export function checkCount(count: number, most = MAX_RESOURCES_OF_ALL): void {
  if (count <= most) return;
  const message = `the manifest and its sub-manifests list more than ${most} resources`;
  throw new OmsError('manifest/too-many-resources', message, { requirement: 'OMS-SUB-12' });
}

/**
 * The sub-manifest of a directory, to be written to the file `oms-manifest.json` in it, from the manifest of that directory alone.
 * It lists what the manifest lists, except an earlier sub-manifest.
 * @param manifest what `hashModel` returned for the directory, hashed without exclusions (`ignoreGitPaths: false`)
 * @throws {TypeError} for a manifest with exclusions or annotations, which a sub-manifest has no place for
 *
 * @example
 * const { manifest } = await hashModel(localModel('my-model'), { ignoreGitPaths: false });
 * await writeFile('my-model/oms-manifest.json', encodeSubManifest(manifest));
 */
export function encodeSubManifest(manifest: Manifest): Uint8Array {
  const { serialization, annotations, subManifests } = manifest;
  const isExcluding = serialization.ignorePaths.length > 0 || serialization.excludeAttestations;
  if (isExcluding || annotations !== undefined || subManifests !== undefined) {
    throw new TypeError(
      'a sub-manifest has no exclusions, annotations or sub-manifests: hash the directory without them, with `ignoreGitPaths: false`',
    );
  }
  const algorithm = serialization.hashType;
  const resources = manifest.resources
    .filter(({ path }) => path !== SUB_MANIFEST_NAME)
    .map((resource) => ({ name: resourceName(resource), algorithm, digest: resource.digest }));
  return encodeJson(predicateOf({ serialization }, resources));
}

function refused(message: string, requirement: RequirementId): OmsError {
  return new OmsError('manifest/sub-manifest-invalid', message, { requirement });
}
