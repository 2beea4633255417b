import { inspectBundle, type Manifest, quote } from '@model-signing/core';
import {
  formatReference,
  type OciModel,
  type OciReference,
  ociModel,
  parseReference,
  SourceError,
} from '@model-signing/sources';
import type { Context } from '../context.ts';
import { CommandError, usageError } from '../failure.ts';
import { readSignatureFile } from '../input-file.ts';
import { table } from '../output.ts';
import { attachedFields, sourceFields, sourceLine, warnOfOthers, ways } from './source.ts';

export interface AttachFlags {
  /** One of the two is given. */
  readonly signature?: string;
  readonly attestations?: string;
  readonly requirePinned?: boolean;
  readonly strict?: boolean;
}

/** `attach`: attaches what exists to an artifact in a registry, where `verify` finds it. It verifies nothing. */
export async function attach(operand: string, flags: AttachFlags, context: Context): Promise<void> {
  const reference = parseReference(operand);
  if (reference.kind !== 'oci') throw usageError(...notARegistry(operand, reference.kind));
  if (flags.attestations !== undefined) {
    const { attachAttestations } = await import('./attach-attestations.ts');
    return attachAttestations(flags.attestations, () => openArtifact(reference, flags, context), context);
  }
  await attachSignature(flags.signature as string, reference, flags, context);
}

async function openArtifact(
  reference: OciReference,
  flags: AttachFlags,
  { output, signal }: Context,
): Promise<OciModel> {
  output.debug(`asking for ${formatReference(reference)}`);
  const model = await ociModel(reference, { requirePinned: flags.requirePinned, signal });
  output.found(sourceFields(model));
  const { isPinned, pinned } = model.location;
  if (!isPinned) output.info(`${model.location.reference} is ${pinned}`);
  return model;
}

/** Warns of a signature that lists other files than an artifact has, and refuses it with `--strict`. */
export async function checkArtifact(
  model: OciModel,
  manifest: Manifest,
  { strict }: Pick<AttachFlags, 'strict'>,
  { output }: Context,
): Promise<void> {
  const problem = await whyAnother(model, manifest);
  if (problem !== null && strict) {
    const hints = ['leave out --strict to attach it all the same'];
    throw new CommandError('command/other-model', `${problem} (refused in strict mode)`, { hints });
  }
  if (problem !== null) output.notice('command/other-model', problem);
}

async function attachSignature(
  signature: string,
  reference: OciReference,
  flags: AttachFlags,
  context: Context,
): Promise<void> {
  const { output, signal } = context;
  const bundle = await readSignatureFile(signature, signal);
  const { manifest, subjectName } = await inspectBundle(bundle);
  const model = await openArtifact(reference, flags, context);
  await checkArtifact(model, manifest, flags, context);
  const attached = await model.attach(bundle, signal);
  await warnOfOthers(model, attached, context);
  const { digest, how, wasThere } = attached;
  const fields = {
    ...{ signature, ...sourceFields(model), attached: attachedFields(attached) },
    ...{ verified: false, model: subjectName, rootDigest: `sha256:${manifest.rootDigest}`, warnings: [] },
  };
  output.success('attach', fields, () => [
    wasThere ? 'The signature was attached already' : 'The signature is attached',
    ...table([
      sourceLine(model),
      ['referrer', `${digest} (${ways[how]})`],
      subjectName === null ? null : ['model', `${quote(subjectName)} (as the signer called it)`],
      ['digest', `sha256:${manifest.rootDigest}`],
      ['verified', 'nothing: verify says who signed, and what'],
    ]),
  ]);
}

function notARegistry(operand: string, kind: 'path' | 'huggingface'): [string, string] {
  if (kind === 'path') {
    return [
      `${quote(operand)} is a path, and signatures are attached in a registry`,
      'name the artifact oci://REGISTRY/NAME:TAG; beside a directory, model.sig is found without being attached',
    ];
  }
  return [
    'nothing can be attached to a model on Hugging Face: a signature is a file of the model there',
    'upload it as model.sig: hf upload ORG/MODEL model.sig',
  ];
}

/** The artifact in the view that has the signed names, or why it has none that could be compared with them. */
function seenAs(model: OciModel, names: readonly string[]): OciModel | SourceError {
  try {
    return model.withView(model.viewFor(names));
  } catch (error) {
    if (error instanceof SourceError && error.code === 'source/digest-unavailable') return error;
    throw error;
  }
}

/** Why `verify` would refuse the signature for this artifact; null if the signed files are those of its manifest. */
async function whyAnother(model: OciModel, { resources, serialization }: Manifest): Promise<string | null> {
  if (serialization.method !== 'files' || serialization.hashType !== 'sha256') {
    return 'the signature has no SHA-256 of whole files, so only the bytes can be compared with it, and --metadata-only cannot';
  }
  const signed = new Map(resources.map(({ path, digest }) => [path, digest]));
  const view = seenAs(model, [...signed.keys()]);
  // The signature of a directory may be kept beside the archive of it, and verifies what is unpacked.
  if (view instanceof SourceError) return view.message;
  const { files } = await view.list({ followSymlinks: false, excludes: () => false, sizes: false });
  const known = new Map(files.map(({ name, content }) => [name, content.known?.digest]));
  const other = [...signed].find(([name, digest]) => known.get(name) !== digest);
  if (other !== undefined) {
    const [name] = other;
    const what = known.has(name) ? 'has another digest in' : 'is not in';
    return `the signature is for another model: ${quote(name)}, which it lists, ${what} the artifact`;
  }
  const more = files.find(({ name }) => !signed.has(name));
  return more === undefined ? null : `the artifact has ${quote(more.name)}, which is not signed`;
}
