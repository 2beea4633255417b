import {
  type Draft,
  OmsError,
  openSignature,
  quote,
  type SignedManifest,
  type Verifier,
  type VerifySignedOptions,
  type VerifySomeOptions,
  verifySigned,
  verifySome,
} from '@model-signing/core';
import { openAndRelease } from '@model-signing/core/open-and-release';
import { hasScheme } from '../addresses.ts';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import type { Located } from '../hints.ts';
import type { NamedModel } from '../model-name.ts';
import { openNamedModel } from '../named-model.ts';
import type { NamedSignature } from '../named-signature.ts';
import { withoutGrowth } from '../new-objects.ts';
import { namesOf, type OnlyFlags } from '../only-names.ts';
import { asksForHosts, type HostsFlags } from '../parts/flags.ts';
import type { Comparable } from '../remote-model.ts';
import { type CopyFlags, checkCopy, copying, prepareCopy } from './copy.ts';
import {
  type AnyWarning,
  ignorePathWarnings,
  type ModelFlags,
  modelOptions,
  printWarnings,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';
import { signatureText, type Verified, verificationFields, verificationLines } from './verification.ts';
import type { AttestationFlags, verifyAttestations } from './verify-attestations.ts';

/** The flags of every verifying method. */
export interface VerifyFlags extends ModelFlags, OnlyFlags, CopyFlags, HostsFlags, AttestationFlags {
  /** If it is absent, the signature is looked for near the model. */
  readonly signature?: string;
  readonly ignoreUnsignedFiles?: boolean;
  /** Whether what was left out is accepted; undefined unless the caller says. */
  readonly ignoredFiles?: boolean;
  readonly strict?: boolean;
  /** Compare the digests that a store states, and read only small files of which it states none. */
  readonly metadataOnly?: boolean;
  /** A draft of the format to accept too. */
  readonly draft?: Draft;
}

/** Verifies that a trusted signer signed the model. */
export async function verify(
  operand: string,
  flags: VerifyFlags,
  openVerifier: () => Promise<Verifier>,
  context: Context,
): Promise<void> {
  const { output, signal } = context;
  refuseMetadataOnly(operand, flags);
  checkCopy(operand, flags);
  prepareCopy(flags);
  const only = await namesOf(flags, signal);
  const named = await openNamedModel(operand, flags, context);
  const hosts = asksForHosts(flags)
    ? await (await import('../parts/open-hosts.ts')).openHostsFor(named, flags, context)
    : undefined;
  const signature = await named.findSignature(flags.signature, signal);
  const options: VerifySignedOptions = {
    ...(await modelOptions(named, flags)),
    ignoreUnsignedFiles: flags.ignoreUnsignedFiles,
    ignoredFiles: flags.ignoredFiles === undefined ? undefined : flags.ignoredFiles ? 'report' : 'refuse',
    evidence: acceptsAdvertised(flags) ? 'advertised' : 'bytes',
    strict: flags.strict,
  };
  const unused = await ignorePathWarnings(named, flags, options.ignorePaths);
  let subjectName: string | null = null;
  try {
    const verifier = await openVerifier();
    output.debug(`reading the signature ${quote(signature.name)}`);
    const { signed, model, view } = await open(named, signature, verifier, flags, signal);
    subjectName = signed.subjectName;
    const attestations = await attestationsOf({ named, signature, signed, verifier }, flags, context);
    const work = (reading: VerifySomeOptions) =>
      only === undefined
        ? verifySigned(signed, model, { ...options, ...reading })
        : verifySome(signed, model, only, { ...someOptions(options), ...reading });
    const copied = (reading: VerifySomeOptions) =>
      copying(named, flags, { ...reading, signal }, work, (verified) => verified);
    const read = await whileReading(context, flags, copied, hosts);
    const { bytes, engine, hosts: by, warnings, copy, ...verification } = read;
    const hashed = { bytes, engine, hosts: by };
    const all = [...unused, ...warnings, ...attestationWarnings(attestations)];
    report({ named, signature, verification, ...hashed, warnings: all, view, copy, attestations }, context);
  } catch (error) {
    if (flags.signature === undefined) output.info(`the signature is ${signatureText(signature)}`);
    if (!(error instanceof OmsError)) throw error;
    const found = flags.signature === undefined ? { path: signature.name, subjectName: async () => subjectName } : null;
    const explained = await (await import('../explain.ts')).explained(error, named.path, found);
    throw Object.assign(explained, { inspect: signature.inspect } satisfies Located);
  }
}

/** Opens the signature, whose bytes may be many and are not needed any more when the files are read. */
async function open(
  named: NamedModel,
  signature: NamedSignature,
  verifier: Verifier,
  flags: VerifyFlags,
  signal: AbortSignal,
): Promise<Comparable & { readonly signed: SignedManifest }> {
  const bundle = await signature.read(signal);
  // A remote model is compared with the bundle as well; no other one needs its bytes.
  const openWith = named.source === null ? openAndRelease : openSignature;
  const opened = () => openWith(bundle, verifier, { strict: flags.strict, draft: flags.draft, signal });
  const signed = await (bundle.byteLength >= LONG_BYTES ? withoutGrowth(opened) : opened());
  const compared = await comparable(named, signature, { signed, bundle }, flags);
  return { signed, ...compared };
}

/** The attestations that were asked for; few are, and each module costs time. */
async function attestationsOf(
  verified: Parameters<typeof verifyAttestations>[0],
  flags: VerifyFlags,
  context: Context,
): ReturnType<typeof verifyAttestations> {
  if (flags.attestations === undefined && flags.requireAttestation === undefined) return null;
  return (await import('./verify-attestations.ts')).verifyAttestations(verified, flags, context);
}

/** What was unusual about attestations that are accepted. */
function attestationWarnings(entries: Awaited<ReturnType<typeof attestationsOf>>): readonly AnyWarning[] {
  return (entries ?? []).flatMap(({ verdict, warnings }) => (verdict === 'accepted' ? warnings : []));
}

/** Shorter signatures are read in no time. */
const LONG_BYTES = 1024 * 1024;

/** The digest of a file on this machine is found out by reading it. */
function refuseMetadataOnly(operand: string, { metadataOnly, ociManifest }: VerifyFlags): void {
  if (!metadataOnly || (hasScheme(operand) && ociManifest === undefined)) return;
  throw usageError(
    `--metadata-only is for a model in a hub or registry, and ${quote(operand)} is a path`,
    ociManifest === undefined
      ? 'leave it out: the files of this model are read'
      : 'leave it out: of a manifest, nothing but the digests is compared',
  );
}

/** Whether a flag was given that asks to take stated digests in place of bytes. */
function acceptsAdvertised({ metadataOnly, lfsPointers, ociManifest }: VerifyFlags): boolean {
  return Boolean(metadataOnly || lfsPointers) || ociManifest !== undefined;
}

/** The options that count if only some files are looked at. */
function someOptions({
  allowSymlinks,
  threads,
  concurrency,
  evidence,
  strict,
}: VerifySignedOptions): VerifySomeOptions {
  return { allowSymlinks, threads, concurrency, evidence, strict };
}

/** The model to compare with what was signed, and how names in the manifest of a registry are read. */
async function comparable(
  named: NamedModel,
  signature: NamedSignature,
  opened: { readonly signed: SignedManifest; readonly bundle: Uint8Array },
  flags: VerifyFlags,
): Promise<Comparable> {
  const { source, manifest } = named;
  if (source !== null) return (await import('../remote-model.ts')).comparable(source, signature, opened, flags);
  if (manifest === undefined) return { model: named.open(signature) };
  const view = manifest.viewFor(opened.signed.manifest.resources.map((resource) => resource.path));
  return { model: manifest.withView(view), view };
}

function report(verified: Verified, context: Context): void {
  printWarnings(verified.warnings, context);
  warnOfExternalLinks(verified.verification.externalLinks, context);
  context.output.success('verify', verificationFields(verified), () => verificationLines(verified));
}
