import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { type Draft, openSignature, quote, type SignedManifest, type Verifier } from '@model-signing/core';
import type { PullOptions, PullResult, SourceModel } from '@model-signing/sources';
import { hasScheme } from '../addresses.ts';
import type { JudgedEntry } from '../attestation-files.ts';
import type { Context } from '../context.ts';
import type { EngineChoice } from '../engine-choice.ts';
import { usageError } from '../failure.ts';
import { InterruptedError } from '../interrupt.ts';
import type { NamedModel } from '../model-name.ts';
import { openNamedModel } from '../named-model.ts';
import type { NamedSignature } from '../named-signature.ts';
import { listed } from '../output.ts';
import { formatSize } from '../sizes.ts';
import { type Hashed, printWarnings, whileReading } from './model.ts';
import { signatureText, type Verified, verificationFields, verificationLines } from './verification.ts';

/** The flags of `pull` with any method. */
export interface PullFlags {
  readonly to: string;
  /** If it is absent, the signature is looked for in the store. */
  readonly signature?: string;
  /** The names of the files to fetch, in place of all. */
  readonly only?: readonly string[];
  readonly requirePinned?: boolean;
  readonly strict?: boolean;
  readonly draft?: Draft;
  readonly engine?: EngineChoice;
}

/** Fetches a model that a trusted signer signed. Nothing unverified is ever at the place it is put. */
export async function pull(
  operand: string,
  flags: PullFlags,
  openVerifier: () => Promise<Verifier>,
  context: Context,
): Promise<void> {
  const { signal } = context;
  if (!hasScheme(operand)) {
    throw usageError(
      `${quote(operand)} is a path, and pull fetches a model from a hub or registry`,
      'name it hf://ORG/MODEL or oci://REGISTRY/NAME:TAG; a model that is here already needs only verify',
    );
  }
  const named = await openNamedModel(operand, flags, context);
  const source = named.source as SourceModel;
  const signature = await named.findSignature(flags.signature, signal);
  const { verified, result, ...opened } = await pulled({ named, source, signature }, flags, openVerifier, context);
  const { pullAttestations } = await import('./pulled-attestations.ts');
  const attested = await pullAttestations({ source, target: result.target, ...opened }, context);
  report({ ...verified, attestations: attested?.entries ?? null }, result, attested?.file ?? null, context);
}

interface Named {
  readonly named: NamedModel;
  readonly source: SourceModel;
  readonly signature: NamedSignature;
}

/** Fetches the model, which is in place and verified then. */
async function pulled(
  { named, source, signature }: Named,
  flags: PullFlags,
  openVerifier: () => Promise<Verifier>,
  context: Context,
): Promise<{ verified: Verified; result: PullResult; signed: SignedManifest; verifier: Verifier }> {
  const { output, signal } = context;
  try {
    const verifier = await openVerifier();
    output.debug(`reading the signature ${quote(signature.name)}`);
    const bundle = await signature.read(signal);
    const signed = await openSignature(bundle, verifier, { strict: flags.strict, draft: flags.draft });
    const result = await fetched(source, signed, { bundle, signatureName: nameOfCopy(signature) }, flags, context);
    const { bytes, engine, view, verification: all } = result;
    const { warnings, ...verification } = all;
    return { verified: { named, signature, verification, bytes, engine, warnings, view }, result, signed, verifier };
  } catch (error) {
    if (signal.aborted) throw new InterruptedError('nothing was put in place; the same command goes on from here');
    if (flags.signature === undefined) output.info(`the signature is ${signatureText(signature)}`);
    const details = { inspect: signature.inspect, kept: await keptFolder(flags.to) };
    throw error instanceof Error ? Object.assign(error, details) : error;
  }
}

/** The folder that holds what was fetched so far; null if there is none. */
async function keptFolder(to: string): Promise<string | null> {
  const target = await realpath(to).catch(() => path.resolve(to));
  const folder = `${target}.part`;
  const found = await readdir(path.join(folder, 'parts')).catch(() => []);
  return found.length > 0 ? folder : null;
}

/** The name of the signature in the directory: as in the store, unless that is no name of a file. */
function nameOfCopy({ name, place }: NamedSignature): string | undefined {
  return place === 'store' && !/^sha256[:-]/.test(name) ? name : undefined;
}

/** What was fetched, and how the names in the manifest of a registry were read. */
interface Pulled extends PullResult, Hashed {
  readonly view: 'files' | 'layers' | undefined;
}

async function fetched(
  source: SourceModel,
  signed: SignedManifest,
  copy: Pick<PullOptions, 'bundle' | 'signatureName'>,
  flags: PullFlags,
  context: Context,
): Promise<Pulled> {
  const { to, only, strict } = flags;
  const sources = await import('@model-signing/sources');
  const { model, view } = (await import('../remote-model.ts')).inSignedView(source, signed);
  const result = await whileReading(context, flags, (reading) =>
    sources.pull(model, signed, { to, ...copy, only, verifyOptions: { strict }, ...reading }),
  );
  return { ...result, view };
}

function report(verified: Verified, result: PullResult, attestationFile: string | null, context: Context): void {
  const { target, wasThere, downloadedBytes, resumedBytes, unsigned } = result;
  printWarnings(verified.warnings, context);
  if (unsigned.length > 0) context.output.warning(`not signed, and not fetched: ${listed(unsigned)}`);
  const { externalLinks: _, hubLinks: __, ...verification } = verificationFields(verified);
  const all = [...verification.unsigned, ...unsigned];
  const fetchedFields = { unsigned: all, to: target, wasThere, downloadedBytes, resumedBytes };
  const fields = { ...verification, ...fetchedFields, ...(attestationFile !== null && { attestationFile }) };
  context.output.success('pull', fields, () => [
    ...verificationLines(verified),
    wasThere
      ? `already in ${quote(target)}, and verified there`
      : `in ${quote(target)}: ${formatSize(downloadedBytes)} fetched${
          resumedBytes > 0 ? `, ${formatSize(resumedBytes)} from an earlier attempt` : ''
        }`,
    ...(attestationFile === null ? [] : [attestationsText(attestationFile, verified.attestations ?? [])]),
  ]);
}

/** Where the attestations are, and how many of them are not by a signer who is trusted here. */
function attestationsText(file: string, entries: readonly JudgedEntry[]): string {
  const refused = entries.filter(({ verdict }) => verdict === 'refused').length;
  return `the attestations are in ${quote(file)}${refused === 0 ? '' : `; NOT VERIFIED: ${refused} of them`}`;
}
