import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  type HashEngine,
  localModel,
  MAX_BUNDLE_BYTES,
  OmsError,
  quote,
  type SignerIdentity,
  type Verification,
  type Verifier,
  verifyModel,
} from '@model-signing/core';
import {
  anAbortSignal,
  aString,
  checkArgument,
  checkEach,
  strings,
  trueOrFalse,
  withFunctions,
} from '@model-signing/x509/options';
import { SourceError } from '../source-error.ts';
import { problemOf } from './system-fault.ts';

/** How to verify a skill. */
export interface VerifySkillOptions {
  /** Paths that the signature may leave out, with what is below them, such as `.git`. Default: none. */
  readonly ignoredFiles?: readonly string[] | undefined;
  /** Refuse whatever would be a warning. Default false. */
  readonly strict?: boolean | undefined;
  /** What computes digests. Default: that of core. */
  readonly engine?: HashEngine | undefined;
  /** Ends the work with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const rules = {
  ignoredFiles: strings,
  strict: trueOrFalse,
  engine: withFunctions(['hash'], ['prepare']),
  signal: anAbortSignal,
};

/** What NVIDIA calls the signature of a skill. */
const SIGNATURE_NAME = 'skill.oms.sig';

/** A link or a pipe in the place of the signature is refused, and not waited for. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Verifies the folder of an agent skill with the signature `skill.oms.sig` that lies in it: every other file is one that was signed, and none is
 * left out, because an agent may run any of them.
 * @param directory the folder of the skill, which only you can write to until it is installed
 * @throws {SourceError} `source/signature-absent`
 * @throws {OmsError} `model/not-found`, `model/unreadable`, `bundle/too-large`, and what `verifyModel` throws
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const { resources } = await verifySkill('downloads/my-skill', verifier);
 * console.log(resources.map(({ path }) => path));
 */
export async function verifySkill<Identity extends SignerIdentity>(
  directory: string,
  verifier: Verifier<Identity>,
  options: VerifySkillOptions = {},
): Promise<Verification<Identity>> {
  checkArgument('the folder of the skill', directory, aString);
  const { ignoredFiles = [], ...accepted } = checkEach(options, rules);
  await checkFolder(directory);
  const signaturePath = path.join(directory, SIGNATURE_NAME);
  const model = localModel(directory, { signaturePath });
  return verifyModel(model, await readSignature(signaturePath), verifier, { ...accepted, ignoredFiles });
}

/** Says of a wrong path what it is, in place of a signature that is not there. */
async function checkFolder(directory: string): Promise<void> {
  const found = await stat(directory).catch((cause) => {
    const name = quote(directory);
    if (cause.code === 'ENOENT') throw new OmsError('model/not-found', `there is no folder ${name}`, { cause });
    throw new OmsError('model/unreadable', `the folder ${name} cannot be read: ${problemOf(cause)}`, { cause });
  });
  if (!found.isDirectory())
    throw new OmsError('model/unreadable', `a skill is a folder, and ${quote(directory)} is none`);
}

async function readSignature(file: string): Promise<Uint8Array> {
  const handle = await open(file, FLAGS).catch((cause) => {
    if (cause.code === 'ENOENT') {
      const message = `the folder ${quote(path.dirname(file))} has no signature ${quote(SIGNATURE_NAME)}`;
      throw new SourceError('source/signature-absent', message);
    }
    throw unreadable(problemOf(cause), cause);
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw unreadable('it is no regular file');
    if (stats.size > MAX_BUNDLE_BYTES) {
      const message = `the signature ${quote(SIGNATURE_NAME)} has more than ${MAX_BUNDLE_BYTES} bytes`;
      throw new OmsError('bundle/too-large', message);
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function unreadable(problem: string, cause?: unknown): OmsError {
  const message = `the signature ${quote(SIGNATURE_NAME)} cannot be read: ${problem}`;
  return new OmsError('model/unreadable', message, { cause });
}
