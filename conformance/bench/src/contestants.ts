import path from 'node:path';
import type { KeyFiles } from '../../interop/src/peer/keys.ts';
import { programOf } from '../../interop/src/peer/python-environment.ts';
import type { Keyless } from '../../sigstore-lab/src/keyless.ts';
import type { Case, Operation, Party } from './matrix.ts';
import { type Argv, type Launcher, measure, type Run } from './measure.ts';

/** A case with the files that it is run on. */
export interface Job extends Case {
  /** The directory of the model. */
  readonly model: string;
  /** A signature of the contestant's own. */
  readonly signature: string;
  readonly keys: KeyFiles;
  /** Null where there is nothing to sign with. */
  readonly keyless: Keyless | null;
}

/** Whoever takes part in a case: an implementation, or a limit of the machine. */
export interface Contestant {
  readonly party: Party;
  takesPart(benchCase: Case): boolean;
  /** How it is called in reports. */
  label(benchCase: Case): string;
  /** Does the job once. Throws a CommandFailed. */
  run(job: Job, launcher: Launcher): Promise<Run>;
}

/** The root of this repository. */
export const repository = path.resolve(import.meta.dirname, '../../..');

/** The command of a checkout of this repository, built. */
function commandOf(checkout: string): string {
  return path.join(checkout, 'packages/cli/bin/model-signing.js');
}

/** A contestant that is a command in every case. */
export function commandContestant(
  party: Party,
  { takesPart, label, argv }: Pick<Contestant, 'takesPart' | 'label'> & { argv: (job: Job) => Argv },
): Contestant {
  return { party, takesPart, label, run: (job, launcher) => measure(argv(job), launcher) };
}

/** The command line of this repository, or of an earlier checkout of it. */
export function ourContestant(party: 'ours' | 'earlier', checkout: string): Contestant {
  const program: Argv = [process.execPath, commandOf(checkout)];
  return commandContestant(party, {
    takesPart: () => true,
    label: () => party,
    argv: (job) => [...program, ...ourArguments(job)],
  });
}

function ourArguments({ operation, model, signature, keys, keyless, ...job }: Job): string[] {
  switch (operation) {
    case 'sign-keyless':
    case 'verify-keyless':
      return keylessArguments({ operation, model, signature, keyless }, '-');
    case 'sign':
      return ['sign', 'key', model, '--signature', signature, '--private-key', keys.privateKey, ...hashFlags(job)];
    case 'verify':
      return ['verify', 'key', model, '--signature', signature, '--public-key', keys.publicKey];
    default:
      return [`--${operation}`];
  }
}

/** Both commands take the same, but for what joins the words of a flag. */
function keylessArguments({ operation, model, signature, keyless }: KeylessJob, joint: '-' | '_'): string[] {
  if (!keyless) throw new Error('there is no private Sigstore to sign with');
  const flag = (...words: string[]) => `--${words.join(joint)}`;
  const common = ['sigstore', model, '--signature', signature, flag('trust', 'config'), keyless.trustConfig];
  if (operation === 'sign-keyless') return ['sign', ...common, flag('identity', 'token'), keyless.token()];
  return ['verify', ...common, '--identity', keyless.identity, flag('identity', 'provider'), keyless.issuer];
}

type KeylessJob = Pick<Job, 'operation' | 'model' | 'signature' | 'keyless'>;

function isKeyless(operation: Operation): boolean {
  return operation === 'sign-keyless' || operation === 'verify-keyless';
}

function hashFlags({ hash, shardSize }: Pick<Case, 'hash' | 'shardSize'>): string[] {
  return ['--hash', hash, ...(shardSize === null ? [] : ['--shard-size', String(shardSize)])];
}

/** The Python peer: its command, or its library where the command has no flags for the case. */
export function pythonContestant(environment: string): Contestant {
  const command: Argv = [programOf(environment, 'model_signing')];
  const library: Argv = [
    programOf(environment, 'python'),
    path.join(repository, 'conformance/interop/python/library.py'),
  ];
  return commandContestant('peer', {
    takesPart: ({ operation }) => operation !== 'version' && operation !== 'help',
    label: (benchCase) => (needsLibrary(benchCase) ? 'Python library' : 'Python command'),
    argv: ({ operation, model, signature, keys, keyless, ...job }) => {
      if (isKeyless(operation)) return [...command, ...keylessArguments({ operation, model, signature, keyless }, '_')];
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
