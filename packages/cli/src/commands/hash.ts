import { lstatSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { defaultEngine, OmsError, quote } from '@model-signing/core';
import { hasScheme } from '../addresses.ts';
import type { Context } from '../context.ts';
import { isSystemError, usageError } from '../failure.ts';
import { readPlanFile } from '../input-file.ts';
import { InterruptedError } from '../interrupt.ts';
import { table } from '../output.ts';
import { type Answer, fileNameOf, isHost, MAX_HOST } from '../parts/answer.ts';
import { type AnswerFolder, findAnswer, writeAnswer } from '../parts/answer-files.ts';
import { checkBesideModel } from '../parts/beside-model.ts';
import { hashPart } from '../parts/hash-part.ts';
import { readHmacKey } from '../parts/hmac-key.ts';
import { partIndex } from '../parts/part-index.ts';
import { MAX_PLAN_BYTES, type Plan, parsePlan } from '../parts/plan.ts';
import { formatCount, formatSize } from '../sizes.ts';
import { type ModelFlags, whileReading } from './model.ts';

export interface HashPartFlags extends Pick<ModelFlags, 'jobs' | 'engine' | 'allowExternalSymlinks' | 'hubCache'> {
  readonly model: string;
  readonly part?: number;
  readonly out: string;
  readonly replica?: number;
  readonly host?: string;
  readonly hmacKeyFile?: string;
}

/** `hash`: computes the digests of one part of a plan, and writes them whole or not at all. A part that is done is left as it is. */
export async function hash(operand: string, flags: HashPartFlags, context: Context): Promise<void> {
  const plan = parsePlan(await readPlanFile(operand, MAX_PLAN_BYTES, context.signal));
  const part = partIndex(flags.part, plan.parts.length - 1, process.env);
  const host = hostName(flags.host);
  const key = await readHmacKey(flags.hmacKeyFile, context.signal);
  const folder: AnswerFolder = { directory: flags.out, plan, key };
  const which = { part, replica: flags.replica ?? null };
  const found = await findAnswer(folder, which);
  if (found !== null) return report(plan, found, { written: false, bytes: 0, engine: null }, flags, context);
  requireModel(flags.model);
  checkBesideModel('answer', path.join(flags.out, fileNameOf(which)), flags.model, plan.serialization.ignorePaths);
  const { digests, bytes, engine } = await whileReading(
    context,
    flags,
    async ({ engine = defaultEngine, ...reading }) => ({
      digests: await hashPart(flags.model, plan, part, { engine, ...reading, ...optionsOf(flags) }),
    }),
  ).catch((error: unknown) => {
    throw context.signal.aborted ? new InterruptedError(`part ${part} was not written`) : error;
  });
  const answer = { plan: plan.id, ...which, host, digests };
  const written = await writeAnswer(folder, answer);
  report(plan, answer, { written, bytes, engine }, flags, context);
}

function optionsOf({ jobs, allowExternalSymlinks, hubCache }: HashPartFlags) {
  return { threads: jobs, allowExternalSymlinks, hubCache };
}

/** Slurm can run several nodes on one host, each of which has a name of its own. */
function hostName(given: string | undefined): string {
  const name = given ?? (process.env.SLURMD_NODENAME || hostname());
  if (isHost(name)) return name;
  throw usageError(
    `${quote(name)} is not a name for a host, which has up to ${MAX_HOST} printable ASCII characters without spaces`,
    'add --host NAME',
  );
}

function requireModel(model: string): void {
  if (hasScheme(model))
    throw usageError('the model is in a store, and parts are hashed in a directory', 'pull it first');
  try {
    lstatSync(model);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR') throw cause;
    throw new OmsError('model/not-found', `there is no model at ${quote(model)}`, { cause });
  }
}

interface Done {
  readonly written: boolean;
  readonly bytes: number;
  /** Null if nothing was hashed. */
  readonly engine: 'native' | 'node' | 'hosts' | null;
}

function report(plan: Plan, answer: Answer, done: Done, { out }: HashPartFlags, { output }: Context): void {
  const { part, replica, host, digests } = answer;
  const file = path.join(out, fileNameOf(answer));
  const fields = {
    digests: file,
    plan: plan.id,
    part,
    replica,
    host,
    digestCount: digests.length,
    ...done,
    warnings: [],
  };
  output.success('hash', fields, () => [
    done.written ? `Part ${part} was hashed` : `Part ${part} was there already`,
    ...table([
      ['digests', `${quote(file)}, by the host ${quote(host)}`],
      ['content', `${formatCount(digests.length, 'digest')}${done.written ? `, ${formatSize(done.bytes)}` : ''}`],
    ]),
  ]);
}
