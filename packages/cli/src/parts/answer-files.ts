import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { opendir } from 'node:fs/promises';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { makeDirectories } from '@model-signing/core/private-file';
import { CommandError, isSystemError, systemMessage } from '../failure.ts';
import { readAnswerFile } from '../input-file.ts';
import { type Answer, answerNamed, encodeAnswer, fileNameOf, mostBytes, parseAnswer } from './answer.ts';
import { MAX_REPLICA } from './limits.ts';
import type { Plan } from './plan.ts';

/** A directory of answers to one plan, and the key that they are authenticated with. */
export interface AnswerFolder {
  readonly directory: string;
  readonly plan: Plan;
  readonly key: Uint8Array | null;
}

/** Far more entries than the answers of a plan and what failed attempts left behind. */
const MAX_ENTRIES = 1_000_000;

/**
 * The answer that is already in the folder; null if there is none.
 * @throws {CommandError} `command/digests-…` for a file of its name that is another thing
 */
export async function findAnswer(
  { directory, plan, key }: AnswerFolder,
  which: Pick<Answer, 'part' | 'replica'>,
): Promise<Answer | null> {
  const file = path.join(directory, fileNameOf(which));
  const bytes = readAnswerFile(file, mostBytes(plan, which.part));
  return bytes === null ? null : parseAnswer(bytes, plan, which, key);
}

/** All answers in the folder, one after another, by their names. Files of other names are not looked at. */
export async function* answersIn(folder: AnswerFolder): AsyncGenerator<Answer> {
  for (const which of await namesIn(folder)) {
    const answer = await findAnswer(folder, which);
    if (answer !== null) yield answer;
  }
}

async function namesIn({ directory, plan }: AnswerFolder): Promise<Pick<Answer, 'part' | 'replica'>[]> {
  const found: Pick<Answer, 'part' | 'replica'>[] = [];
  let entries = 0;
  try {
    for await (const { name } of await opendir(directory)) {
      if (++entries > MAX_ENTRIES) throw tooMany(directory);
      const which = answerNamed(name);
      if (which === null) continue;
      if (which.part >= plan.parts.length - 1 || (which.replica ?? 0) > MAX_REPLICA) throw foreign(name, plan);
      found.push(which);
    }
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const code = cause.code === 'ENOENT' ? 'command/not-found' : 'command/unreadable';
    throw new CommandError(code, `the directory ${quote(directory)} cannot be read: ${systemMessage(cause)}`, {
      cause,
    });
  }
  return found.sort((a, b) => a.part - b.part || (a.replica ?? -1) - (b.replica ?? -1));
}

function foreign(name: string, { parts }: Plan): CommandError {
  const message = `the answer ${quote(name)} is for none of the ${parts.length - 1} parts of the plan`;
  return new CommandError('command/digests-foreign', message, {
    hints: ['each plan needs a directory of its own for its answers'],
  });
}

function tooMany(directory: string): CommandError {
  return new CommandError('command/digests-invalid', `${quote(directory)} has more than ${MAX_ENTRIES} entries`);
}

/**
 * Writes an answer whole or not at all: under a name of its own first, and on the disk before it has its final name. An answer that
 * another process has written in the meantime is kept, and must have the same digests.
 * @returns whether it was written, and not there already
 * @throws {CommandError} `command/digests-disagree`, `command/unwritable`
 */
export async function writeAnswer(folder: AnswerFolder, answer: Answer): Promise<boolean> {
  const file = path.join(folder.directory, fileNameOf(answer));
  const temporary = `${file}.tmp-${randomBytes(8).toString('hex')}`;
  let isNew: boolean;
  try {
    await makeDirectories(path.resolve(folder.directory));
    writeDurably(temporary, encodeAnswer(answer, folder.key));
    isNew = putInPlace(temporary, file);
    syncDirectory(folder.directory);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const message = `the answer ${quote(file)} cannot be written: ${systemMessage(cause)}`;
    throw new CommandError('command/unwritable', message, { cause });
  }
  if (isNew) return true;
  const found = await findAnswer(folder, answer);
  if (found === null) {
    throw new CommandError('command/unwritable', `the answer ${quote(file)} was removed while it was written`);
  }
  compareAnswers(answer, found, folder.plan);
  return false;
}

/** @throws {CommandError} `command/digests-disagree` */
export function compareAnswers(one: Answer, other: Answer, plan: Plan): void {
  const at = one.digests.findIndex((digest, index) => digest !== other.digests[index]);
  if (at === -1) return;
  const number = (plan.parts[one.part] as number) + at;
  const message = `two answers for part ${one.part} disagree on digest ${number}, ${describe(one)} and ${describe(other)}`;
  throw new CommandError('command/digests-disagree', message, {
    hints: ['one of the two hosts is wrong: find out which before anything is signed'],
  });
}

function describe(answer: Answer): string {
  return `${quote(fileNameOf(answer))} of the host ${quote(answer.host)}`;
}

function writeDurably(file: string, content: string): void {
  const descriptor = openSync(file, 'wx', 0o644);
  try {
    const bytes = Buffer.from(content);
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  } catch (error) {
    unlinkSync(file);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** What file systems without hard links say. */
const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/**
 * A link, unlike a rename, does not replace what is there. Where there are no links, an answer that appears in the instant before the
 * rename is replaced.
 * @returns false if something is there
 */
function putInPlace(temporary: string, file: string): boolean {
  try {
    linkSync(temporary, file);
    unlinkSync(temporary);
    return true;
  } catch (error) {
    const code = isSystemError(error) ? (error.code ?? '') : '';
    if (withoutLinks.has(code) && lstatSync(file, { throwIfNoEntry: false }) === undefined) {
      renameSync(temporary, file);
      return true;
    }
    unlinkSync(temporary);
    if (withoutLinks.has(code) || code === 'EEXIST') return false;
    throw error;
  }
}

/** Makes the name as durable as the content, where a directory can be opened. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, constants.O_RDONLY);
  try {
    if (fstatSync(descriptor).isDirectory()) fsyncSync(descriptor);
  } catch (error) {
    // Some network file systems have no such call for directories.
    if (!isSystemError(error) || error.code !== 'EINVAL') throw error;
  } finally {
    closeSync(descriptor);
  }
}
