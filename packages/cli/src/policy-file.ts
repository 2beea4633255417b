import path from 'node:path';
import {
  anyOf,
  type KeyIdentity,
  keyVerifier,
  type Model,
  OmsError,
  openSignature,
  predicateTypeOf,
  quote,
  type SignedManifest,
  type Verifier,
  verifySome,
} from '@model-signing/core';
import { loadPolicy, type Policy, PolicyError } from '@model-signing/policy';
import type { Context } from './context.ts';
import { CommandError, type Reported, usageError } from './failure.ts';
import { readPolicyFile, readSmallFile } from './input-file.ts';
import { naming } from './named-input.ts';
import { localSignature } from './named-signature.ts';
import { isStandardInput } from './standard-streams.ts';

/** The flags that say who must have signed a policy. */
export interface PolicySignerFlags {
  readonly policySigner?: readonly string[];
  readonly policySignature?: string;
}

/** A policy as it was named on the command line. */
export interface OpenedPolicy {
  readonly file: string;
  readonly policy: Policy;
  /** Who signed the policy itself; null if that was not asked for. */
  readonly signedBy: KeyIdentity | null;
}

/**
 * Reads a policy and the files that it names. With `--policy-signer`, nothing of it is read that was not signed.
 * @throws {PolicyError} `policy/invalid`, `policy/file-unusable`, `policy/unsigned`
 * @throws {CommandError}
 */
export async function openPolicy(file: string, flags: PolicySignerFlags, context: Context): Promise<OpenedPolicy> {
  const { policySigner: signers, policySignature } = flags;
  if (signers === undefined && policySignature !== undefined) {
    throw usageError('--policy-signature needs --policy-signer, which says whose signature it must be');
  }
  const bytes = await readPolicyFile(file, 'policy', context.signal);
  const seal = signers === undefined ? null : await openSeal(file, bytes, signers, policySignature, context);
  let unsignedFile: unknown;
  const readFile = async (name: string) =>
    readNamed(file, name, seal, context.signal).catch((error) => {
      if (error instanceof PolicyError) unsignedFile = error;
      throw error;
    });
  const policy = await loadPolicy(bytes, {
    // What is read from a pipe is in no directory.
    readFile: isStandardInput(file) ? undefined : readFile,
    requireDigests: seal !== null && !seal.coversFiles,
  }).catch((error) => {
    throw unsignedFile ?? about(file, error);
  });
  return { file, policy, signedBy: seal === null ? null : seal.signed.signer };
}

/** What was signed of a policy and the files beside it. */
interface Seal {
  readonly signed: SignedManifest<KeyIdentity>;
  /** Whether a directory was signed, so that the files that the policy names must be part of it. */
  readonly coversFiles: boolean;
}

/** @throws {PolicyError} `policy/unsigned` */
async function openSeal(
  file: string,
  bytes: Uint8Array,
  signers: readonly string[],
  signature: string | undefined,
  { signal }: Context,
): Promise<Seal> {
  const named = localSignature(signatureOf(file, signature));
  const verifier = await verifierFor(signers, signal);
  const bundle = await named.read(signal).catch((error) => {
    if (!(error instanceof CommandError) || error.code !== 'command/not-found' || signature !== undefined) throw error;
    const hint = `model-signing sign key ${file} --private-key KEY --signature ${named.name} signs it`;
    const message = `the policy ${quote(file)} must be signed, and there is no signature at ${quote(named.name)}`;
    throw Object.assign(new PolicyError('policy/unsigned', message, { cause: error }), { hints: [hint] });
  });
  try {
    const signed = await openSignature(bundle, verifier, { strict: true, signal });
    const name = isStandardInput(file) ? (signed.manifest.resources[0]?.path ?? '') : path.basename(file);
    await verifySome(signed, modelOf(name, bytes), [name], { strict: true, signal });
    return { signed, coversFiles: signed.manifest.resources.length > 1 };
  } catch (error) {
    throw unsigned(`the policy ${quote(file)}`, named.name, error);
  }
}

function signatureOf(file: string, given: string | undefined): string {
  if (given !== undefined) return given;
  if (!isStandardInput(file)) return `${file}.sig`;
  throw usageError('--policy - needs --policy-signature, which names the signature of the policy');
}

async function verifierFor(files: readonly string[], signal: AbortSignal): Promise<Verifier<KeyIdentity>> {
  const keys = await Promise.all(files.map((file) => readSmallFile(file, "key of the policy's signer", signal)));
  return anyOf(
    keys.map((publicKey, index) => {
      try {
        return keyVerifier({ publicKey });
      } catch (error) {
        throw naming(files[index], error);
      }
    }),
  );
}

/** Reads a file that the policy names, relative to the policy. */
async function readNamed(file: string, name: string, seal: Seal | null, signal: AbortSignal): Promise<Uint8Array> {
  const bytes = await readPolicyFile(path.resolve(path.dirname(file), name), 'file', signal);
  if (!seal?.coversFiles) return bytes;
  const canonical = path.posix.normalize(name);
  const what = `the file ${quote(name)} of the policy ${quote(file)}`;
  if (path.isAbsolute(name) || canonical.startsWith('../')) {
    throw new PolicyError(
      'policy/unsigned',
      `${what} is outside the directory that --policy-signer demands to be signed`,
    );
  }
  try {
    await verifySome(seal.signed, modelOf(canonical, bytes), [canonical], { strict: true, signal });
  } catch (error) {
    throw unsigned(what, null, error);
  }
  return bytes;
}

function unsigned(what: string, signature: string | null, error: unknown): unknown {
  if (!(error instanceof OmsError)) return error;
  const where = signature === null ? '' : ` by ${quote(signature)}`;
  return new PolicyError(
    'policy/unsigned',
    `${what} is not signed${where} as --policy-signer demands: ${error.message}`,
    {
      cause: error,
    },
  );
}

/** A file as it was read, as a model: what is verified is what is used, whatever becomes of the file. */
function modelOf(name: string, bytes: Uint8Array): Model {
  const content = {
    async *read(start: number, end: number) {
      yield bytes.subarray(start, end);
    },
  };
  const listing = { singleFile: false, files: [{ name, size: bytes.length, content }] };
  const nothing = { excluded: [], unusable: [], externalLinks: [], signatureName: null, confirm: async () => {} };
  return { name, list: async () => ({ ...listing, ...nothing }) };
}

/** Names the policy in an error about it. */
function about(file: string, error: unknown): unknown {
  if (!(error instanceof PolicyError) || error.code === 'policy/unsigned') return error;
  const { code, message, cause } = error;
  const named = new PolicyError(code, `the policy ${quote(file)} cannot be used: ${message}`, { cause });
  const hints = shortNameHints(message);
  return hints.length === 0 ? named : Object.assign(named, { hints } satisfies Reported);
}

/** The short names of types are for the command line: a policy is compared exactly, by every program that reads it. */
function shortNameHints(message: string): string[] {
  const [, found = ''] = /\/predicateType: .* found "([a-z0-9]+)"$/.exec(message) ?? [];
  const type = predicateTypeOf(found);
  return type === null ? [] : [`${found} is the short name of ${type}, which a policy has in full`];
}
