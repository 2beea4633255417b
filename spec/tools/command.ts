import { Command, CommanderError, Option } from 'commander';
import { addVector, STAGES } from './add-vector.ts';
import { check } from './check.ts';
import { compatibility, formatComparison } from './compat/report.ts';
import { exportVersion } from './export.ts';
import { formatFinding, repositoryPath } from './findings.ts';
import { freeze } from './freeze.ts';
import { generate } from './generate.ts';
import { newVersion } from './new-version.ts';
import { review } from './reviews.ts';

/** Exit codes: done or nothing found; something found; used wrongly or unable to run. */
const DONE = 0;
const FOUND = 1;
const UNUSABLE = 2;

/** Runs `oms-spec` with the arguments given and answers with its exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  let code = DONE;
  const program = new Command('oms-spec')
    .description('Check, compare, add and freeze the versions of the OMS format.')
    .addHelpText(
      'after',
      '\nExits with 0 done or nothing found, 1 something found, 2 wrong command line or could not run.',
    )
    .showSuggestionAfterError()
    .exitOverride();
  addReadingCommands(program, (found) => {
    code = found ? FOUND : DONE;
  });
  addWritingCommands(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : UNUSABLE;
    console.error(`oms-spec: ${error instanceof Error ? error.message : error}`);
    return UNUSABLE;
  }
}

/** The commands that only look. */
function addReadingCommands(program: Command, report: (found: boolean) => void): void {
  program
    .command('check')
    .description('tell what is wrong with the specification, where, and how to mend it')
    .option('--json', 'print the findings as a list on standard output')
    .action(async ({ json = false }: { json?: boolean }) => {
      const findings = await check();
      report(findings.length > 0);
      if (json) return printJson(findings.map((finding) => ({ ...finding, path: repositoryPath(finding.path) })));
      for (const finding of findings) console.error(formatFinding(finding));
      if (findings.length === 0) console.log('The specification, its schemas, its examples and its vectors agree.');
    });
  program
    .command('compat')
    .description('tell what changed in the schemas, which documents it breaks, and show one of each')
    .argument('<earlier>', 'a version, such as 1.0')
    .argument('<later>', 'another, such as 1.1')
    .option('--json', 'print the changes with their documents on standard output')
    .action((earlier: string, later: string, { json = false }: { json?: boolean }) => {
      const comparison = compatibility(earlier, later);
      if (json) printJson(comparison);
      else console.log(formatComparison(comparison));
    });
}

/** The commands that write files; each prints which. */
function addWritingCommands(program: Command): void {
  program
    .command('generate')
    .description('write whatever is made from other files')
    .action(async () => printPaths(await generate()));
  program
    .command('new')
    .description('make a draft of a new version from an earlier one')
    .argument('<version>', 'the new version, such as 1.1')
    .requiredOption('--from <version>', 'the version to begin with')
    .action(async (version: string, { from }: { from: string }) => printPaths(await newVersion(version, from)));
  program
    .command('freeze')
    .description('make a version unchangeable')
    .argument('<version>', 'the version, such as 1.0')
    .action(async (version: string) => printPaths(await freeze(version)));
  program
    .command('export')
    .description('write a version in the layout of the public specification repository')
    .argument('<version>', 'the version, such as 1.0')
    .requiredOption('--to <folder>', 'an empty or new folder')
    .action((version: string, { to }: { to: string }) => {
      for (const path of exportVersion(version, to)) console.log(`wrote ${path}`);
    });
  addVectorCommands(program.command('vector').description('work on test vectors'));
}

function addVectorCommands(vector: Command): void {
  vector
    .command('add')
    .description('begin an accepting and a refusing recipe for a requirement')
    .requiredOption('--requirement <id>', 'such as OMS-NAME-6')
    .requiredOption('--stage <stage>', `the stage that judges: ${STAGES.join(', ')}`)
    .action(({ requirement, stage }: { requirement: string; stage: string }) =>
      printPaths(addVector(requirement, stage)),
    );
  vector
    .command('review')
    .description('record that the vectors of a requirement were held against its present text')
    .argument('<version>', 'the version, such as 1.0')
    .addOption(new Option('--requirement <id...>', 'the requirements that were reviewed').conflicts('all'))
    .option('--all', 'every requirement that has vectors')
    .action((version: string, { requirement, all = false }: { requirement?: string[]; all?: boolean }) => {
      if (requirement === undefined && !all) throw new Error('name what was reviewed: --requirement <id> or --all');
      const { paths, reviewed } = review(version, requirement ?? 'all');
      printPaths(paths);
      console.log(`${reviewed} reviews are new`);
    });
}

function printPaths(paths: readonly string[]): void {
  for (const path of paths) console.log(`wrote ${repositoryPath(path)}`);
}

function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}
