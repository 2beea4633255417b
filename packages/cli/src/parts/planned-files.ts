import { lstatSync } from 'node:fs';
import { type Content, type ModelFile, quote } from '@model-signing/core';
import { CommandError, usageError } from '../failure.ts';
import type { PlannedFile } from './plan.ts';

/** When the content of a file was changed, in nanoseconds since 1970. The path has no links. */
export function modifiedAt({ name, content }: ModelFile): string {
  return String(lstatSync(pathOf(name, content), { bigint: true }).mtimeNs);
}

function pathOf(name: string, content: Content): string {
  if ('path' in content) return content.path;
  throw usageError(`the file ${quote(name)} is not on this machine, and only local files can be divided into parts`);
}

/**
 * Checks that a file is as it was planned.
 * @throws {CommandError} `command/plan-outdated`
 */
export function checkUnchanged({ name, content }: ModelFile, planned: PlannedFile): void {
  const { size, mtimeNs } = lstatSync(pathOf(name, content), { bigint: true });
  if (size !== BigInt(planned.size)) {
    throw outdated(`${quote(name)} has ${size} bytes, and had ${planned.size} when the plan was made`);
  }
  if (String(mtimeNs) !== planned.modified) throw outdated(`${quote(name)} was changed since the plan was made`);
}

/** The error for a model that is no longer what was planned. */
export function outdated(problem: string): CommandError {
  return new CommandError('command/plan-outdated', problem, {
    hints: [
      'make a new plan, with a new directory for its answers',
      'a host with a copy of its own needs one that has the same times, as cp -p and rsync -t make',
    ],
  });
}
