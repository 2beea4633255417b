import { type ModelFile, planModel, quote } from '@model-signing/core';
import { hasScheme } from '../addresses.ts';
import type { Context } from '../context.ts';
import { CommandError, isSystemError, systemMessage, usageError } from '../failure.ts';
import { openNamedModel } from '../named-model.ts';
import { writeNewFile } from '../new-file.ts';
import { listed, table } from '../output.ts';
import { checkBesideModel, fileOfStandardOutput } from '../parts/beside-model.ts';
import { lengthOf } from '../parts/documents.ts';
import { encodePlan, makePlan, type Plan } from '../parts/plan.ts';
import { modifiedAt } from '../parts/planned-files.ts';
import { formatCount, formatSize } from '../sizes.ts';
import { isStandardOutput } from '../standard-streams.ts';
import { signaturesIn } from './digest.ts';
import { type HashFlags, hashOptions, ignorePathWarnings, printWarnings, warnOfExternalLinks } from './model.ts';

export interface PlanFlags extends HashFlags {
  readonly parts: number;
  /** If it is absent, the plan is written to standard output. */
  readonly output?: string;
  /** A signature of the model to leave out, in place of those that are found in it. */
  readonly signature?: string;
}

/** `plan`: divides the hashing of a model into parts, which several hosts can take. Nothing is hashed. */
export async function plan(operand: string, flags: PlanFlags, context: Context): Promise<void> {
  if (hasScheme(operand)) throw inStore();
  const named = await openNamedModel(operand, flags, context);
  if (named.path === null) throw inStore();
  const options = await hashOptions(named, flags);
  const unused = await ignorePathWarnings(named, flags, options.ignorePaths);
  const found = await signaturesIn(named, flags, options);
  const ignorePaths = [...(options.ignorePaths ?? []), ...found];
  const { signal } = context;
  const planned = await planModel(named.open(flags.signature), { ...options, ignorePaths, signal });
  const output = isInFile(flags.output) ? flags.output : fileOfStandardOutput();
  if (output !== null) checkBesideModel('plan', output, named.path, planned.serialization.ignorePaths);
  const files = new Map(planned.jobs.map(({ file }) => [file.name, file]));
  const made = makePlan(planned, flags.parts, (name) => modifiedAt(files.get(name) as ModelFile));
  signal.throwIfAborted();
  const warnings = [...unused, ...planned.warnings];
  const bytes = planned.jobs.reduce((sum, job) => sum + lengthOf({ ...job, end: job.end ?? job.file.size }), 0);
  printWarnings(warnings, context);
  warnOfExternalLinks(planned.externalLinks, context);
  write(made, { bytes, ignored: planned.ignored, warnings }, flags.output, context);
}

function inStore(): CommandError {
  return usageError('the model is in a store, and only one in a directory can be divided into parts', 'pull it first');
}

interface Found {
  readonly bytes: number;
  readonly ignored: readonly string[];
  readonly warnings: readonly object[];
}

function write(made: Plan, { bytes, ignored, warnings }: Found, file: string | undefined, { output }: Context): void {
  const { id, modelName, serialization, files, parts } = made;
  const document = encodePlan(made);
  const { method, hashType, shardSize } = serialization;
  const lines = () => [
    'The plan was made; nothing is hashed yet',
    ...table([
      ['plan', id],
      ['content', `${formatCount(files.length, 'file')}, ${formatSize(bytes)}`],
      ['parts', `${parts.length - 1}, of ${formatCount(parts.at(-1) as number, 'digest')}`],
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not planned)`] : null,
    ]),
  ];
  if (!isInFile(file)) {
    if (output.settings.json)
      throw usageError('--json and the plan cannot both be on standard output', 'add --output FILE');
    output.data(document);
    for (const line of lines()) output.info(line);
    return;
  }
  writeNew(file, document);
  const fields = {
    ...{ plan: file, id, model: modelName, serialization: { method, hashAlgorithm: hashType, shardSize } },
    ...{ fileCount: files.length, digestCount: parts.at(-1), parts: parts.length - 1, bytes, ignored, warnings },
  };
  output.success('plan', fields, lines);
}

/** Whether the plan is written to a file of this name, and not to standard output. */
function isInFile(output: string | undefined): output is string {
  return output !== undefined && !isStandardOutput(output);
}

/** Another plan is never replaced, since hosts may be at work on it. */
function writeNew(file: string, content: string): void {
  try {
    writeNewFile(file, content);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const why = cause.code === 'EEXIST' ? 'there is a file already' : systemMessage(cause);
    throw new CommandError('command/unwritable', `the plan ${quote(file)} cannot be written: ${why}`, { cause });
  }
}
