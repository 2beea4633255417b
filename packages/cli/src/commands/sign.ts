import { quote, type SignedModel, type Signer, type SignModelOptions, signModel } from '@model-signing/core';
import type { Attached, OciModel } from '@model-signing/sources';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { InterruptedError } from '../interrupt.ts';
import type { NamedModel } from '../model-name.ts';
import { openNamedModel } from '../named-model.ts';
import { listed, table } from '../output.ts';
import { asksForHosts, type HostsFlags } from '../parts/flags.ts';
import { writeSignature } from '../signature-file.ts';
import { formatCount, formatSize } from '../sizes.ts';
import { signerLine } from './identity.ts';
import {
  type AnyWarning,
  contentFields,
  contentLines,
  type Hashed,
  type HashFlags,
  hashOptions,
  hubLinksLine,
  ignorePathWarnings,
  printWarnings,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';
import type { OpenOwnVerifier, ReusedParts, ReusingSign } from './reuse.ts';
import { type ReuseFlags, usesReuse } from './reuse-flags.ts';
import { reusedFields, reusedLines } from './reuse-report.ts';
import {
  DEFAULT_FILE,
  type Destination,
  type DestinationFlags,
  prepareDestination,
  signedSignatureWarnings,
} from './sign-destination.ts';
import { attachedFields, sourceFields, sourceLine, viewTexts, warnOfOthers, ways } from './source.ts';

/** The flags of every signing method. */
export interface SignFlags extends HashFlags, DestinationFlags, HostsFlags, ReuseFlags {
  readonly strict?: boolean;
}

/**
 * Signs a model, and writes the signature into a file or attaches it in the registry of the model. Everything that can be checked first is checked before the model is read. The
 * signer is opened last, since that may prompt.
 * @param openOwnVerifier what opens a verifier for earlier signatures of the signer, once it is open
 */
export async function sign(
  operand: string,
  flags: SignFlags,
  openSigner: () => Promise<Signer>,
  openOwnVerifier: OpenOwnVerifier,
  context: Context,
): Promise<void> {
  if (usesReuse(flags)) (await loadReuse()).checkReuse(operand, flags);
  const named = await openNamedModel(operand, flags, context);
  if (named.manifest && named.source === null) refuseOtherDigests(flags);
  const destination = await prepareDestination(named, flags, context);
  const hosts = asksForHosts(flags)
    ? await (await import('../parts/open-hosts.ts')).openPlanned(named, flags, context)
    : undefined;
  const options = { ...(await hashOptions(named, flags)), ...hosts?.options };
  const unused = [
    ...(await ignorePathWarnings(named, flags, options.ignorePaths)),
    ...(await signedSignatureWarnings(named, destination, flags, options)),
  ];
  const { signal } = context;
  let state = 'the signature was not written';
  let signed: SignedModel & Hashed;
  let attached: Attached | undefined;
  let reusing: ReusingSign | null = null;
  try {
    const signer = await openSigner();
    const model = named.open(destination.kind === 'file' ? destination.path : undefined);
    if (usesReuse(flags)) reusing = await (await loadReuse()).ReusingSign.open(flags, openOwnVerifier, context);
    const work = (reading: SignModelOptions) => {
      const engine = reusing === null ? reading.engine : reusing.engine(reading.engine);
      return signModel(model, signer, { ...options, ...reading, engine });
    };
    signed = await whileReading(context, flags, work, hosts?.engine);
    if (destination.kind !== 'file' && !signal.aborted) state = 'the signature may be incomplete';
    if (destination.kind !== 'registry') await writeSignature(destination, signed.bundle, signal);
    else attached = await attachTo(destination.model, signed.bundle, context);
  } catch (error) {
    throw signal.aborted ? new InterruptedError(state) : error;
  }
  await reusing?.keep(signed.bundle, destination);
  const reused = reusing === null ? null : reusing.report(signed.bytes);
  const warnings = [...unused, ...signed.warnings];
  report({ ...signed, warnings, named, attached, reused, signature: nameOf(destination, flags) }, context);
}

/** Few models are signed again with most of their files unchanged. */
function loadReuse() {
  return import('./reuse.ts');
}

/** Who may read a registry may not always write to it, and that is found out last. */
async function attachTo(model: OciModel, bundle: Uint8Array, context: Context): Promise<Attached> {
  try {
    const attached = await model.attach(bundle, context.signal);
    await warnOfOthers(model, attached, context);
    return attached;
  } catch (error) {
    const hint = `the model was signed, and the signature is lost: --signature FILE keeps it, and model-signing attach attaches it later`;
    throw error instanceof Error ? Object.assign(error, { hints: [hint] }) : error;
  }
}

/** The file that a signature was written to; null if it is not in a file. */
function nameOf({ kind }: Destination, { signature = DEFAULT_FILE }: SignFlags): string | null {
  return kind === 'stdout' || kind === 'registry' ? null : signature;
}

/** A manifest has the SHA-256 of whole blobs, and no other digests. */
function refuseOtherDigests({ hash = 'sha256', shardSize }: SignFlags): void {
  const flag = hash !== 'sha256' ? `--hash ${hash}` : shardSize === undefined ? null : '--shard-size';
  if (flag === null) return;
  const hint = 'leave it out, or sign the files themselves in a directory';
  throw usageError(`${flag} needs the bytes of the files, and a manifest has only their SHA-256`, hint);
}

interface Signed extends Omit<SignedModel, 'warnings'>, Hashed {
  readonly named: NamedModel;
  readonly warnings: readonly AnyWarning[];
  /** Null if it was written to stdout, which then holds nothing else, or attached. */
  readonly signature: string | null;
  readonly attached: Attached | undefined;
  /** Null unless digests were taken over or files recorded. */
  readonly reused: ReusedParts | null;
}

function report(signed: Signed, context: Context): void {
  const { manifest, ignored, externalLinks, hubLinks, warnings, signature, attached, advertised } = signed;
  const { source } = signed.named;
  const view = signed.named.manifest?.view;
  printWarnings(warnings, context);
  warnOfExternalLinks(externalLinks, context);
  const fields = {
    ...{ signature: attached?.digest ?? signature, ...sourceFields(source), signer: signed.signer },
    ...contentFields(signed.name, manifest, signed),
    ...(advertised.length > 0 && { advertised: advertised.length }),
    ...(view && { view }),
    ...(attached && { attached: attachedFields(attached) }),
    ...reusedFields(signed.reused),
    ...{ ignored, externalLinks, hubLinks, warnings },
  };
  const read = { ...signed, bytes: signed.bytes + (signed.reused?.done?.reused.bytes ?? 0) };
  const [content = null, ...others] = contentLines(manifest, read);
  const lines = () => [
    attached === undefined ? successText(signed) : 'Signing succeeded, and the signature is attached to the model',
    ...table([
      attached === undefined ? null : ['signature', `${attached.digest} (${ways[attached.how]})`],
      signature === null ? null : ['signature', quote(signature)],
      ['signer', signerLine(signed.signer)],
      sourceLine(source),
      advertised.length === 0 ? content : ['content', statedText(signed)],
      ...reusedLines(signed.reused),
      ...others,
      view === undefined ? null : ['view', viewTexts[view]],
      hubLinksLine(hubLinks),
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not signed)`] : null,
    ]),
  ];
  if (signature === null && attached === undefined) for (const line of lines()) context.output.info(line);
  else context.output.success('sign', fields, lines);
}

function successText({ hosts }: Hashed): string {
  return hosts === undefined ? 'Signing succeeded' : `Signed digests of ${formatCount(hosts, 'host')}`;
}

/** What was signed without being read. */
function statedText({ manifest: { resources }, advertised, bytes }: Signed): string {
  const read = resources.length - advertised.length;
  const rest = read > 0 ? `; ${formatCount(read, 'resource')} read (${formatSize(bytes)})` : '';
  return `${formatCount(advertised.length, 'file')} by the digests that the manifest states, without reading them${rest}`;
}
