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
import type { Attached, OciModel, SourceModel } from '@model-signing/sources';
import { hasScheme } from '../addresses.ts';
import { attestationsBeside, attestationsOf } from '../attestation-names.ts';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { readPredicate } from '../input-file.ts';
import type { NamedModel } from '../model-name.ts';
import { openNamedModel } from '../named-model.ts';
import { localSignature, type NamedSignature } from '../named-signature.ts';
import { table } from '../output.ts';
import type { PredicateCheckFlags } from '../predicate-check.ts';
import { isStandardOutput } from '../standard-streams.ts';
import { addAttestations } from './added-attestations.ts';
import { checkTargetFile } from './attestation-target.ts';
import { signerLine } from './identity.ts';
import {
  type Hashed,
  type ModelFlags,
  modelOptions,
  printWarnings,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';
import { attachedFields, sourceFields, sourceLine, ways } from './source.ts';
import { signatureText } from './verification.ts';

/** The flags of every way to attest. */
export interface AttestFlags extends ModelFlags, PredicateCheckFlags {
  readonly predicate: string;
  /** The predicate type, as a URI. */
  readonly type: string;
  readonly signature?: string;
  /** The signature whose root digest is attested, without its model. */
  readonly from?: string;
  readonly perFile?: boolean;
  /** Where the attestation is added; `-` is standard output. If it is absent, it is attached to a model in a registry. */
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
  if (target.kind === 'stdout' && output.settings.json) {
    throw usageError('--json and --attestations - would both write to standard output', 'leave one of them out');
  }
  const predicate = await readPredicate(flags.predicate, signal);
  if (flags.checkPredicate || flags.predicateSchema !== undefined) {
    await (await import('../predicate-check.ts')).checkPredicate(predicate, flags.type, flags, signal);
  }
  const subject = await openSubject(operand, flags, attester, context);
  if (target.kind === 'file') {
    const { signed, model, ignoredPaths, signature } = subject;
    const { manifest } = signed;
    await checkTargetFile(target.file, { manifest, model, ignoredPaths, signature: signature.path });
  }
  const claim = { predicateType: flags.type, predicate };
  const { perFile, strict } = flags;
  const signer = await attester.openSigner();
  const made = await attestClaim(subject.signed, claim, signer, { perFile, strict, signal });
  report({ ...subject, made, ...(await keep(made.bundle, target, subject.source, context)) }, context);
}

/** Where an attestation goes: into a file, to standard output, or to the model in its registry. */
type Target = { readonly kind: 'file'; readonly file: string } | { readonly kind: 'stdout' | 'registry' };

/** Where an attestation is now; null for standard output. */
interface Kept {
  /** The file, or the model that it is attached to. */
  readonly place: string | null;
  readonly added: boolean;
  readonly attached: Attached | null;
}

async function keep(bundle: Uint8Array, target: Target, source: SourceModel | null, context: Context): Promise<Kept> {
  if (target.kind === 'stdout') {
    context.output.data(`${new TextDecoder().decode(bundle)}\n`);
    return { place: null, added: true, attached: null };
  }
  if (target.kind === 'file')
    return { place: target.file, added: (await addAttestations(target.file, [bundle])) > 0, attached: null };
  const model = source as OciModel;
  const attached = await model.attachAttestation(bundle, context.signal);
  return { place: model.location.pinned, added: !attached.wasThere, attached };
}

function targetOf(operand: string, { from, attestations }: AttestFlags): Target {
  if (attestations !== undefined) {
    return isStandardOutput(attestations) ? { kind: 'stdout' } : { kind: 'file', file: attestations };
  }
  if (from === operand) {
    if (localSignature(from).place === 'file') return { kind: 'file', file: attestationsBeside(from) };
    throw usageError(`${quote(from)} has no place beside it`, 'name a file with --attestations');
  }
  if (!hasScheme(operand)) return { kind: 'file', file: attestationsOf(operand) };
  if (/^oci:/i.test(operand)) return { kind: 'registry' };
  throw usageError(
    'nothing can be attached to a model on a hub: attestations are a file of the model there',
    'name a file with --attestations, and upload it as claims.jsonl',
  );
}

/** What is attested: the signature, and whether its model was compared with it. */
interface Subject {
  readonly signed: SignedManifest;
  readonly signature: NamedSignature;
  readonly bytes: number;
  readonly engine: Hashed['engine'] | null;
  /** The model in a store that was named. */
  readonly source: SourceModel | null;
  /** The path of the model on this machine that was named. */
  readonly model: string | null;
  /** What the caller leaves out of it. */
  readonly ignoredPaths: readonly string[];
}

async function openSubject(
  operand: string,
  flags: AttestFlags,
  { openVerifier }: Attester,
  context: Context,
): Promise<Subject> {
  const { signal } = context;
  const { from } = flags;
  const named = from === operand ? null : await openNamedModel(operand, flags, context);
  const source = named?.source ?? null;
  const ignoredPaths = (await named?.ignoredNames(flags.ignorePaths ?? [])) ?? [];
  const place = { source, model: named?.path ?? null, ignoredPaths };
  const signature =
    named === null
      ? localSignature(operand, 'named by --from')
      : await named.findSignature(from ?? flags.signature, signal);
  const verifier = await openVerifier();
  const bundle = await signature.read(signal);
  const signed = await openSignature(bundle, verifier, { strict: flags.strict, draft: flags.draft, signal });
  printWarnings(signed.warnings, context);
  if (named === null) return { signed, signature, bytes: 0, engine: null, ...place };
  if (from !== undefined) {
    const { checkArtifact } = await import('./attach.ts');
    await checkArtifact(source as OciModel, signed.manifest, flags, context);
    return { signed, signature, bytes: 0, engine: null, ...place };
  }
  const { bytes, engine } = await compare({ named, signature, signed, bundle }, flags, context);
  return { signed, signature, bytes, engine, ...place };
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

interface Attested extends Subject, Kept {
  readonly made: MadeAttestation;
}

function report(
  { signed, signature, made, place, added, attached, bytes, engine, source }: Attested,
  context: Context,
) {
  printWarnings(made.warnings, context);
  if (place === null) return;
  const fields = {
    ...{ attestations: place, added, predicateType: made.predicateType, signer: made.signer },
    rootDigest: `sha256:${made.rootDigest}`,
    ...{ signature: signature.name, signedBy: signed.signer, model: signed.subjectName },
    ...{ compared: engine !== null, bytes, engine },
    ...(attached && { ...sourceFields(source), attached: attachedFields(attached) }),
    warnings: [...signed.warnings, ...made.warnings],
  };
  context.output.success('attest', fields, () => [
    'Attesting succeeded',
    ...table([
      ['type', quote(predicateName(made.predicateType))],
      attached === null ? ['added to', quote(place)] : ['attached', `${attached.digest} (${ways[attached.how]})`],
      attached === null ? null : sourceLine(source),
      ['signer', signerLine(made.signer)],
      ['digest', `sha256:${made.rootDigest}`],
      ['signature', signatureText(signature)],
      ['signed by', signerLine(signed.signer)],
      ['model', engine === null ? 'not looked at: the claim is about what was signed' : 'is what was signed'],
    ]),
  ]);
}
