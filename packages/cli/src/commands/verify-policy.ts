import { realpathSync } from 'node:fs';
import { policyVerifier } from '@model-signing/policy';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { openKnownPolicy } from '../known-policy.ts';
import type { NamedModel } from '../model-name.ts';
import { openNamedModel } from '../named-model.ts';
import type { NamedSignature } from '../named-signature.ts';
import { table } from '../output.ts';
import { type OpenedPolicy, openPolicy, type PolicySignerFlags } from '../policy-file.ts';
import { refusing } from '../policy-refusals.ts';
import { signaturesFor } from '../signatures-for-policy.ts';
import { checkCopy, prepareCopy } from './copy.ts';
import { type Case, type Judged, type JudgeFlags, judge, located, readAll, sigstoreOpener } from './judge.ts';
import { printWarnings, warnOfExternalLinks } from './model.ts';
import { policyFields, policyRows } from './policy-report.ts';
import { sourceFields } from './source.ts';
import { signatureText, verificationFields, verificationLines } from './verification.ts';

/** The flags of verifying by a policy. */
export interface VerifyPolicyFlags extends JudgeFlags, PolicySignerFlags {
  /** If it is absent, the known signers take its place. */
  readonly policy?: string;
  readonly as?: string;
  readonly signature?: readonly string[];
}

/** `verify policy`: verifies that the signers whom a policy names for a model signed it, as the policy requires. */
export async function verifyByPolicy(operand: string, flags: VerifyPolicyFlags, context: Context): Promise<void> {
  checkFlags(flags);
  checkCopy(operand, flags);
  prepareCopy(flags);
  const named = await openNamedModel(operand, flags, context);
  const name = flags.as ?? nameOf(named);
  const opened =
    flags.policy === undefined
      ? await openKnownPolicy(name, operand, flags.signature)
      : await openPolicy(flags.policy, flags, context);
  const refuse = { ...opened, name, operand, isKnown: flags.policy === undefined, given: flags.signature };
  const verifier = await refusing(refuse, async () =>
    policyVerifier(opened.policy, name, { openSigstore: sigstoreOpener(flags, context) }),
  );
  const signatures = await signaturesFor(named, flags.signature, context);
  const bundles = await readAll(signatures, context);
  try {
    const judged = await refusing({ ...refuse, bundles }, () =>
      judge({ named, signatures }, bundles, verifier, flags, context),
    );
    report({ named, signatures }, judged, opened, context);
  } catch (error) {
    if (flags.signature === undefined) {
      for (const one of signatures) context.output.info(`the signature is ${signatureText(one)}`);
    }
    throw await located(error, named, signatures, bundles);
  }
}

function checkFlags({ policy, policySigner, as: name }: VerifyPolicyFlags): void {
  if (name === '') throw usageError('the name of the model is empty', 'is the variable set that --as takes it from?');
  if (policy !== undefined || policySigner === undefined) return;
  throw usageError('--policy-signer needs --policy, which names the policy that must be signed');
}

/** What the caller calls the model, if no name is given: links of this machine are followed, because rules are about places. */
export function nameOf({ source, operand }: Pick<NamedModel, 'source' | 'operand'>): string {
  return source === null ? realpathSync.native(operand) : source.location.reference;
}

function report({ named, signatures }: Case, judged: Judged, opened: OpenedPolicy, context: Context): void {
  const { result, bytes, engine, hosts, warnings, view, copy } = judged;
  const { output } = context;
  printWarnings(warnings, context);
  const judgement = { file: opened.file, signedBy: opened.signedBy?.hint ?? null, evaluation: result };
  const policy = policyFields(judgement);
  const { verification, refusal } = result;
  if (refusal !== null) {
    const said = `${NOT_ENFORCED}: ${refusal.message} [${refusal.code}]`;
    if (output.settings.json || output.settings.quiet) output.request(said);
    const { code, message } = refusal;
    const fields = { enforced: false, ...sourceFields(named.source), policy, refusal: { code, message }, warnings };
    output.success('verify', fields, () => [said, ...table(policyRows(judgement))]);
    return;
  }
  const signature =
    signatures.find(({ name }) => name === result.counted[0]?.signature) ?? (signatures[0] as NamedSignature);
  const verified = { named, signature, verification, bytes, engine, hosts, warnings, view, copy };
  warnOfExternalLinks(verification.externalLinks, context);
  output.success('verify', { ...verificationFields(verified), policy }, () => [
    ...verificationLines(verified),
    ...table(policyRows(judgement)),
  ]);
}

/** What comes before a refusal that the policy wants to be reported only. */
const NOT_ENFORCED = 'REFUSED, BUT NOT ENFORCED, because the policy is in the mode warn';
