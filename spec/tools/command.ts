import { Command, CommanderError } from 'commander';
import { check } from './check.ts';
import { formatFinding, repositoryPath } from './findings.ts';
import { generate } from './generate.ts';

/** Exit codes: done or nothing found; something found; used wrongly or unable to run. */
const FOUND = 1;
const UNUSABLE = 2;

/** Runs `oms-spec` with the arguments given and answers with its exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  let found = 0;
  const program = new Command('oms-spec')
    .description('checks, compares, adds and freezes the versions of the OMS format')
    .exitOverride()
    .showSuggestionAfterError();

  program
    .command('check')
    .description('tell what is wrong with the specification, where, and how to mend it')
    .option('--json', 'print a list of findings on standard output')
    .action(async ({ json }: { json?: true }) => {
      const findings = await check();
      found = findings.length;
      if (json) print(findings.map((finding) => ({ ...finding, path: repositoryPath(finding.path) })));
      else for (const finding of findings) console.error(formatFinding(finding));
      if (!json && found === 0) console.log('The prose, the schemas, the registry, the examples and all else agree.');
    });

  program
    .command('generate')
    .description('write whatever is made from other files')
    .action(async () => {
      for (const path of await generate()) console.log(`wrote ${repositoryPath(path)}`);
    });

  try {
    await program.parseAsync(args, { from: 'user' });
    return found > 0 ? FOUND : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : UNUSABLE;
    console.error(`oms-spec: ${error instanceof Error ? error.message : error}`);
    return UNUSABLE;
  }
}

function print(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}
