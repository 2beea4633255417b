import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { goFlags } from '../../interop/go/flags.ts';
import { programOf } from '../../interop/src/peer/python-environment.ts';
import type { Keyless } from '../../sigstore-lab/src/keyless.ts';
import { type Case, type Operation, ROWS, type Row, row } from '../../suite/src/bench/cases.ts';
import type { Argv } from '../../suite/src/bench/measure.ts';
import { commandSubject, type Job, type Subject } from '../../suite/src/bench/subjects.ts';

/** The root of this repository. */
export const repository = path.resolve(import.meta.dirname, '../../..');

/** The command of a checkout of this repository, built. */
function commandOf(checkout: string): string {
  return path.join(checkout, 'packages/cli/bin/model-signing.js');
}

/** The cases of this repository: those of every implementation, keyless signatures if they can be made, and start-up. */
export function ourRows(keyless: Keyless | null): readonly Row[] {
  return [
    ...ROWS,
    ...(keyless ? [row('tiny', ['verify-keyless'], 'sha256', ['empty-module'])] : []),
    row('tiny', ['version', 'help'], 'sha256', ['empty-module']),
  ];
}

/**
 * The command line of this repository, or of an earlier checkout of it.
 * @param label says which engine hashes
 */
export function ourSubject(
  party: 'ours' | 'earlier',
  checkout: string,
  keyless: Keyless | null,
  label: string = party,
): Subject {
  const program: Argv = [process.execPath, commandOf(checkout)];
  return commandSubject(party, {
    takesPart: () => true,
    label: () => label,
    argv: (job) => [...program, ...ourArguments(job, keyless)],
  });
}

/** Which engine hashes large models with the command of a checkout: what `--version --json` says. */
export function engineOf(checkout: string): 'native' | 'node' {
  const { stdout } = spawnSync(process.execPath, [commandOf(checkout), '--version', '--json'], { encoding: 'utf8' });
  const { engine } = JSON.parse(stdout) as { readonly engine?: string };
  return engine === 'native' ? 'native' : 'node';
}

/** The command of this repository with flags that change how it hashes, in cases that hash. */
export function ourVariants(): Subject[] {
  const program: Argv = [process.execPath, commandOf(repository)];
  const variant = (party: 'ours-node' | 'ours-one-thread', label: string, flags: string[], takesPart: Takes) =>
    commandSubject(party, {
      takesPart: (benchCase) => hashes(benchCase) && takesPart(benchCase),
      label: () => label,
      argv: (job) => [...program, ...ourArguments(job, null), ...flags],
    });
  return [
    variant('ours-node', 'ours, --engine node', ['--engine', 'node'], () => true),
    variant(
      'ours-one-thread',
      'ours, --jobs 1',
      ['--jobs', '1'],
      ({ workload, hash }) => workload.name === 'medium-files' && hash === 'sha256',
    ),
  ];
}

type Takes = Subject['takesPart'];

/** Whether a model is signed or verified with a key. */
function hashes({ operation }: Pick<Case, 'operation'>): boolean {
  return operation === 'sign' || operation === 'verify';
}

/** The Go peer: its command, which signs whole files with SHA-256. */
export function goSubject(program: string, revision: string): Subject {
  return commandSubject('peer-go', {
    takesPart: (benchCase) => hashes(benchCase) && !needsLibrary(benchCase),
    label: () => `Go command, commit ${revision}`,
    argv: ({ operation, model, signature, keys }) => {
      const key = operation === 'sign' ? { 'private-key': keys.privateKey } : { 'public-key': keys.publicKey };
      return [program, operation, 'key', ...goFlags({ signature, ...key }), '--', model];
    },
  });
}

function ourArguments(job: Job, keyless: Keyless | null): string[] {
  const { operation, model, signature, keys } = job;
  switch (operation) {
    case 'sign-keyless':
    case 'verify-keyless':
      return keylessArguments(job, keyless, '-');
    case 'sign':
      return ['sign', 'key', model, '--signature', signature, '--private-key', keys.privateKey, ...hashFlags(job)];
    case 'verify':
      return ['verify', 'key', model, '--signature', signature, '--public-key', keys.publicKey];
    default:
      return [`--${operation}`];
  }
}

/** Both commands take the same flags, but join the words with another character. */
function keylessArguments({ operation, model, signature }: Job, keyless: Keyless | null, joint: '-' | '_'): string[] {
  if (!keyless) throw new Error('there is no private Sigstore to sign with');
  const flag = (...words: string[]) => `--${words.join(joint)}`;
  const common = ['sigstore', model, '--signature', signature, flag('trust', 'config'), keyless.trustConfig];
  if (operation === 'sign-keyless') return ['sign', ...common, flag('identity', 'token'), keyless.token()];
  return ['verify', ...common, '--identity', keyless.identity, flag('identity', 'provider'), keyless.issuer];
}

function isKeyless(operation: Operation): boolean {
  return operation === 'sign-keyless' || operation === 'verify-keyless';
}

function hashFlags({ hash, shardSize }: Pick<Case, 'hash' | 'shardSize'>): string[] {
  return ['--hash', hash, ...(shardSize === null ? [] : ['--shard-size', String(shardSize)])];
}

/** The Python peer: its command, or its library if the command has no flags for the case. */
export function pythonSubject(environment: string, keyless: Keyless | null): Subject {
  const command: Argv = [programOf(environment, 'model_signing')];
  const library: Argv = [
    programOf(environment, 'python'),
    path.join(repository, 'conformance/interop/python/library.py'),
  ];
  return commandSubject('peer', {
    takesPart: ({ operation }) => operation !== 'version' && operation !== 'help',
    label: (benchCase) => (needsLibrary(benchCase) ? 'Python library' : 'Python command'),
    argv: (job) => {
      const { operation, model, signature, keys } = job;
      if (isKeyless(operation)) return [...command, ...keylessArguments(job, keyless, '_')];
      const key = operation === 'sign' ? ['--private_key', keys.privateKey] : ['--public_key', keys.publicKey];
      const rest = [model, '--signature', signature, ...key];
      if (needsLibrary(job)) return [...library, operation, ...rest, ...hashFlags(job)];
      return [...command, operation, 'key', ...rest];
    },
  });
}

function needsLibrary({ hash, shardSize }: Pick<Case, 'hash' | 'shardSize'>): boolean {
  return hash !== 'sha256' || shardSize !== null;
}

/** Node itself: an empty ES module. */
export function emptyModule(file: string): Subject {
  return commandSubject('empty-module', {
    takesPart: ({ limits }) => limits.includes('empty-module'),
    label: () => 'empty ES module',
    argv: () => [process.execPath, file],
  });
}
