// Which file imports which, and which imports go against an order.
import path from 'node:path';
import ts from 'typescript';

/** Source texts by their paths, relative to the root of the repository, with `/`. */
export type Sources = ReadonlyMap<string, string>;

/** One import statement: the importing file, the name it imports, and the imported file if it is one of the sources. */
export interface Import {
  readonly from: string;
  readonly name: string;
  readonly to: string | null;
}

/** Every import of the sources, including imports of types and dynamic imports. */
export function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([from, text]) =>
    ts.preProcessFile(text, true, true).importedFiles.map(({ fileName: name }) => {
      const to = name.startsWith('.') ? path.posix.join(path.posix.dirname(from), name) : null;
      return { from, name, to: to !== null && sources.has(to) ? to : null };
    }),
  );
}

/** Circles of files that import each other; each begins and ends with the same file. */
export function circlesOf(imports: readonly Import[]): string[] {
  const imported = Map.groupBy(imports, ({ from }) => from);
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, above: readonly string[]): void => {
    const start = above.indexOf(file);
    if (start !== -1) circles.push([...above.slice(start), file].join(' → '));
    if (start !== -1 || done.has(file)) return;
    for (const { to } of imported.get(file) ?? []) if (to !== null) visit(to, [...above, file]);
    done.add(file);
  };
  for (const file of imported.keys()) visit(file, []);
  return circles;
}

/** A workspace, by the last part of its package's name. */
export interface Workspace {
  readonly name: string;
  /** Relative to the root of the repository. */
  readonly folder: string;
}

/** The workspace of the importing file and that of the imported one; null outside every workspace. */
export function crossing({ from, name, to }: Import, workspaces: readonly Workspace[]): [string | null, string | null] {
  // A workspace can be inside the folder of another one.
  const nested = workspaces.toSorted((a, b) => b.folder.length - a.folder.length);
  const owner = (file: string) => nested.find(({ folder }) => file.startsWith(`${folder}/`))?.name ?? null;
  if (to !== null) return [owner(from), owner(to)];
  const named = /^@model-signing\/([^/]+)/.exec(name)?.[1];
  return [owner(from), named ?? null];
}

/**
 * The imports that go up in one of the lines, or between workspaces that no line joins, as sentences.
 * @param lines workspaces from the lowest to the highest
 */
export function upwardImports(
  imports: readonly Import[],
  workspaces: readonly Workspace[],
  lines: readonly Line[],
): string[] {
  return imports.flatMap((each) => {
    const [from, to] = crossing(each, workspaces);
    if (to === null || from === to || (from !== null && mayImport(from, to, lines))) return [];
    return [`${each.from} imports ${each.to ?? each.name}: ${from ?? 'it'} is not above ${to}`];
  });
}

/** Names from the lowest to the highest. Those in one step do not import each other. */
export type Line = readonly (string | readonly string[])[];

/** Whether a name is above another one in one of the lines. */
export function mayImport(from: string, to: string, lines: readonly Line[]): boolean {
  return lines.some((line) => {
    const at = (name: string) => line.findIndex((step) => [step].flat().includes(name));
    return at(to) !== -1 && at(to) < at(from);
  });
}

/**
 * The imports that go up between the rooms of one workspace, as sentences; a file in no room is named too.
 * @param source the folder that the rooms are in
 * @param rooms from the lowest to the highest, each the files and folders (ending in `/`) that it consists of
 */
export function upwardInside(
  imports: readonly Import[],
  source: string,
  rooms: readonly (readonly string[])[],
): string[] {
  const roomOf = (file: string) =>
    rooms.findIndex((room) => room.some((part) => (part.endsWith('/') ? file.startsWith(part) : file === part)));
  const inside = (file: string | null) => (file?.startsWith(`${source}/`) ? file.slice(source.length + 1) : null);
  return imports.flatMap(({ from, to }) => {
    const [upper, lower] = [inside(from), inside(to)];
    if (upper === null || lower === null || isTest(from)) return [];
    const missing = [upper, lower].find((file) => roomOf(file) === -1);
    if (missing !== undefined) return [`${source}/${missing} is in no room`];
    return roomOf(lower) <= roomOf(upper) ? [] : [`${from} imports ${to}, which is above it`];
  });
}

/** Whether a file is a test or only for tests. */
export function isTest(file: string): boolean {
  return /\.test\.\w+$/.test(file) || file.includes('/testing/');
}
