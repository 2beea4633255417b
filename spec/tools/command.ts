import { addVector, STAGES } from './add-vector.ts';
import { check } from './check.ts';
import { type Command, commandHelp, type Given, nameOf, readArguments, UsageError } from './command-line.ts';
import { type Comparison, compatibility, formatComparison } from './compat/report.ts';
import { exportVersion } from './export.ts';
import { type Finding, formatFinding, repositoryPath } from './findings.ts';
import { freeze } from './freeze.ts';
import { generate } from './generate.ts';
import { newVersion } from './new-version.ts';
import { review } from './reviews.ts';

/** Exit codes: done or nothing found; something found; used wrongly or unable to run. */
const DONE = 0;
const FOUND = 1;
const UNUSABLE = 2;

const commands: readonly Command[] = [
  {
    usage: 'check [--json]',
    description: 'Says what is wrong with the specification, where, and how to fix it.',
    words: { '--json': 'print the findings as JSON on standard output (schemas/findings.schema.json)' },
    run: checkAll,
  },
  {
    usage: 'compat <earlier> <later> [--json]',
    description: 'Says what changed in the schemas and which documents it breaks, and shows one of each.',
    words: {
      earlier: 'a version, such as 1.0',
      later: 'another, such as 1.1',
      '--json': 'print the changes with their documents as JSON (schemas/changes.schema.json)',
    },
    run: ({ args: [earlier = '', later = ''], flags }) => {
      const comparison = compatibility(earlier, later);
      if (flags.json) printJson(changesDocument(comparison));
      else console.log(formatComparison(comparison));
      return false;
    },
  },
  {
    usage: 'generate',
    description: 'Writes every file that is generated from others.',
    run: async () => printPaths(await generate()),
  },
  {
    usage: 'new <version> --from <version>',
    description: 'Makes a draft of a new version from an earlier one.',
    words: { version: 'the new version, such as 1.1', '--from <version>': 'the version to begin with' },
    run: async ({ args: [version = ''], flags }) => printPaths(await newVersion(version, String(flags.from))),
  },
  {
    usage: 'freeze <version>',
    description: 'Makes a version unchangeable.',
    words: { version: 'the version, such as 1.0' },
    run: async ({ args: [version = ''] }) => printPaths(await freeze(version)),
  },
  {
    usage: 'export <version> --to <folder> [--extension <id>]...',
    description: 'Writes a version in the layout of the public specification repository.',
    words: {
      version: 'the version, such as 1.0',
      '--to <folder>': 'an empty or new folder',
      '--extension <id>': 'an extension of a draft to write too, by its identifier; without this flag, none is',
    },
    run: ({ args: [version = ''], flags: { to, extension } }) => {
      const extensions = [extension ?? []].flat().map(String);
      for (const path of exportVersion(version, String(to), undefined, extensions)) console.log(`wrote ${path}`);
      return false;
    },
  },
  {
    usage: 'vector add --requirement <id> --stage <stage>',
    description: 'Begins an accepting and a refusing recipe for a requirement.',
    words: { '--requirement <id>': 'such as OMS-NAME-6', '--stage <stage>': `one of ${STAGES.join(', ')}` },
    run: ({ flags }) => printPaths(addVector(String(flags.requirement), String(flags.stage))),
  },
  {
    usage: 'vector review <version> [--requirement <id>]... [--all]',
    description: 'Records that the vectors of requirements were reviewed for their present text.',
    words: {
      version: 'the version, such as 1.0',
      '--requirement <id>': 'a requirement that was reviewed',
      '--all': 'every requirement that has vectors',
    },
    run: reviewVectors,
  },
];

/** Runs `oms-spec` with the arguments given and returns its exit code. */
export async function runCommand(words: readonly string[]): Promise<number> {
  const asked = words.filter((word, index) => !['--help', '-h'].includes(word) && !(index === 0 && word === 'help'));
  const wantsHelp = asked.length < words.length;
  const command = commandFor(asked);
  try {
    if (wantsHelp) console.log(command === undefined ? overview() : commandHelp('oms-spec', command));
    else {
      const { run, given } = readSpecCommandLine(asked);
      return (await run(given)) ? FOUND : DONE;
    }
    return DONE;
  } catch (error) {
    console.error(`oms-spec: ${error instanceof Error ? error.message : error}`);
    if (error instanceof UsageError) console.error(command ? `Usage: oms-spec ${command.usage}` : `\n${overview()}`);
    return UNUSABLE;
  }
}

function commandFor(words: readonly string[]): Command | undefined {
  return commands.find((each) => `${words.join(' ')} `.startsWith(`${nameOf(each)} `));
}

/** Reads a command line without running it. @throws {UsageError} */
export function readSpecCommandLine(words: readonly string[]): { readonly run: Command['run']; readonly given: Given } {
  const command = commandFor(words);
  if (command === undefined) throw new UsageError(unknown(words));
  return { run: command.run, given: readArguments(command, words.slice(nameOf(command).split(' ').length)) };
}

function unknown(words: readonly string[]): string {
  return words.length === 0 ? 'name a command' : `there is no command ${words.join(' ')}`;
}

function overview(): string {
  const lines = commands.map(({ usage, description }) => `  ${usage}\n      ${description}\n`);
  return `Checks, compares, adds and freezes the versions of the OMS format.

Usage: oms-spec <command>

${lines.join('')}
oms-spec <command> --help explains its flags. Exits with 0 done or nothing found, 1 something found, 2 wrong command
line or could not run.`;
}

async function checkAll({ flags }: Given): Promise<boolean> {
  const findings = await check();
  if (flags.json) printJson(findingsDocument(findings));
  else {
    for (const finding of findings) console.error(formatFinding(finding));
    if (findings.length === 0) console.log('The specification, its schemas, its examples and its vectors agree.');
  }
  return findings.length > 0;
}

/** What `check --json` prints, in the form of `schemas/findings.schema.json`. */
export function findingsDocument(findings: readonly Finding[]) {
  const located = findings.map((finding) => ({ ...finding, path: repositoryPath(finding.path) }));
  return { schema: 'model-signing/specification-findings/v1', findings: located };
}

/** What `compat --json` prints, in the form of `schemas/changes.schema.json`. */
export function changesDocument(comparison: Comparison) {
  return { schema: 'model-signing/specification-changes/v1', ...comparison };
}

function reviewVectors({ args: [version = ''], flags: { requirement, all } }: Given): boolean {
  if ((requirement === undefined) === (all === undefined))
    throw new UsageError('name what was reviewed: --requirement <id> or --all');
  const { paths, reviewed } = review(version, all ? 'all' : [requirement ?? []].flat().map(String));
  printPaths(paths);
  console.log(`${reviewed} reviews are new`);
  return false;
}

function printPaths(paths: readonly string[]): false {
  for (const path of paths) console.log(`wrote ${repositoryPath(path)}`);
  return false;
}

function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}
