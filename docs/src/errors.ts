import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ErrorCode, errorCodes, OmsError, type OmsErrorOptions } from '@model-signing/core';
import type { KeyErrorCode } from '@model-signing/keys';
import type { PolicyErrorCode } from '@model-signing/policy';
import type { SourceErrorCode } from '@model-signing/sources';
import {
  commandExitCodes,
  exitCodeOfKey,
  exitCodeOfPolicy,
  exitCodeOfSource,
  exitCodeOfVerdict,
  signalExitCodes,
} from '../../packages/cli/src/exit-codes.ts';
import { type Command, commandsBelow } from '../../packages/cli/src/grammar.ts';
import { type Call, hintsFor } from '../../packages/cli/src/hints.ts';
import { program } from '../../packages/cli/src/program.ts';
import { inCell } from './cells.ts';
import {
  commandMeanings,
  keyMeanings,
  meanings,
  policyMeanings,
  sourceMeanings,
  warningCodes,
} from './error-meanings.ts';
import type { Page } from './pages.ts';

/** What each exit code means: 0 is for success, the others are those of the tables of error codes. */
export const exitCodeTable = [
  '| code | meaning |',
  '|---|---|',
  '| 0 | verified, or done |',
  '| 1 | rejected: the signature is not valid, or the model differs from what was signed |',
  '| 2 | the command line is wrong; nothing was attempted |',
  '| 3 | the command could not run, for example because a file cannot be read or a disk fails |',
  `| ${Object.values(signalExitCodes).join(', ')} | ended by ${Object.keys(signalExitCodes).join(', ')}; \`sign\` says whether the signature was written |`,
];

/** The reference of exit codes and error codes, generated from the tables of the library and the command. */
export function errorsPage(root: string): Page {
  const stages = [...new Set(errorCodes.map((code) => code.split('/')[0] as string))];
  const text = [
    '# Errors and exit codes',
    '',
    'This page is generated from the tables of the library and the command. A code never changes its meaning. The library',
    'throws it as `code` of an `OmsError`. The command prints it in brackets after the message, with the requirement, and with',
    '`--json` as `error.code`.',
    '',
    'The requirement in the tables is that of the code. If a narrower one was broken, such as the one that a rule of a schema names,',
    'the error has that one. Where a table says *warning*, the command goes on and exits with 0, unless `--strict` is given.',
    '',
    '## Exit codes',
    '',
    ...exitCodeTable,
    '',
    ...stages.flatMap((stage) => [
      `## ${stage}`,
      '',
      '| error code | meaning, and → what you can do | requirement | exit code |',
      '|---|---|---|---|',
      ...errorCodes.filter((code) => code.startsWith(`${stage}/`)).map((code) => row(code, root)),
      '',
    ]),
    '## source',
    '',
    'These say that a hub or registry, or the place for a model that is fetched, cannot be used. The library throws them as `code` of a `SourceError`.',
    '',
    '| error code | meaning | exit code |',
    '|---|---|---|',
    ...Object.entries(sourceMeanings).map(
      ([code, meaning]) => `| \`${code}\` | ${meaning} | ${exitCodeOfSource(code as SourceErrorCode)} |`,
    ),
    '',
    '## key',
    '',
    'These say that a key in a token or service cannot be found, opened or used. The library throws them as `code` of a `KeyError`. A key that signs something else than was asked is `signer/key-answer-invalid`.',
    '',
    '| error code | meaning | exit code |',
    '|---|---|---|',
    ...Object.entries(keyMeanings).map(
      ([code, meaning]) => `| \`${code}\` | ${meaning} | ${exitCodeOfKey(code as KeyErrorCode)} |`,
    ),
    '',
    '## policy',
    '',
    'These are the refusals of a [policy](../guide/who-may-sign-what.md). The library throws them as `code` of a `PolicyError`. A policy that cannot be used exits with 3, and with 1 in `policy check`.',
    '',
    '| error code | meaning | exit code |',
    '|---|---|---|',
    ...Object.entries(policyMeanings).map(
      ([code, meaning]) => `| \`${code}\` | ${meaning} | ${exitCodeOfPolicy(code as PolicyErrorCode)} |`,
    ),
    '',
    '## command',
    '',
    'These are errors of the command itself. They say nothing about a signature. The command prints their codes after the message too, except `command/usage` and `command/interrupted`, which are in `--json` only.',
    '',
    '| error code | meaning | exit code |',
    '|---|---|---|',
    ...Object.entries(commandMeanings).map(
      ([code, meaning]) => `| \`${code}\` | ${meaning} | ${exitOfCommand(code)} |`,
    ),
  ];
  return { path: 'reference/errors.md', text: `${text.join('\n')}\n`, source: null };
}

function row(code: ErrorCode, root: string): string {
  const { requirement } = new OmsError(code, '');
  const link = requirement === null ? '' : linkTo(requirement, root);
  const lines = [meanings[code], ...advice(code).map((line) => `→ ${line}`)].map(inCell);
  return `| \`${code}\` | ${lines.join('<br>')} | ${link} | ${exitOf(code)} |`;
}

function exitOf(code: ErrorCode): string {
  const [verifying, signing] = [exitCodeOfVerdict(code), exitCodeOfVerdict(code, true)];
  const exit = verifying === signing ? `${verifying}` : `${verifying}, or ${signing} when signing`;
  if (!warningCodes.has(code)) return exit;
  // A stored trust root that cannot be used is an error where no other takes its place.
  return code === 'signer/trust-cache' ? `warning or ${exit}` : `warning; ${exit} with \`--strict\``;
}

function exitOfCommand(code: string): string {
  if (code === 'command/interrupted') return Object.values(signalExitCodes).join(', ');
  const exit = commandExitCodes[code as keyof typeof commandExitCodes];
  return warningsOfCommand.has(code) ? `warning; ${exit} with \`--strict\`` : `${exit}`;
}

/** The codes of the command with which something unusual is reported. */
const warningsOfCommand: ReadonlySet<string> = new Set([
  'command/ignore-path-absent',
  'command/signature-signed',
  'command/other-model',
]);

/** A condition under which other hints are given, with an example of it. */
interface Situation extends OmsErrorOptions {
  readonly when: string;
  readonly message?: string;
  readonly given?: Call['given'];
  readonly signing?: boolean;
}

const situations: readonly Situation[] = [
  { when: 'when signing', signing: true },
  { when: 'with `--strict`', given: { strict: true } },
  { when: 'with `--verification-time`', given: { verificationTime: 'TIME' } },
  { when: 'with `--require-self-signed-root`', given: { requireSelfSignedRoot: true } },
  { when: 'if the only difference is files that are not signed', differences: [{ kind: 'unsigned', path: 'FILE' }] },
  {
    when: 'if a file is only a pointer to its content',
    differences: [{ kind: 'modified', path: 'FILE', pointer: 'git-lfs' }],
  },
  { when: 'if it is a draft', message: 'https://model_signing.example/draft/' },
  { when: 'if it begins with a byte order mark', message: 'a byte order mark' },
  { when: 'if it is in UTF-16', message: 'a byte order mark of UTF-16' },
  { when: 'if it holds several', message: 'this file holds several bundles' },
  { when: 'if its directory is the problem', message: 'the directory D' },
];

/** All hints for a code. Those that are given only under a condition say so. */
export function advice(code: ErrorCode): string[] {
  const always = hintsFor(new OmsError(code, ''));
  const seen = new Set(always);
  const sometimes = situations.flatMap(({ when, message = '', given = {}, signing = false, ...options }) => {
    const call: Call = { known: signing ? signFlags : allFlags, given, operand: 'MODEL' };
    const lines = hintsFor(new OmsError(code, message, options), call).filter((line) => !seen.has(line));
    for (const line of lines) seen.add(line);
    return lines.map((line) => `${when}: ${line}`);
  });
  return [...always, ...sometimes];
}

const allFlags = flagsOf((name) => name !== 'sign');
const signFlags = flagsOf((name) => name === 'sign');

/** The flags of all commands whose first word is one of these. */
function flagsOf(isWanted: (name: string) => boolean): Set<string> {
  const paths = commandsBelow([program]).filter(([, first]) => isWanted((first as Command).name));
  return new Set(paths.flatMap((each) => (each.at(-1) as Command).flags.map(({ name }) => name)));
}

function linkTo(requirement: string, root: string): string {
  const version = ['v1.0', 'v1.1'].find((each) => requirementsOf(each, root).some(({ id }) => id === requirement));
  return `[${requirement}](../spec/${version}.md#${requirement.toLowerCase()})`;
}

function requirementsOf(version: string, root: string): { readonly id: string }[] {
  return JSON.parse(readFileSync(path.join(root, 'spec', version, 'requirements.json'), 'utf8'));
}
