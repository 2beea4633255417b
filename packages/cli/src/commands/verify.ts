import { quote, type Verification, type Verifier, verifyModel } from '@model-signing/core';
import type { Context } from '../context.ts';
import { readSignatureFile } from '../input-file.ts';
import { listed, table } from '../output.ts';
import { formatCount, formatSize } from '../sizes.ts';
import { signerLine } from './identity.ts';
import {
  type ModelFlags,
  modelOptions,
  openModel,
  requireModel,
  resourceNoun,
  serializationFields,
  warnOfExternalLinks,
  whileReading,
} from './model.ts';

/** The flags of every way to verify. */
export interface VerifyFlags extends ModelFlags {
  readonly signature: string;
  readonly ignoreUnsignedFiles?: boolean;
  readonly strict?: boolean;
}

/** Verifies that a model is what somebody signed whom the verifier trusts. */
export async function verify(
  modelPath: string,
  flags: VerifyFlags,
  openVerifier: () => Promise<Verifier>,
  context: Context,
): Promise<void> {
  await requireModel(modelPath);
  const options = {
    ...(await modelOptions(modelPath, flags)),
    ignoreUnsignedFiles: flags.ignoreUnsignedFiles,
    strict: flags.strict,
  };
  const verifier = await openVerifier();
  const bundle = await readSignatureFile(flags.signature);
  const model = openModel(modelPath, flags, flags.signature);
  const verified = await whileReading(context, (reading) =>
    verifyModel(model, bundle, verifier, { ...options, ...reading }),
  );
  report(verified, context);
}

function report(verified: Verification & { readonly bytes: number }, context: Context): void {
  const { output } = context;
  const {
    signer,
    subjectName,
    rootDigest,
    serialization,
    resources,
    bytes,
    ignored,
    unsigned,
    externalLinks,
    warnings,
  } = verified;
  for (const { message, code } of warnings) output.warning(`${message} [${code}]`);
  warnOfExternalLinks(externalLinks, context);
  const fields = {
    signer,
    model: subjectName,
    rootDigest: `sha256:${rootDigest}`,
    serialization: serializationFields(serialization),
    resourceCount: resources.length,
    bytes,
    ignored,
    unsigned,
    externalLinks,
    warnings,
  };
  output.success('verify', fields, () => [
    'Verification succeeded',
    ...table([
      ['signer', signerLine(signer)],
      subjectName === null ? null : ['model', `${quote(subjectName)} (as the signer called it)`],
      ['content', `${formatCount(resources.length, resourceNoun(serialization.method))}, ${formatSize(bytes)}`],
      ['digest', `sha256:${rootDigest}`],
      ignored.length > 0 ? ['ignored', `${listed(ignored)} (not verified)`] : null,
      unsigned.length > 0 ? ['unsigned', `${listed(unsigned)} (not verified)`] : null,
    ]),
  ]);
}
