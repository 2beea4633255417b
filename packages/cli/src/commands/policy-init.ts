import path from 'node:path';
import { quote } from '@model-signing/core';
import { checkPolicy, loadPolicy } from '@model-signing/policy';
import type { PolicyDocument, SignerDocument } from '@model-signing/spec/policy';
import type { Context } from '../context.ts';
import { CommandError, isSystemError, systemMessage, usageError } from '../failure.ts';
import type { Command } from '../grammar.ts';
import { writeNewFile } from '../new-file.ts';
import { table } from '../output.ts';
import { patternCharacter } from '../policy-text.ts';
import { isStandardInput } from '../standard-streams.ts';
import { signerLine } from './identity.ts';
import { printWarnings } from './model.ts';
import { signerName } from './signer-name.ts';
import { sourceFields } from './source.ts';
import { type KeepFlags, type VerifiedSigner, verifySigner } from './verified-signer.ts';
import { nameOf } from './verify-policy.ts';

const SCHEMA = 'https://model-signing.example/spec/policy/v1/policy.schema.json';

/** `policy init`: begins a policy with the signer of a model that is verified by hand. */
export async function policyInit(method: Command, operand: string, flags: KeepFlags, context: Context): Promise<void> {
  const { as: given, policy: file = 'policy.json' } = flags;
  if (given === '') throw usageError('the name of the model is empty', 'is the variable set that --as takes it from?');
  // The name decides nothing while there is one rule, and the real path may have characters that no pattern can have.
  const found = await verifySigner('policy init', method.name, operand, () => 'model', flags, context);
  printWarnings(found.warnings, context);
  const name = given ?? plainName(nameOf(found.named));
  const signer = signerName(found.verification.signer, new Set());
  const document = documentFor(name, signer, found, file, flags.trustedRoot);
  const problems = checkPolicy(await loadPolicy(JSON.stringify(document), { readFile: found.readFile }));
  for (const { message, pointer } of problems) context.output.warning(`${message} (${pointer})`);
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const fields = { policy: file, document, ...factsOf(found), warnings: found.warnings };
  if (isStandardInput(file)) return context.output.text('policy-init', fields, text);
  writeNew(file, text);
  context.output.success('policy-init', fields, () => [
    `The policy ${quote(file)} was written`,
    ...table([
      ['signer', `${quote(signer)}: ${signerLine(found.verification.signer)}`],
      ['rule', `for ${quote(name)}`],
    ]),
  ]);
}

/** A name that is a pattern for itself only. */
function plainName(name: string): string {
  const [special] = patternCharacter.exec(name) ?? [];
  if (special === undefined) return name;
  throw usageError(
    `the model is called ${quote(name)}, and "${special}" does not stand for itself in a pattern`,
    '--as gives the model another name for the rule',
  );
}

function documentFor(
  name: string,
  signer: string,
  { document, trustRoot, requirements }: VerifiedSigner,
  file: string,
  trustedRoot: string | undefined,
): PolicyDocument {
  const models = [{ match: [name], require: { signedBy: [signer], ...requirements } }];
  const begun = (only: SignerDocument): PolicyDocument => {
    return { $schema: SCHEMA, policyVersion: 1, signers: { [signer]: only }, models };
  };
  if (trustRoot === null || trustedRoot === undefined || document.method !== 'sigstore') {
    return begun(document);
  }
  if (isStandardInput(trustedRoot)) throw usageError('--trusted-root must be a file here, which the policy names');
  const beside = path.relative(path.dirname(path.resolve(file)), path.resolve(trustedRoot)).replaceAll(path.sep, '/');
  const { trustedRootFile } = document;
  const named = typeof trustedRootFile === 'object' ? { ...trustedRootFile, path: beside } : beside;
  return begun({ ...document, trustedRootFile: named });
}

function factsOf({ named, signature, verification, engine }: VerifiedSigner) {
  return {
    signature: signature.name,
    signatureFrom: { place: signature.place, why: signature.why },
    ...sourceFields(named.source),
    signer: verification.signer,
    rootDigest: `sha256:${verification.rootDigest}`,
    engine,
  };
}

/** A policy that is there is never replaced: it decides whom others trust. */
function writeNew(file: string, text: string): void {
  try {
    writeNewFile(file, text);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const exists = cause.code === 'EEXIST';
    const why = exists ? 'there is a file already, and a policy is never replaced' : systemMessage(cause);
    const hints = exists ? ['--policy names another file, and --policy - prints the policy'] : [];
    throw new CommandError('command/unwritable', `the policy cannot be written to ${quote(file)}: ${why}`, {
      hints,
      cause,
    });
  }
}
