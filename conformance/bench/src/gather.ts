import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { goRevision, prepareGoPeer } from '../../interop/src/peer/go-environment.ts';
import { preparePythonPeer, programOf } from '../../interop/src/peer/python-environment.ts';
import { EXIT_SKIPPED, reportSkipped } from '../../interop/src/peer/unavailable.ts';
import type { Keyless } from '../../sigstore-lab/src/keyless.ts';
import { type Field, type FieldRequest, missingLimits, requirePython } from '../../suite/src/bench/field.ts';
import { machineLimits } from '../../suite/src/bench/limits.ts';
import { describeMachine } from '../../suite/src/bench/machine.ts';
import type { Subject } from '../../suite/src/bench/subjects.ts';
import { CannotRun } from '../../suite/src/errors.ts';
import { emptyModule, engineOf, goSubject, ourSubject, ourVariants, pythonSubject, repository } from './subjects.ts';

/**
 * This repository's command with and without its native engine, an earlier checkout of it, the Python and the Go peer, and the limits
 * of the machine.
 * @throws {CannotRun} if a command is not built, or CI lacks the Python peer
 */
export function gatherField(against: string | null, keyless: Keyless | null, request: FieldRequest): Field {
  requireBuilt(repository, 'this repository');
  if (against) requireBuilt(against, 'the earlier checkout');
  const environment = peerEnvironment();
  const go = prepareGoPeer();
  const engine = engineOf(repository);
  const python = environment ? programOf(environment, 'python') : 'python3';
  const machine = describeMachine(python, environment && programOf(environment, 'model_signing'));
  requirePython(machine);
  return {
    subjects: [
      ourSubject('ours', repository, keyless, `ours, ${engine} engine`),
      ...ourVariants(),
      ...(against ? [ourSubject('earlier', against, keyless)] : []),
      ...(environment ? [pythonSubject(environment, keyless)] : []),
      ...('program' in go ? [goSubject(go.program, goRevision)] : []),
      ...machineLimits(machine, request.short),
      emptyModuleIn(request.directory),
    ],
    skipped: [
      ...(environment ? [] : [{ what: 'the Python peer', reason: 'it could not be installed' }]),
      ...('program' in go ? [] : [{ what: 'the Go peer', reason: go.unavailable }]),
      ...(engine === 'native' ? [] : [{ what: 'the native engine', reason: 'it is not built (npm run native)' }]),
      ...missingLimits(request, machine),
      ...(keyless ? [] : [{ what: 'keyless', reason: 'no private Sigstore is running (npm run sigstore:up)' }]),
    ],
    machine,
    python,
  };
}

/** The virtual environment of the Python peer, or null if it is skipped. */
function peerEnvironment(): string | null {
  const peer = preparePythonPeer();
  if ('directory' in peer) return peer.directory;
  if (reportSkipped('Python', peer.unavailable, true) !== EXIT_SKIPPED)
    throw new CannotRun('the Python peer is required in CI');
  return null;
}

function requireBuilt(checkout: string, name: string): void {
  if (!['main.cjs', 'main.js'].some((file) => existsSync(path.join(checkout, 'packages/cli/dist', file)))) {
    throw new CannotRun(`the command line of ${name} is not built`);
  }
}

function emptyModuleIn(directory: string): Subject {
  const file = path.join(directory, 'empty.mjs');
  writeFileSync(file, '');
  return emptyModule(file);
}
