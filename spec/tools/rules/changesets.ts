import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compareVersions } from '../compat/compare-versions.ts';
import { exampleSeeds } from '../compat/seeds.ts';
import type { Finding } from '../findings.ts';
import { git } from '../git.ts';
import { LAYERS, layoutOf, schemaPath } from '../layout.ts';
import { readSchemaDocuments, type SchemaDocuments } from '../schema-documents.ts';
import { readVersions, type Version } from '../versions.ts';

const LEVELS = ['none', 'patch', 'minor', 'major'] as const;

type Level = (typeof LEVELS)[number];

/** What changed since some commit, and how large a release that requires. */
interface Demand {
  readonly level: Level;
  readonly path: string;
  readonly reason: string;
}

/** The changesets of the package announce at least what changed since the branch left main. */
export function changesetFindings(folder: string, since: string | null = branchPoint(folder)): Finding[] {
  if (since === null) return unreachable(folder);
  const demand = demandOf(folder, since);
  const announced = announcedLevel(path.join(folder, '../.changeset'));
  if (LEVELS.indexOf(announced) >= LEVELS.indexOf(demand.level)) return [];
  const message = `${demand.reason}, which is ${demand.level}, and the changesets announce ${announced}`;
  const fix = `Run npx changeset and choose ${demand.level} for @model-signing/spec`;
  return [{ path: demand.path, line: 1, requirement: null, message, fix }];
}

/** A copy outside a repository has no changes to announce; CI has to see the main branch. */
function unreachable(folder: string): Finding[] {
  if (!process.env.CI || git(folder, 'rev-parse', 'HEAD') === null) return [];
  const message = 'the changesets cannot be checked without the main branch';
  return [{ path: 'package.json', line: 1, requirement: null, message, fix: 'Fetch it: git fetch origin main' }];
}

function demandOf(folder: string, since: string): Demand {
  const files = changedFiles(folder, since);
  const demands = readVersions(folder).flatMap((version) => schemaDemand(version, folder, since));
  const published = files.find((file) => /^(?:v\d|policy\/|src\/)/.test(file) && !file.endsWith('.test.ts'));
  if (published !== undefined) demands.push({ level: 'patch', path: published, reason: 'a published file changed' });
  const none: Demand = { level: 'none', path: 'package.json', reason: 'nothing changed' };
  return demands.reduce((most, each) => (LEVELS.indexOf(each.level) > LEVELS.indexOf(most.level) ? each : most), none);
}

/** The release that a change of the schemas requires; a draft requires none. */
function schemaDemand({ version, status }: Version, folder: string, since: string): Demand[] {
  if (status === 'draft') return [];
  const layout = layoutOf(version, folder);
  const earlier = LAYERS.map((layer) => [layer, textAt(schemaPath(layout, layer), folder, since)] as const);
  const path = schemaPath(layout, 'predicate');
  if (earlier.some(([, text]) => text === null)) return [{ level: 'minor', path, reason: `${version} is new` }];
  const before = Object.fromEntries(
    earlier.map(([layer, text]) => [layer, JSON.parse(String(text))]),
  ) as SchemaDocuments;
  return demandsOf({ version, status }, before, readSchemaDocuments(layout));
}

/** The releases that the changes between two sets of schemas of a version require. */
export function demandsOf(
  { version, status }: Pick<Version, 'version' | 'status'>,
  before: SchemaDocuments,
  after: SchemaDocuments,
): Demand[] {
  const layout = layoutOf(version);
  return compareVersions(before, after, exampleSeeds(), { budget: 2000 }).map((change) => ({
    // Nothing is promised for a version before it is frozen.
    level: change.backward && status === 'frozen' ? 'major' : 'minor',
    path: schemaPath(layout, change.layer),
    reason: `a schema of ${version} changed (${change.message})`,
  }));
}

/** The largest release of the package that some changeset announces. */
function announcedLevel(directory: string): Level {
  if (!existsSync(directory)) return 'none';
  const levels = readdirSync(directory)
    .filter((name) => name.endsWith('.md'))
    .map((name) => readFileSync(path.join(directory, name), 'utf8'))
    .map((text) => /^['"]?@model-signing\/spec['"]?: (patch|minor|major)$/m.exec(text)?.[1] ?? 'none');
  return LEVELS.findLast((level) => levels.includes(level)) ?? 'none';
}

/** The commit at which this branch left main; null outside a git checkout, or if there is no main branch. */
function branchPoint(folder: string): string | null {
  const bases = ['origin/main', 'main'];
  return (
    bases.map((base) => git(folder, 'merge-base', 'HEAD', base)?.trim() ?? null).find((found) => found !== null) ?? null
  );
}

function changedFiles(folder: string, since: string): string[] {
  const tracked = git(folder, 'diff', '--name-only', '--relative', since) ?? '';
  const untracked = git(folder, 'ls-files', '--others', '--exclude-standard') ?? '';
  return `${tracked}${untracked}`.split('\n').filter((line) => line !== '');
}

function textAt(file: string, folder: string, commit: string): string | null {
  return git(folder, 'show', `${commit}:./${file}`);
}
