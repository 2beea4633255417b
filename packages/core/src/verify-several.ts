import { checkOptions } from './check-options.ts';
import { checkModel } from './format/collaborators.ts';
import { isOmsError, type OmsError, Warnings } from './format/errors.ts';
import { withEngine } from './hashing/prepare.ts';
import { rememberingEngine } from './hashing/remembering.ts';
import type { Model } from './model.ts';
import { type OperationFacts, observed } from './observe.ts';
import { checkedSignature, type SignedManifest } from './open.ts';
import type { SignerIdentity } from './signer.ts';
import { readSubManifests } from './sub-manifests.ts';
import { compareModel, type Verification, type VerifySignedOptions } from './verify.ts';

/** What comparing a model with one of several signatures found: the model is what was signed, or why it is not. */
export type SignatureOutcome<Identity extends SignerIdentity = SignerIdentity> =
  | { readonly verification: Verification<Identity>; readonly error: null }
  | { readonly verification: null; readonly error: OmsError };

/**
 * Verifies that a model is what each of several signatures says that were opened before, and hashes it once: no byte range is hashed
 * twice with one algorithm, whichever signatures list it.
 *
 * Each outcome is what `verifySigned` would return or throw for that signature, except that a file with the content of any of these
 * signatures counts as a signature where ignored files are refused. Other signature files in the model must be left out with `ignorePaths`.
 * @param signed what `openSignature` returned, for each signature
 * @returns an outcome for each signature, in their order; that some are refused is no reason to throw
 * @throws {OmsError} `model/changed` if the model changed in the meantime, so that there is no verdict for any signature
 * @throws {TypeError} for no signatures, and for a signed manifest that `openSignature` did not return
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const signed = await Promise.all(['a.sig', 'b.sig'].map(async (name) => openSignature(await readFile(name), verifier)));
 * for (const { error } of await verifySeveral(signed, localModel('my-model'))) console.log(error?.code ?? 'verified');
 */
export async function verifySeveral<Identity extends SignerIdentity>(
  signed: readonly SignedManifest<Identity>[],
  model: Model,
  options: VerifySignedOptions = {},
): Promise<readonly SignatureOutcome<Identity>[]> {
  return observed('verify_several', (facts) => outcomesOf(signed, model, options, facts));
}

async function outcomesOf<Identity extends SignerIdentity>(
  signed: readonly SignedManifest<Identity>[],
  model: Model,
  options: VerifySignedOptions,
  facts: OperationFacts,
): Promise<readonly SignatureOutcome<Identity>[]> {
  const accepted = checkOptions(options);
  if (!Array.isArray(signed) || signed.length === 0) throw new TypeError('verifySeveral needs at least one signature');
  const all: readonly SignedManifest<Identity>[] = signed;
  const opened = all.map((each) => ({ ...checkedSignature(each), warned: each.warnings }));
  checkModel(model);
  facts.modelName = model.name;
  const signatures = opened.map(({ file }) => file);
  const most = Math.max(...opened.map(({ checked }) => checked.manifest.resources.length));
  return withEngine(most, accepted, async (prepared) => {
    const engine = opened.length === 1 ? prepared : rememberingEngine(prepared);
    const outcomes: SignatureOutcome<Identity>[] = [];
    for (const { signer, subjectName, warned, ...each } of opened) {
      const outcome = await outcomeOf(async (found) => {
        found.method = signer.method;
        const warnings = new Warnings(accepted.strict);
        for (const { code, message } of warned) warnings.add(code, message);
        const checked = await readSubManifests(model, each.checked, accepted, warnings);
        const compared = await compareModel(model, { ...checked, signatures }, { options: accepted, engine, warnings });
        found.verdict = compared.verdict;
        return { signer, subjectName, ...checked.manifest, ...compared, warnings: warnings.close() };
      });
      outcomes.push(outcome);
    }
    return outcomes;
  });
}

async function outcomeOf<Identity extends SignerIdentity>(
  verify: (facts: OperationFacts) => Promise<Verification<Identity>>,
): Promise<SignatureOutcome<Identity>> {
  try {
    return { verification: await observed('verify', verify), error: null };
  } catch (error) {
    // A model that changes while it is read is not one model, about which several signatures could agree.
    if (!isOmsError(error) || error.code === 'model/changed') throw error;
    return { verification: null, error };
  }
}
