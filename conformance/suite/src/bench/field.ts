import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Adapter } from '../adapter/command-session.ts';
import { CannotRun } from '../errors.ts';
import { introduceAdapters } from './adapters.ts';
import { dropCaches } from './data.ts';
import { machineLimits } from './limits.ts';
import { describeMachine, type Machine } from './machine.ts';
import type { Skipped } from './report.ts';
import type { Subject } from './subjects.ts';

/** The subjects of a run, and what is not measured and why. */
export interface Field {
  readonly subjects: readonly Subject[];
  readonly skipped: readonly Skipped[];
  readonly machine: Machine;
  /** The Python that measures. */
  readonly python: string;
}

/** Where a field is prepared. */
export interface FieldRequest {
  readonly short: boolean;
  readonly cold: boolean;
  /** For files that subjects need. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/**
 * The adapters of a command line, and the limits of the machine.
 * @throws {CannotRun} if an adapter or Python cannot be started
 */
export async function gatherAdapters(adapters: readonly Adapter[], request: FieldRequest): Promise<Field> {
  const python = 'python3';
  const machine = describeMachine(python, null);
  requirePython(machine);
  const directory = path.join(request.directory, 'introductions');
  mkdirSync(directory);
  const { subjects, skipped } = await introduceAdapters(adapters, { directory, signal: request.signal });
  return {
    subjects: [...subjects, ...machineLimits(machine, request.short)],
    skipped: [...missingLimits(request, machine), ...skipped],
    machine,
    python,
  };
}

/** @throws {CannotRun} if there is no Python to measure with */
export function requirePython({ versions }: Machine): void {
  if (!versions.python) throw new CannotRun('python3 is needed, to measure with');
}

/** The limits that this machine cannot measure, and cold caches if it cannot provide them. */
export function missingLimits({ cold }: FieldRequest, { versions }: Machine): Skipped[] {
  return [
    ...(versions.openssl ? [] : [{ what: 'openssl', reason: 'it is not installed' }]),
    ...(versions.b3sum ? [] : [{ what: 'b3sum', reason: 'it is not installed' }]),
    ...(cold && !dropCaches() ? [{ what: 'cold', reason: 'the caches of this machine may not be dropped' }] : []),
  ];
}
