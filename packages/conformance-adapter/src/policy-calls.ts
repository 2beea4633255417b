import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { localModel, OmsError } from '@model-signing/core';
import { readAttestationFile } from '@model-signing/core/attestation-file';
import {
  loadPolicy,
  type PolicyAttestation,
  type PolicySigstoreSigner,
  type PolicyVerification,
  policyVerifier,
} from '@model-signing/policy';
import { type Arguments, list, optionalText, text } from './arguments.ts';
import { classOf, differenceClass, type Result, verified } from './result.ts';

/**
 * Verifies by a policy.
 * @throws {PolicyError | OmsError}
 */
export async function verifyByPolicy(args: Arguments): Promise<Result> {
  const file = text(args, 'policy');
  const folder = path.dirname(file);
  const policy = await loadPolicy(await readFile(file), { readFile: (name) => readFile(path.resolve(folder, name)) });
  const modelPath = text(args, 'model-path');
  const name = optionalText(args, 'as') ?? (await realpath(modelPath));
  const verifier = policyVerifier(policy, name, { openSigstore });
  const files = list(args, 'signature');
  const signatures = await Promise.all(files.map(async (each) => ({ name: each, bundle: await readFile(each) })));
  const attestations = attestationsIn(list(args, 'attestations'));
  const model = localModel(modelPath, { signaturePath: files[0] });
  return resultOf(await verifier.verify(model, signatures, { attestations }));
}

async function* attestationsIn(files: readonly string[]): AsyncGenerator<PolicyAttestation> {
  for (const file of files) {
    for await (const entry of readAttestationFile(file)) {
      if (entry.kind === 'bundle') yield { name: `${file} line ${entry.line}`, bundle: entry.bytes };
    }
  }
}

async function openSigstore({ identity, issuer, trustedRoot }: PolicySigstoreSigner) {
  const { sigstoreVerifier } = await import('@model-signing/sigstore');
  const expected = identity.kind === 'exact' ? { identity: identity.text } : { identityPattern: identity.text };
  return sigstoreVerifier({ ...expected, issuer, ...(trustedRoot && { trust: { trustedRoot } }) });
}

function resultOf({ verification, refusal, counted, mode }: PolicyVerification): Result {
  const judged = { counted: counted.map(({ signer }) => signer), enforced: mode === 'enforce' };
  if (refusal === null) return { ...verified(verification), ...judged };
  const { code, message } = refusal;
  const reason = refusal instanceof OmsError ? differenceClass(refusal) : classOf(code);
  return { outcome: 'accept', ...judged, warnings: [{ class: reason, message }] };
}
