import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  EXIT_SKIPPED,
  preparePythonPeer,
  programOf,
  reportSkipped,
} from '../../interop/src/peer/python-environment.ts';
import { type Keyless, runningInstance } from '../../sigstore-lab/src/keyless.ts';
import { introduceAdapters } from './adapters.ts';
import { type Contestant, ourContestant, pythonContestant, repository } from './contestants.ts';
import { dropCaches } from './data.ts';
import { b3sumFiles, emptyModule, opensslFiles, opensslSpeed } from './limits.ts';
import { describeMachine, type Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Skipped } from './report.ts';

/** Who is there to be measured, and who is not. */
export interface Field {
  readonly contestants: readonly Contestant[];
  readonly skipped: readonly Skipped[];
  readonly machine: Machine;
  /** Null where no private Sigstore runs. */
  readonly keyless: Keyless | null;
  /** A Python to measure with. */
  readonly python: string;
}

/** A reason not to begin. */
export class Impossible extends Error {}

/** Finds everyone who takes part; `directory` is for what they need. Throws an Impossible where one who must is not there. */
export async function gatherField(options: Options, directory: string): Promise<Field> {
  requireBuilt(repository, 'this repository');
  if (options.against) requireBuilt(options.against, 'the earlier checkout');
  const peer = preparePythonPeer();
  if ('unavailable' in peer && reportSkipped(peer.unavailable) !== EXIT_SKIPPED) {
    throw new Impossible('the Python peer is required in CI');
  }
  const environment = 'directory' in peer ? peer.directory : null;
  const python = environment ? programOf(environment, 'python') : 'python3';
  const machine = describeMachine(python, environment);
  requirePython(machine);

  const contestants = [
    ourContestant('ours', repository),
    ...(options.against ? [ourContestant('earlier', options.against)] : []),
    ...(environment ? [pythonContestant(environment)] : []),
    ...limits(machine, options.short),
    emptyModuleIn(directory),
  ];
  const keyless = runningInstance();
  const skipped = [
    ...(environment ? [] : [{ what: 'the Python peer', reason: 'it could not be installed' }]),
    ...skippedOf(options, machine),
    ...(keyless ? [] : [{ what: 'keyless', reason: 'no private Sigstore is running (npm run sigstore:up)' }]),
  ];
  return { contestants, skipped, machine, keyless, python };
}

/**
 * The adapters of a command line, and the limits of the machine. Throws an Impossible where there is nothing to measure
 * with, and an AdapterUnusable.
 */
export async function gatherAdapters(
  options: Options,
  { directory, signal }: { directory: string; signal: AbortSignal },
): Promise<Field> {
  const python = 'python3';
  const machine = describeMachine(python, null);
  requirePython(machine);
  const room = path.join(directory, 'introductions');
  mkdirSync(room);
  const { contestants, skipped } = await introduceAdapters(options.adapters, { directory: room, signal });
  return {
    contestants: [...contestants, ...limits(machine, options.short)],
    skipped: [...skippedOf(options, machine), ...skipped],
    machine,
    keyless: null,
    python,
  };
}

function requireBuilt(checkout: string, name: string): void {
  if (!['main.cjs', 'main.js'].some((name) => existsSync(path.join(checkout, 'packages/cli/dist', name)))) {
    throw new Impossible(`the command line of ${name} is not built`);
  }
}

function requirePython({ versions }: Machine): void {
  if (!versions.python) throw new Impossible('python3 is needed, to measure with');
}

function limits({ cores, versions }: Machine, short: boolean): Contestant[] {
  return [
    ...(versions.openssl
      ? [opensslSpeed('openssl-one', cores, short), opensslSpeed('openssl-all', cores, short), opensslFiles(cores)]
      : []),
    ...(versions.b3sum ? [b3sumFiles(cores)] : []),
  ];
}

function emptyModuleIn(directory: string): Contestant {
  const empty = path.join(directory, 'empty.mjs');
  writeFileSync(empty, '');
  return emptyModule(empty);
}

function skippedOf({ cold }: Options, { versions }: Machine): Skipped[] {
  return [
    ...(versions.openssl ? [] : [{ what: 'openssl', reason: 'it is not installed' }]),
    ...(versions.b3sum ? [] : [{ what: 'b3sum', reason: 'it is not installed' }]),
    ...(cold && !dropCaches() ? [{ what: 'cold', reason: 'the caches of this machine may not be dropped' }] : []),
  ];
}
