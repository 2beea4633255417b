import { statSync } from 'node:fs';
import path from 'node:path';
import { printable } from '@model-signing/core';
import { describeChange } from '../../packages/cli/src/output.ts';
import { printableNames } from '../../packages/cli/src/printable.ts';
import { groupDigits } from '../../packages/cli/src/sizes.ts';
import type { Verb } from './inputs.ts';
import type { Outcome, Problem } from './outcome.ts';
import { headline } from './summary.ts';
import { annotation } from './workflow-commands.ts';

/** A page shows ten errors and ten warnings of a step. */
const MAX_SHOWN = 10;

/** What a run shows of an outcome, as lines to its runner. @param workspace the folder that files are named from */
export function annotations(verb: Verb, model: string, outcome: Outcome, workspace: string): string[] {
  const title = headline(verb, outcome);
  if (outcome.kind === 'not-enforced') {
    const { code, message } = outcome.result.refusal;
    return [annotation('warning', printable(`${message} [${code}]`), { title })];
  }
  if (outcome.kind === 'failed') return problemAnnotations(outcome.problem, title, folderIn(workspace, model));
  return outcome.result.warnings
    .slice(0, MAX_SHOWN)
    .map(({ code, message }) => annotation('warning', printable(`${message} [${code}]`), { title }));
}

function problemAnnotations(
  { code, requirement, message, differences, hints }: Problem,
  title: string,
  folder: string | null,
) {
  const named = [code, requirement].filter(Boolean).join(' ');
  const first = printable([`${message} [${named}]`, ...hints].join('; '));
  const room = MAX_SHOWN - 1;
  const shown = differences.length > room ? room - 1 : differences.length;
  const names = printableNames(differences.slice(0, shown).map((difference) => difference.path));
  const rest = differences.length - shown;
  return [
    annotation('error', first, { title }),
    ...differences.slice(0, shown).map((difference, i) => {
      const text = `${difference.kind}: ${names[i]}${printable(describeChange(difference))}`;
      return annotation('error', text, { title: `${difference.kind} file`, file: fileOf(folder, difference.path) });
    }),
    ...(rest > 0 ? [annotation('error', `and ${groupDigits(rest)} more files`, { title })] : []),
  ];
}

/** The folder of a model in the workspace, relative to it; null if there is none in it. */
function folderIn(workspace: string, model: string): string | null {
  const isFolder = isDirectory(model);
  if (isFolder === null) return null;
  const folder = path.relative(workspace, path.resolve(isFolder ? model : path.dirname(model)));
  return folder.startsWith('..') || path.isAbsolute(folder) ? null : folder.replaceAll(path.sep, '/');
}

/** Null for a model that is not on this machine, and for what no file can be called. */
function isDirectory(model: string): boolean | null {
  try {
    return statSync(model).isDirectory();
  } catch {
    return null;
  }
}

/** A file by its own name; a name with hidden characters is only in the message, where they are written out. */
function fileOf(folder: string | null, name: string): string | undefined {
  return folder === null || printable(name) !== name ? undefined : path.posix.join(folder, name);
}
