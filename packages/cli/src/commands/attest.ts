import {
  attest as attestClaim,
  type Draft,
  type MadeAttestation,
  openSignature,
  predicateName,
  quote,
  type SignedManifest,
  type Signer,
  type Verifier,
  verifySigned,
} from '@model-signing/core';
import { appendAttestations } from '@model-signing/core/attestation-file';
import { hasScheme } from '../addresses.ts';
import { attestationsBeside, attestationsOf } from '../attestation-files.ts';
import type { Context } from '../context.ts';
import { CommandError, isSystemError, systemMessage, usageError } from '../failure.ts';
import { readPredicate } from '../input-file.ts';
import type { NamedModel } from '../model-name.ts';
import { openNamedModel } from '../named-model.ts';
import { localSignature, type NamedSignature } from '../named-signature.ts';
import { table } from '../output.ts';
import { isStandardOutput } from '../standard-streams.ts';
import { signerLine } from './identity.ts';
import {
  type Hashed,
  type ModelFlags,
  modelOptions,
  printWarnings,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';
import { signatureText } from './verification.ts';

/** The flags of every way to attest. */
export interface AttestFlags extends ModelFlags {
  readonly predicate: string;
  /** The predicate type, as a URI. */
  readonly type: string;
  readonly signature?: string;
  /** The signature whose root digest is attested, without its model. */
  readonly from?: string;
  readonly perFile?: boolean;
  /** Where the attestation is added; `-` is standard output. */
  readonly attestations?: string;
  readonly draft?: Draft;
  readonly strict?: boolean;
}

/** Who attests, and whose signature of the model is accepted. */
export interface Attester {
  /** May prompt, so it is called once everything else is known to be right. */
  openSigner(): Promise<Signer>;
  openVerifier(): Promise<Verifier>;
}

/**
 * `attest`: signs a claim about a model, and adds it to the file of its attestations. The claim is about the root digest of a signature
 * that is verified first, with its model unless `--from` names the signature alone.
 */
export async function attest(operand: string, flags: AttestFlags, attester: Attester, context: Context): Promise<void> {
  const { output, signal } = context;
  const target = targetOf(operand, flags);
  if (target === null && output.settings.json) {
    throw usageError('--json and --attestations - would both write to standard output', 'leave one of them out');
  }
  const predicate = await readPredicate(flags.predicate, signal);
  const subject = await openSubject(operand, flags, attester, context);
  const claim = { predicateType: flags.type, predicate };
  const { perFile, strict } = flags;
  const signer = await attester.openSigner();
  const made = await attestClaim(subject.signed, claim, signer, { perFile, strict, signal });
  const added = target === null ? printLine(made.bundle, context) : await addTo(target, made.bundle);
  report({ ...subject, made, target, added }, context);
}

/** The file that the attestation is added to; null for standard output. */
function targetOf(operand: string, { from, attestations }: AttestFlags): string | null {
  if (attestations !== undefined) return isStandardOutput(attestations) ? null : attestations;
  if (from !== undefined) {
    if (localSignature(from).place === 'file') return attestationsBeside(from);
    throw usageError(`${quote(from)} has no place beside it`, 'name a file with --attestations');
  }
  if (!hasScheme(operand)) return attestationsOf(operand);
  throw usageError(`${quote(operand)} has no place beside it`, 'name a file with --attestations');
}

/** What is attested: the signature, and whether its model was compared with it. */
interface Subject {
  readonly signed: SignedManifest;
  readonly signature: NamedSignature;
  readonly bytes: number;
  readonly engine: Hashed['engine'] | null;
}

async function openSubject(
  operand: string,
  flags: AttestFlags,
  { openVerifier }: Attester,
  context: Context,
): Promise<Subject> {
  const { signal } = context;
  const named = flags.from === undefined ? await openNamedModel(operand, flags, context) : null;
  const signature =
    named === null
      ? localSignature(flags.from as string, 'named by --from')
      : await named.findSignature(flags.signature, signal);
  const verifier = await openVerifier();
  const bundle = await signature.read(signal);
  const signed = await openSignature(bundle, verifier, { strict: flags.strict, draft: flags.draft, signal });
  printWarnings(signed.warnings, context);
  if (named === null) return { signed, signature, bytes: 0, engine: null };
  const { bytes, engine } = await compare({ named, signature, signed, bundle }, flags, context);
  return { signed, signature, bytes, engine };
}

interface Compared {
  readonly named: NamedModel;
  readonly signature: NamedSignature;
  readonly signed: SignedManifest;
  readonly bundle: Uint8Array;
}

/** Verifies that the model is what was signed: nothing is claimed of another one. */
async function compare({ named, signature, signed, bundle }: Compared, flags: AttestFlags, context: Context) {
  const options = { ...(await modelOptions(named, flags)), strict: flags.strict };
  const model =
    named.source === null
      ? named.open(signature)
      : (await (await import('../remote-model.ts')).comparable(named.source, signature, { signed, bundle }, {})).model;
  const verified = await whileReading(context, flags, (reading) =>
    verifySigned(signed, model, { ...options, ...reading }),
  );
  printWarnings(verified.warnings.slice(signed.warnings.length), context);
  warnOfExternalLinks(verified.externalLinks, context);
  return verified;
}

function printLine(bundle: Uint8Array, { output }: Context): boolean {
  output.data(`${new TextDecoder().decode(bundle)}\n`);
  return true;
}

/** @returns false if the file has the same attestation already */
async function addTo(file: string, bundle: Uint8Array): Promise<boolean> {
  try {
    return (await appendAttestations(file, [bundle])).added > 0;
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'OmsError') throw error;
    const why = isSystemError(error) ? systemMessage(error) : error.message;
    throw new CommandError('command/unwritable', `the attestation cannot be added to ${quote(file)}: ${why}`, {
      cause: error,
    });
  }
}

interface Attested extends Subject {
  readonly made: MadeAttestation;
  readonly target: string | null;
  readonly added: boolean;
}

function report({ signed, signature, made, target, added, bytes, engine }: Attested, context: Context): void {
  printWarnings(made.warnings, context);
  if (target === null) return;
  const fields = {
    ...{ attestations: target, added, predicateType: made.predicateType, signer: made.signer },
    rootDigest: `sha256:${made.rootDigest}`,
    ...{ signature: signature.name, signedBy: signed.signer, model: signed.subjectName },
    ...{ compared: engine !== null, bytes, engine },
    warnings: [...signed.warnings, ...made.warnings],
  };
  context.output.success('attest', fields, () => [
    'Attesting succeeded',
    ...table([
      ['type', quote(predicateName(made.predicateType))],
      ['added to', quote(target)],
      ['signer', signerLine(made.signer)],
      ['digest', `sha256:${made.rootDigest}`],
      ['signature', signatureText(signature)],
      ['signed by', signerLine(signed.signer)],
      ['model', engine === null ? 'not looked at: the claim is about what was signed' : 'is what was signed'],
    ]),
  ]);
}
