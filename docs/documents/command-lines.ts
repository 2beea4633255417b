import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAttest } from '../../conformance/suite/src/command/attest.ts';
import { parseBench } from '../../conformance/suite/src/command/bench.ts';
import { listOptions } from '../../conformance/suite/src/command/list.ts';
import { parseRunFlags, reportOptions } from '../../conformance/suite/src/command/run-options.ts';
import { parseFlags, splitAdapters } from '../../conformance/suite/src/command/usage.ts';
import { readCommandLine } from '../../packages/cli/src/command-line.ts';
import { program } from '../../packages/cli/src/program.ts';
import { readSpecCommandLine } from '../../spec/tools/command.ts';
import { root } from '../workplace.ts';

type Check = (args: readonly string[]) => unknown;

/** The grammars of our commands, by each name that a document can call them by. Each throws for a wrong command line. */
const grammars: readonly (readonly [name: RegExp, check: Check])[] = [
  [/^(?:.*\/)?model-signing(?:\.js)?$|^@model-signing\/cli(?:@.+)?$/, (args) => readCommandLine(args, program)],
  [/^(?:.*\/)?oms-conformance(?:\.js)?$|^@model-signing\/conformance(?:@.+)?$/, readConformance],
  [/^oms-spec$/, readSpecCommandLine],
];

/** Words before the name of a command that do not install or pack the package of that name. */
const runners = new Set(['npx', 'npm', 'exec', 'node', 'unshare', 'time', 'sudo', 'env', '--']);

/**
 * Checks a command of a document: if it is one of ours or of npm, its words must be as the real program takes them.
 * @throws {Error} that says what is wrong
 */
export function checkCommand(words: readonly string[]): void {
  if (words[0] === 'npm') checkNpm(words);
  for (const [at, word] of words.entries()) {
    const grammar = grammars.find(([name]) => name.test(word));
    if (grammar && words.slice(0, at).every(isBefore)) {
      if (at + 1 < words.length) grammar[1](words.slice(at + 1));
      return;
    }
  }
}

/** What is wrong with a command line that is only too short. */
const incomplete = /is required|found none|needs \d+ adapters|takes one |must be followed by|missing required/;

/**
 * Checks a command that a sentence mentions. It may leave out what the command would need, and a script may be one of any workspace.
 * @throws {Error} that says what is wrong
 */
export function checkMention(words: readonly string[]): void {
  try {
    if (words[0] === 'npm' && words[1] === 'run' && !words.some((word) => /^(?:-w|--workspace)$/.test(word))) {
      checkScriptAnywhere(words.slice(2).find((word) => !word.startsWith('-')));
    } else checkCommand(words);
  } catch (error) {
    if (!incomplete.test((error as Error).message)) throw error;
  }
}

function checkScriptAnywhere(name: string | undefined): void {
  const isThere = ['.', ...workspaceFolders()].some((folder) => {
    return existsSync(manifestOf(folder)) && Object.hasOwn(readManifest(folder).scripts ?? {}, name ?? '');
  });
  if (!isThere) throw new Error(`there is no script ${name} in any workspace`);
}

function workspaceFolders(): string[] {
  return ['spec', 'spec/tools', 'docs', ...within('packages'), ...within('conformance')];
}

/** Whether a word can stand before the name of a command that is run. */
function isBefore(word: string, at: number, words: readonly string[]): boolean {
  const program = path.posix.basename(word);
  return runners.has(program) || word.startsWith('-') || words[at - 1] === '--prefix' || words[at - 1] === '--package';
}

/** @throws {Error} for a script or a workspace that does not exist */
function checkNpm([, verb = '', ...words]: readonly string[]): void {
  if (!['run', 'test', 'start'].includes(verb)) return;
  const isWorkspaceFlag = (word: string | undefined) => word === '-w' || word === '--workspace';
  const workspace = words.find((_, at) => isWorkspaceFlag(words[at - 1]));
  const folder = workspace === undefined ? '.' : folderOf(workspace);
  const names = words.filter((word, at) => !word.startsWith('-') && !isWorkspaceFlag(words[at - 1]));
  const name = verb === 'run' ? names[0] : verb;
  const { scripts = {} } = readManifest(folder);
  if (name === undefined || !Object.hasOwn(scripts, name)) throw new Error(`there is no script ${name} in ${folder}`);
}

function folderOf(workspace: string): string {
  const found = workspaceFolders().find(
    (folder) => existsSync(manifestOf(folder)) && readManifest(folder).name === workspace,
  );
  if (found === undefined) throw new Error(`there is no workspace ${workspace}`);
  return found;
}

function within(folder: string): string[] {
  const { workspaces } = readManifest('.');
  if (!workspaces?.includes(`${folder}/*`)) throw new Error(`${folder} has no workspaces`);
  return readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`);
}

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): string {
  return path.join(root, folder, 'package.json');
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(manifestOf(folder), 'utf8'));
}

function readConformance([name = '', ...args]: readonly string[]): unknown {
  const { own, adapters } = splitAdapters(args, root);
  const adapted = (least: number) => {
    if (adapters.length < least) throw new Error(`${name} needs ${least} adapters behind "--"`);
    return parseRunFlags(own);
  };
  const commands: Readonly<Record<string, () => unknown>> = {
    run: () => adapted(1),
    matrix: () => adapted(2),
    bench: () => parseBench(args, root),
    list: () => parseFlags({ args: own, options: listOptions }),
    report: () => parseFlags({ args: own, options: reportOptions, allowPositionals: true }),
    attest: () => parseAttest(own),
    show: () => parseFlags({ args: own, options: { bundle: { type: 'boolean' } }, allowPositionals: true }),
    version: () => parseFlags({ args: own, options: {} }),
  };
  const read = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!read) throw new Error(`oms-conformance has no command ${name}`);
  return read();
}
