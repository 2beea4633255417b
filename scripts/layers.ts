// Which file imports which, and which imports go against an order.
import path from 'node:path';
import ts from 'typescript';

/** Source texts by their paths, relative to the root of the repository, with `/`. */
export type Sources = ReadonlyMap<string, string>;

/** One import: the importing file, the name it imports, and the imported file if it is one of the sources. */
export interface Import {
  readonly from: string;
  readonly name: string;
  readonly to: string | null;
}

/** The files behind the `#…` imports of packages, by the folder of the package and the name. */
export type Aliases = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Every import of the sources in whatever form, including those of types, of workers and at run time. */
export function importsOf(sources: Sources, aliases: Aliases = new Map()): Import[] {
  return [...sources].flatMap(([from, text]) =>
    namesImportedBy(ts.createSourceFile(from, text, ts.ScriptTarget.Latest)).map((name) => {
      const target = isAlias(name) ? aliased(from, name, aliases) : relative(from, name);
      return { from, name, to: target === null ? null : (spellings(target).find((file) => sources.has(file)) ?? null) };
    }),
  );
}

/** Whether a name is of the `imports` of a package, which stand for other files on other platforms. */
export function isAlias(name: string): boolean {
  return name.startsWith('#');
}

function aliased(from: string, name: string, aliases: Aliases): string | null {
  const folder = [...aliases.keys()]
    .filter((each) => from.startsWith(`${each}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  return folder === undefined ? null : (aliases.get(folder)?.get(name) ?? null);
}

function relative(from: string, name: string): string | null {
  return name.startsWith('.') ? path.posix.join(path.posix.dirname(from), name) : null;
}

/** The files that a path can stand for. */
function spellings(target: string): string[] {
  const typescript = target.replace(/\.([cm]?)js$/, '.$1ts');
  return [target, typescript, `${target}.ts`, `${target}.js`, path.posix.join(target, 'index.ts')];
}

function namesImportedBy(source: ts.SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = importedBy(node);
    if (name && ts.isStringLiteralLike(name)) names.push(name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** What a node imports, if it is an import. */
function importedBy(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isCallExpression(node)) return imports(node.expression) ? node.arguments[0] : undefined;
  return ts.isNewExpression(node) && isModuleUrl(node) ? node.arguments?.[0] : undefined;
}

/** Whether a call of this function imports its argument. */
function imports(called: ts.Expression): boolean {
  if (called.kind === ts.SyntaxKind.ImportKeyword) return true;
  if (ts.isIdentifier(called)) return called.text === 'require';
  if (ts.isCallExpression(called)) return nameOf(called.expression) === 'createRequire';
  if (!ts.isPropertyAccessExpression(called) || called.name.text !== 'resolve') return false;
  return ts.isMetaProperty(called.expression) || imports(called.expression);
}

/** Whether an expression is `new URL(…, import.meta.url)`, which is how the file of a worker is named. */
function isModuleUrl({ expression, arguments: given }: ts.NewExpression): boolean {
  const base = given?.[1];
  return (
    nameOf(expression) === 'URL' &&
    base !== undefined &&
    ts.isPropertyAccessExpression(base) &&
    ts.isMetaProperty(base.expression)
  );
}

function nameOf(expression: ts.Expression): string | null {
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
  return ts.isIdentifier(expression) ? expression.text : null;
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
  return imports.flatMap(({ from, name, to }) => {
    const [upper, lower] = [inside(from), inside(to)];
    // An alias is how a room uses a platform that it does not know.
    if (upper === null || lower === null || isTest(from) || isAlias(name)) return [];
    const missing = [upper, lower].find((file) => roomOf(file) === -1);
    if (missing !== undefined) return [`${source}/${missing} is in no room`];
    return roomOf(lower) <= roomOf(upper) ? [] : [`${from} imports ${to}, which is above it`];
  });
}

/** Whether a file is a test or only for tests. */
export function isTest(file: string): boolean {
  return /\.test\.\w+$/.test(file) || file.includes('/testing/');
}
