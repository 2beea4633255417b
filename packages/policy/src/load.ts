import { parseJsonOf } from '@model-signing/core/json';
import { type PolicyDocument, validatePolicy } from '@model-signing/spec/policy';
import { aFunction, checkArgument, checkEach, textOrBytes, trueOrFalse } from '@model-signing/x509/options';
import { ExpectedTexts } from './expected-text.ts';
import type { Policy, PolicySigner } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import { PolicyFiles, type ReadFile } from './policy-files.ts';
import { invalidAt } from './refusal.ts';
import { readRevocations, readRules } from './rules.ts';
import { readSigner } from './signers.ts';

/** More than ten thousand rules need. */
const LIMITS = { maxBytes: 1_048_576, maxDepth: 16, maxValues: 100_000 };

const rules = { readFile: aFunction, requireDigests: trueOrFalse };

export interface LoadPolicyOptions {
  /**
   * Reads a file that the policy names: `path` is as it is written there, relative to the policy. Without it, a policy that names files is
   * refused (`policy/file-unusable`).
   */
  readonly readFile?: ReadFile | undefined;
  /**
   * Refuse files that the policy names without their digests, which a signature of the policy would not cover. A key with its
   * `fingerprint` needs no digest. Default false.
   */
  readonly requireDigests?: boolean | undefined;
}

/**
 * Reads a policy, and the keys and certificates that it names. Returns only if everything in it is understood: an unknown member, name,
 * pattern or date is refused, because a mistake must not accept more.
 * @param source JSON in UTF-8, of at most 1 MiB
 * @throws {PolicyError} `policy/invalid`, `policy/file-unusable`
 *
 * @example
 * const policy = await loadPolicy(await readFile('policy.json'), { readFile: (path) => readFile(resolve('policies', path)) });
 */
export async function loadPolicy(source: string | Uint8Array, options: LoadPolicyOptions = {}): Promise<Policy> {
  const { readFile, requireDigests = false } = checkEach(options, rules);
  checkArgument('the policy', source, textOrBytes);
  const document = readDocument(typeof source === 'string' ? new TextEncoder().encode(source) : source);
  const read = { rules: readRules(document), revoked: readRevocations(document) };
  const sources = { files: new PolicyFiles(readFile, requireDigests), texts: new ExpectedTexts() };
  const signers = new Map<string, PolicySigner>();
  for (const [name, signer] of Object.entries(document.signers)) {
    signers.set(name, await readSigner(name, signer, sources));
  }
  return { document, mode: document.mode ?? 'enforce', signers, ...read };
}

function readDocument(bytes: Uint8Array): PolicyDocument {
  const refuse = (_problem: string, message: string, details?: ErrorOptions) =>
    new PolicyError('policy/invalid', message, details);
  const value = parseJsonOf(bytes, { title: 'policy', refuse }, LIMITS);
  const validated = validatePolicy(value);
  if (validated.ok) return validated.value;
  const [issue] = validated.issues;
  throw invalidAt(issue?.pointer ?? '', issue?.message ?? 'it is refused');
}
