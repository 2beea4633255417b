import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ErrorCode, errorCodes, OmsError } from '@model-signing/core';
import { commandExitCodes, exitCodeOfVerdict, signalExitCodes } from '../../packages/cli/src/exit-codes.ts';
import { hintsFor } from '../../packages/cli/src/hints.ts';
import { inCell } from './cells.ts';
import type { Page } from './pages.ts';

/** What each exit code means: 0 is for success, the others are those of the tables of error codes. */
export const exitCodeTable = [
  '| code | meaning |',
  '|---|---|',
  '| 0 | verified, or done |',
  '| 1 | rejected: the signature is not valid, or the model differs from what was signed |',
  '| 2 | the command line is wrong; nothing was attempted |',
  '| 3 | the command could not run, for example because a file cannot be read or a disk fails |',
  `| ${Object.values(signalExitCodes).join(', ')} | ended by ${Object.keys(signalExitCodes).join(', ')}; nothing was written |`,
];

/** The reference of exit codes and error codes, generated from the tables of the library and the command. */
export function errorsPage(root: string): Page {
  const stages = [...new Set(errorCodes.map((code) => code.split('/')[0] as string))];
  const text = [
    '# Errors and exit codes',
    '',
    'This page is generated from the tables of the library and the command. A code never changes its meaning. The library',
    'throws it as `code` of an `OmsError`; the command prints it after the message, and with `--json` as `error.code`.',
    '',
    '## Exit codes',
    '',
    ...exitCodeTable,
    '',
    ...stages.flatMap((stage) => [
      `## ${stage}`,
      '',
      '| error code | requirement | exit code | what you can do |',
      '|---|---|---|---|',
      ...errorCodes.filter((code) => code.startsWith(`${stage}/`)).map((code) => row(code, root)),
      '',
    ]),
    '## command',
    '',
    'These are errors of the command itself. They say nothing about a signature.',
    '',
    '| error code | exit code |',
    '|---|---|',
    ...Object.entries(commandExitCodes).map(([code, exit]) => `| \`${code}\` | ${exit} |`),
    `| \`command/interrupted\` | ${Object.values(signalExitCodes).join(', ')} |`,
  ];
  return { path: 'reference/errors.md', text: `${text.join('\n')}\n`, source: null };
}

function row(code: ErrorCode, root: string): string {
  const error = new OmsError(code, '');
  const hints = hintsFor(error).map(inCell).join('; ');
  const requirement = error.requirement === null ? '' : linkTo(error.requirement, root);
  return `| \`${code}\` | ${requirement} | ${exitCodeOfVerdict(code)} | ${hints} |`;
}

function linkTo(requirement: string, root: string): string {
  const version = ['v1.0', 'v1.1'].find((each) => requirementsOf(each, root).some(({ id }) => id === requirement));
  return `[${requirement}](../spec/${version}.md#${requirement.toLowerCase()})`;
}

function requirementsOf(version: string, root: string): { readonly id: string }[] {
  return JSON.parse(readFileSync(path.join(root, 'spec', version, 'requirements.json'), 'utf8'));
}
