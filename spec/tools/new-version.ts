import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { acknowledgementsPath, NO_ACKNOWLEDGEMENTS } from './acknowledgements.ts';
import { generate } from './generate.ts';
import { type Layout, layoutOf, readJson, readText, SPEC_FOLDER } from './layout.ts';
import { parseProse } from './prose.ts';
import { requirementsIn } from './requirements.ts';
import { isObject, partAt, readSchemaDocuments } from './schema-documents.ts';
import { findVersion, readVersions, VERSIONS, versionName } from './versions.ts';

/** Under a reserved domain, so that it cannot be mistaken for a published version. */
const DRAFT_TYPE = 'https://model-signing.example/draft/signature';

/** Words that change with the version, as they were and as they will be. */
type Rewriting = readonly (readonly [before: string, after: string])[];

/** Makes a draft of a new version from an earlier one; returns the paths that it wrote. */
export async function newVersion(name: string, from: string, folder: string = SPEC_FOLDER): Promise<string[]> {
  const files = newVersionFiles(name, from, folder);
  for (const [path, content] of files) {
    mkdirSync(dirname(folder + path), { recursive: true });
    writeFileSync(folder + path, content);
  }
  return [...files.keys(), ...(await generate(folder))];
}

/** The files that begin a new version, by path; `generate` makes the rest of them. */
export function newVersionFiles(
  name: string,
  from: string,
  folder: string = SPEC_FOLDER,
): Map<string, string | Buffer> {
  const version = versionName(name);
  const base = findVersion(from, folder).version;
  if (readVersions(folder).some((known) => known.version === version)) throw new Error(`${version} exists already`);
  const [earlier, later] = [layoutOf(base, folder), layoutOf(version, folder)];
  if (existsSync(folder + later.version)) throw new Error(`the folder ${version} exists already`);
  const words = rewriting(earlier, later, `${DRAFT_TYPE}/${version}`);
  const copied = copies(earlier.version, later.version, folder, words);
  return new Map([
    ...copied,
    [later.basis, draftBasis(earlier, String(new Map(copied).get(later.prose)))],
    [VERSIONS, jsonText([...readVersions(folder), { version, status: 'draft', from: base }])],
    [acknowledgementsPath(base, version), NO_ACKNOWLEDGEMENTS],
    [`../.changeset/format-${version}.md`, changeset(version)],
    ['package.json', packageText(base, version, folder)],
  ]);
}

/** What the requirements of a draft rest on: those that the new words change are proposals. */
function draftBasis({ basis, prose, folder }: Layout, draft: string): string {
  const earlier = textsOf(readText(prose, folder));
  const changed = [...textsOf(draft)].filter(([id, text]) => earlier.get(id) !== text).map(([id]) => id);
  const table = readJson(basis, folder);
  const proposals = changed.map((id) => [id, { basis: 'proposal' }]);
  return jsonText({ ...(isObject(table) ? table : {}), ...Object.fromEntries(proposals) });
}

function textsOf(prose: string): Map<string, string> {
  return new Map(requirementsIn(parseProse(prose)).map(({ ids, text }) => [String(ids[0]), text]));
}

function rewriting(earlier: Layout, later: Layout, predicateType: string): Rewriting {
  const [old, now] = [earlier.version.slice(1), later.version.slice(1)];
  const named = partAt(readSchemaDocuments(earlier).statement, '/properties/predicateType/const');
  return [
    [`/spec/${earlier.version}/`, `/spec/${later.version}/`],
    [String(named), predicateType],
    [`OMS signature ${earlier.version}`, `OMS signature ${later.version}`],
    [`# OpenSSF Model Signing, version ${old}\n`, draftTitle(old, now)],
  ];
}

function draftTitle(old: string, now: string): string {
  return `# OpenSSF Model Signing, version ${now} (draft)

> **Draft.** This is a proposal; software uses it only when it is named explicitly. It may change or be withdrawn. Its
> predicate type is under a reserved domain, so that it cannot be mistaken for a published version. Whatever is not
> listed here is as in [version ${old}](../v${old}/oms.md).
>
> | new | why |
> |---|---|
`;
}

/** The files of a folder under their new names, with the words of the new version. */
function copies(
  from: string,
  to: string,
  folder: string,
  words: Rewriting,
): [path: string, content: Buffer | string][] {
  return readdirSync(folder + from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length))
    .toSorted()
    .map((path) => {
      const isModel = path.includes('/examples/model/');
      const content = isModel ? readFileSync(folder + path) : rewritten(readText(path, folder), words);
      return [to + path.slice(from.length), content];
    });
}

function rewritten(text: string, words: Rewriting): string {
  return words.reduce((result, [before, after]) => result.replaceAll(before, () => after), text);
}

function changeset(version: string): string {
  return `---
'@model-signing/spec': minor
---

A draft of version ${version.slice(1)} of the format, under \`@model-signing/spec/${version}\`: say here what it adds.
`;
}

/** The package with the exports and the folder of the new version beside those of the earlier one. */
function packageText(base: string, version: string, folder: string): string {
  const description = readJson('package.json', folder) as { exports: Record<string, unknown>; files: string[] };
  const exports = Object.entries(description.exports);
  const added = exports.filter(([path]) => path.startsWith(`./${base}`));
  const place = exports.findLastIndex(([path]) => /^\.\/v\d/.test(path)) + 1;
  const renamed = JSON.parse(JSON.stringify(added).replaceAll(base, version)) as typeof exports;
  description.exports = Object.fromEntries(exports.toSpliced(place, 0, ...renamed));
  description.files.splice(description.files.indexOf(base) + 1, 0, version);
  return jsonText(description);
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
