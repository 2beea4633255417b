import path from 'node:path';
import { type FileEntry, inspectFile, OmsError, quote } from '@model-signing/core';
import type { SourceModel } from '@model-signing/sources';
import type { Context } from '../context.ts';
import { CommandError } from '../failure.ts';
import { readSignatureFile } from '../input-file.ts';
import type { NamedModel } from '../model-name.ts';
import { openNamedModel } from '../named-model.ts';
import { table } from '../output.ts';
import { printableName } from '../printable.ts';
import { type Claims, claimsOf, describeSigner, describeTime } from './claimed-signer.ts';
import { claimedMethod } from './inspect-other.ts';
import { sourceFields } from './source.ts';

export interface SignaturesFlags {
  readonly requirePinned?: boolean;
}

/** A signature that lies where one is looked for. */
interface Place {
  readonly name: string;
  readonly why: string;
  read(): Promise<Uint8Array>;
}

/** `signatures`: lists the signatures of a model and who they claim to be by. It verifies nothing, and says so. */
export async function signatures(operand: string, flags: SignaturesFlags, context: Context): Promise<void> {
  const named = await openNamedModel(operand, flags, context);
  const { places, used } = await (named.source ? stored(named.source, context) : near(named, context));
  const listed: Listed[] = [];
  for (const place of places) {
    context.output.debug(`reading the signature ${quote(place.name)}`);
    listed.push(await claimed(place, place.name === used.name));
  }
  const fields = {
    verified: false,
    ...sourceFields(named.source),
    signatures: listed,
    used: used.name,
    usedReason: used.reason,
  };
  context.output.answer('signatures', fields, () => [
    ...(listed.length === 0 ? [used.reason] : [NOT_VERIFIED, ...listed.flatMap((one) => ['', ...describe(one)])]),
    ...(listed.length > 0 && used.name === null ? ['', `verify does not choose one of them: ${used.reason}`] : []),
  ]);
}

const NOT_VERIFIED = 'NOT VERIFIED: this is what the signatures claim, and anyone can write one that claims anything';

/** The signature that `verify` takes if none is named, and why it takes this one or none. */
interface Used {
  readonly name: string | null;
  readonly reason: string;
}

interface Places {
  readonly places: readonly Place[];
  readonly used: Used;
}

/** The signatures in a store, as its own code finds them. */
async function stored(source: SourceModel, { signal }: Context): Promise<Places> {
  const { findSignature } = await import('@model-signing/sources');
  const found = await source.findSignatures(signal);
  const places = found.map(({ name, why }) => ({ name, why, read: () => source.readSignature(name, signal) }));
  return { places, used: await usedOf(async () => findSignature(source, signal)) };
}

/** The signatures beside a model on this machine and in it, by their names and then by their content. */
async function near(named: NamedModel, { signal }: Context): Promise<Places> {
  const modelPath = named.operand;
  const { signatureFiles } = await import('../own-signatures.ts');
  const used = await usedOf(async () => {
    const { name, why } = await named.findSignature(undefined, signal);
    return { name, why };
  });
  const found = signatureFiles(modelPath);
  const names = found.map((name) => path.join(modelPath, name));
  const same = (one: string) => used.name !== null && path.resolve(one) === path.resolve(used.name);
  const others = names.filter((name) => !same(name));
  const places = [
    ...(used.name === null ? [] : [{ name: used.name, why: used.reason }]),
    ...others.map((name) => ({ name, why: 'it lies in the model, and begins like a signature' })),
  ];
  return { places: places.map((place) => ({ ...place, read: () => readSignatureFile(place.name, signal) })), used };
}

/** Failures to choose, which are part of the answer here. */
const undecided: ReadonlySet<string> = new Set([
  'command/usage',
  'command/not-found',
  'source/signature-absent',
  'source/signature-ambiguous',
]);

async function usedOf(find: () => Promise<{ readonly name: string; readonly why: string }>): Promise<Used> {
  try {
    const { name, why } = await find();
    return { name, reason: why };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && undecided.has(`${error.code}`))) throw error;
    return { name: null, reason: error.message };
  }
}

/** A signature and what it claims, in the form of results in JSON. */
interface Listed {
  readonly name: string;
  readonly why: string;
  readonly isUsed: boolean;
  readonly kind: 'model-signature' | 'other' | 'unreadable';
  readonly signer: Claims | null;
  readonly model: string | null;
  readonly rootDigest: string | null;
  readonly resourceCount: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Failures that concern one signature, so that the others can still be listed. */
function isOfOneSignature(error: unknown): error is Error & { readonly code: string } {
  if (error instanceof OmsError || error instanceof CommandError) return true;
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return name === 'SourceError' && code !== 'source/unreachable' && code !== 'source/unauthorized';
}

async function claimed({ name, why, read }: Place, isUsed: boolean): Promise<Listed> {
  const nothing = { signer: null, model: null, rootDigest: null, resourceCount: null, error: null };
  const unreadable = ({ code, message }: { readonly code: string; readonly message: string }): Listed => {
    return { name, why, isUsed, kind: 'unreadable', ...nothing, error: { code, message } };
  };
  let entries: readonly FileEntry[];
  try {
    entries = await inspectFile(await read());
  } catch (error) {
    if (isOfOneSignature(error)) return unreadable(error);
    throw error;
  }
  const [entry] = entries;
  if (entries.length !== 1 || entry === undefined) {
    return unreadable({ code: 'bundle/malformed', message: `it holds ${entries.length} bundles` });
  }
  if (entry.kind === 'unreadable') return unreadable(entry.error);
  if (entry.kind === 'other') {
    const { material } = entry.claims;
    const signer = await claimsOf(claimedMethod(material), material);
    return { name, why, isUsed, kind: 'other', ...nothing, signer };
  }
  const { method, material, manifest, subjectName } = entry.inspection;
  return {
    ...{ name, why, isUsed, kind: 'model-signature', error: null },
    signer: await claimsOf(method, material),
    model: subjectName,
    rootDigest: `sha256:${manifest.rootDigest}`,
    resourceCount: manifest.resources.length,
  };
}

/** The name of what is attached in a registry, which is printed as it is typed. */
const DIGEST = /^sha256:[0-9a-f]{64}$/;

function describe({ name, why, isUsed, kind, signer, model, rootDigest, resourceCount, error }: Listed): string[] {
  return table([
    [
      'signature',
      `${DIGEST.test(name) ? name : printableName(name)}${isUsed ? ' (verify uses it if none is named)' : ''}`,
    ],
    ['why', why],
    ...(signer === null ? [] : describeSigner(signer)),
    signer === null ? null : ['signed at', describeTime(signer)],
    kind === 'other' ? ['kind', 'not the signature of a model'] : null,
    model === null ? null : ['model', `${quote(model)} (as the signer called it)`],
    rootDigest === null ? null : ['digest', rootDigest],
    resourceCount === null ? null : ['content', `${resourceCount} ${resourceCount === 1 ? 'resource' : 'resources'}`],
    error === null ? null : ['unreadable', error.message],
  ]);
}
