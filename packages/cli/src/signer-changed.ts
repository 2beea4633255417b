import { inspectBundle, OmsError, quote, type SignerIdentity } from '@model-signing/core';
import { type ExplainedSigner, PolicyError, type PolicySignature } from '@model-signing/policy';
import { type Claims, claimsOf, describeSigner } from './commands/claimed-signer.ts';
import { signerLine } from './commands/identity.ts';
import { policySignerText } from './commands/policy-signer.ts';
import type { Reported } from './failure.ts';
import { table } from './output.ts';
import { keepLine } from './trust-command.ts';

/** Who a signature is by: as it was verified, or as it only claims. */
export interface FoundSigner {
  readonly signature: string;
  readonly signer: SignerIdentity | null;
  readonly claims: Claims | null;
}

/** A model whose signer is not the one that was trusted for its name. */
interface Change {
  readonly name: string;
  /** The model as it was typed. */
  readonly operand: string;
  /** The only signature that was named on the command line. */
  readonly signature: string | undefined;
  readonly known: readonly ExplainedSigner[];
  readonly found: readonly FoundSigner[];
}

/**
 * The refusal of another signer than the one that the user has looked at, with both of them.
 * @param cause how the known signers judged, if they did
 */
export function signerChanged(
  { name, operand, signature, known, found }: Change,
  cause?: Error & Reported,
): PolicyError & Reported {
  const before = known.map(policySignerText).join('; or ');
  const now = found.map(foundText).join('; and ');
  const message = `the signer of ${quote(name)} has changed from ${before} to ${now}`;
  const [{ signer, claims } = { signer: null, claims: null }] = found;
  const method = signer?.method ?? claims?.method ?? undefined;
  const line = keepLine('trust', { operand, name, signature, method }, ' --replace');
  const hints = [
    'find out from the publisher, by another way than this model, whether the new signer is theirs',
    ...(line === null ? [] : [`if it is, ${line} trusts it from now on`]),
  ];
  const signers = { known, found };
  return Object.assign(new PolicyError('policy/signer-changed', message, { cause }), {
    hints,
    members: { ...cause?.members, signers },
    lines: table([
      ...known.map((one) => ['trusted', policySignerText(one)] as const),
      ...found.map((one) => ['found', `${quote(one.signature)}: ${foundText(one)}`] as const),
    ]),
  });
}

function foundText({ signer, claims }: FoundSigner): string {
  if (signer !== null) return signerLine(signer);
  if (claims === null) return 'a signature that cannot be read';
  const said = describeSigner(claims).map(([label, value]) => (label === 'signed by' ? value : `${label} ${value}`));
  return `${said.join(', ')} (claimed, not verified)`;
}

/** Who a signature claims to be by. */
export async function claimsIn({ name, bundle }: PolicySignature): Promise<FoundSigner> {
  try {
    const { method, material } = await inspectBundle(bundle);
    return { signature: name, signer: null, claims: await claimsOf(method, material) };
  } catch (error) {
    if (!(error instanceof OmsError)) throw error;
    return { signature: name, signer: null, claims: null };
  }
}
