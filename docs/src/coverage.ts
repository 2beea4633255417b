// The coverage of each requirement: the schemas that express it, the code that names it and the vectors that test it.
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Basis } from '@model-signing/spec/requirements';
import type { Page } from './pages.ts';

export interface Requirement {
  readonly id: string;
  readonly level: string;
  readonly role: string;
  readonly section: string;
  readonly text: string;
  readonly basis: Basis;
}

export interface Coverage extends Requirement {
  /** Names of the schemas that express it. */
  readonly schemas: readonly string[];
  /** Source files that name it, relative to the repository. */
  readonly code: readonly string[];
  readonly accepting: readonly string[];
  readonly refusing: readonly string[];
  /** Why no vector can observe it, if none can. */
  readonly waiver: string | null;
}

interface Vector {
  readonly id: string;
  readonly requirements: readonly string[];
  readonly expect: { readonly outcome: string };
}

const ID = /OMS-[A-Z0-9]+-\d+/g;

/** Joins requirements, schemas, code, vectors and waivers of one version of the format. */
export function coverageOf(root: string, version: string): Coverage[] {
  const requirements: Requirement[] = readJson(path.join(root, 'spec', version, 'requirements.json'));
  const schemas = mentions(root, `spec/${version}/schemas/*.schema.json`, (file) =>
    path.basename(file, '.schema.json'),
  );
  const code = mentions(root, 'packages/*/src/**/*.ts', (file) => file);
  const own = vectorsOf(root, version);
  const inherited = carriedVectors(root, version);
  const waivers = waiversOf(root);
  return requirements.map((requirement) => {
    const { id, text } = requirement;
    const cited = [...inherited(id, text), ...own].filter((vector) => vector.requirements.includes(id));
    const withOutcome = (outcome: string) =>
      cited.filter(({ expect }) => expect.outcome === outcome).map((each) => each.id);
    return {
      ...requirement,
      schemas: schemas.get(id) ?? [],
      code: code.get(id) ?? [],
      accepting: withOutcome('accept'),
      refusing: withOutcome('reject'),
      waiver: waivers.get(id) ?? null,
    };
  });
}

function vectorsOf(root: string, version: string): Vector[] {
  return globSync(`conformance/suite/vectors/${version}/*/vector.json`, { cwd: root })
    .sort()
    .map((file): Vector => readJson(path.join(root, file)));
}

/** The vectors of the base version, for requirements that have the same wording there. */
function carriedVectors(root: string, version: string): (id: string, text: string) => readonly Vector[] {
  const versions: { readonly version: string; readonly from: string | null }[] = readJson(
    path.join(root, 'spec/versions.json'),
  );
  const from = versions.find((each) => each.version === version)?.from;
  if (!from) return () => [];
  const before: Requirement[] = readJson(path.join(root, 'spec', from, 'requirements.json'));
  const texts = new Map(before.map(({ id, text }) => [id, text]));
  const vectors = vectorsOf(root, from);
  return (id, text) => (texts.get(id) === text ? vectors : []);
}

function mentions(root: string, pattern: string, nameOf: (file: string) => string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of globSync(pattern, { cwd: root }).sort()) {
    if (/\.test\.ts$|\/testing\//.test(file)) continue;
    const ids = new Set(readFileSync(path.join(root, file), 'utf8').match(ID));
    for (const id of ids) found.set(id, [...(found.get(id) ?? []), nameOf(file.replaceAll(path.sep, '/'))]);
  }
  return found;
}

function waiversOf(root: string): Map<string, string> {
  const file = path.join(root, 'conformance', 'suite', 'vectors', 'waivers.json');
  if (!existsSync(file)) return new Map();
  const waivers: { readonly requirement: string; readonly reason: string }[] = readJson(file);
  return new Map(waivers.map(({ requirement, reason }) => [requirement, reason]));
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Titles of the sections of one version, by number. */
export function sectionTitles(root: string, version: string): Map<string, string> {
  const prose = readFileSync(path.join(root, 'spec', version, 'oms.md'), 'utf8');
  return new Map(
    [...prose.matchAll(/^## ((\d+)\. .+)$/gm)].map(([, title, number]) => [number as string, title as string]),
  );
}

/** The coverage page, with a row for each requirement. */
export function coveragePage(
  version: string,
  coverage: readonly Coverage[],
  titles: ReadonlyMap<string, string>,
): Page {
  const covered = coverage.filter(
    ({ accepting, refusing, waiver }) => accepting.length + refusing.length > 0 || waiver,
  );
  const sections = Map.groupBy(coverage, ({ section }) => section.split('.')[0] as string);
  const lines = [
    `# Coverage of ${version}`,
    '',
    `The ${coverage.length} requirements of the [specification](../spec/${version}.md), with the schemas that express them, the code that names`,
    `them and the vectors that test them. ${covered.length} have a vector, or a reason why they cannot be observed. This page is generated.`,
    '',
    ...[...sections].flatMap(([section, rows]) => [
      `## ${titles.get(section) ?? section}`,
      '',
      '| requirement | level | schema | code | accepting | refusing |',
      '|---|---|---|---|---|---|',
      ...rows.map((row) => coverageRow(version, row)),
      '',
    ]),
  ];
  return { path: `reference/coverage-${version}.md`, text: `${lines.join('\n')}\n`, source: null };
}

function coverageRow(version: string, row: Coverage): string {
  const code = row.code.map((file) => `\`${file.replace(/^packages\/(.*)\/src\//, '$1/')}\``).join(' ');
  const vectors = (names: readonly string[]) =>
    names.length === 0
      ? row.waiver
        ? 'waived'
        : ''
      : `<details><summary>${names.length}</summary>${names.join('<br>')}</details>`;
  const anchor = row.id.toLowerCase();
  return `| <span id="${anchor}" class="id"><a href="../spec/${version}.html#${anchor}">${row.id}</a></span> | ${row.level} | ${row.schemas.join(' ')} | ${code} | ${vectors(row.accepting)} | ${vectors(row.refusing)} |`;
}
