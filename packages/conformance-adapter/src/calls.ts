import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  type Annotations,
  BLAKE3_SIDE_FILE,
  type ByteSource,
  type CertificateIdentity,
  certificateSigner,
  certificateVerifier,
  type Draft,
  type Extension,
  type HashAlgorithm,
  type KeyIdentity,
  keySigner,
  keyVerifier,
  localModel,
  type Manifest,
  type Model,
  OmsError,
  openRanges,
  openSignature,
  type SignedManifest,
  type Signer,
  signModel,
  timestampedVerifier,
  type Verification,
  type Verifier,
  verifyModel,
  verifySome,
} from '@model-signing/core';
import { ociManifestModel, withLfsPointers } from '@model-signing/sources';
import { writeSignature } from '../../cli/src/signature-file.ts';
import { prepareSignatureTarget } from '../../cli/src/signature-target.ts';
import { type Arguments, BadCall, isOn, list, optionalText, text } from './arguments.ts';
import { verifyAttestations } from './attestation-calls.ts';
import { verifyByPolicy } from './policy-calls.ts';
import { failed, type Result, signerName, verified } from './result.ts';

/**
 * Carries out a call with the library. Whatever the library throws becomes the result.
 * @throws {BadCall}
 */
export async function carryOut(operation: 'sign' | 'verify', args: Arguments): Promise<Result> {
  const method = text(args, 'method');
  const byPolicy = method === 'policy' && operation === 'verify';
  const known =
    byPolicy || method === 'key' || method === 'certificate' || (method === 'sigstore' && operation === 'verify');
  if (!known) {
    return { outcome: 'unsupported', reason: { message: `the method ${method}` } };
  }
  try {
    if (byPolicy) return await verifyByPolicy(args);
    return operation === 'sign' ? await sign(args) : await verify(args);
  } catch (error) {
    if (error instanceof BadCall) throw error;
    return failed(error);
  }
}

async function verify(args: Arguments): Promise<Result> {
  const bundle = await readFile(text(args, 'bundle'));
  const modelPath = text(args, 'model-path');
  const verifier = await openVerifier(args);
  const only = list(args, 'only');
  const { ignorePaths, ignoreGitPaths, allowSymlinks, draft, extensions } = await readOptions(modelPath, args);
  const strict = isOn(args, 'strict');
  const evidence = isOn(args, 'lfs-pointers') || isOn(args, 'oci-manifest') ? 'advertised' : 'bytes';
  const signed = await openSignature(bundle, verifier, { draft, extensions, strict });
  if (optionalText(args, 'range') !== undefined) return verifyRange(signed, modelPath, args, extensions);
  const model = await openModel(modelPath, signed.manifest, args);
  const { warnings, ...attested } = await verifyAttestations(args, signed, verifier);
  const withAttested = (verification: Verification): Result => ({ ...verified(verification, warnings), ...attested });
  if (only.length > 0) return withAttested(await verifySome(signed, model, only, { allowSymlinks, strict, evidence }));
  const verification = await verifyModel(model, bundle, verifier, {
    ...{ ignorePaths, ignoreGitPaths, allowSymlinks, draft, extensions, strict, evidence },
    ignoreUnsignedFiles: isOn(args, 'ignore-unsigned-files'),
    ignoredFiles: 'report', // in the protocol, strict mode is about warnings
  });
  return withAttested(verification);
}

/** Checks a part of a file with its side file, once the caller names that extension. */
async function verifyRange(
  signed: SignedManifest,
  modelPath: string,
  args: Arguments,
  extensions: readonly Extension[],
): Promise<Result> {
  if (!extensions.includes(BLAKE3_SIDE_FILE)) throw new BadCall(`--range needs --extension ${BLAKE3_SIDE_FILE}`);
  const [, name = '', start, end] = /^(.*):(\d+):(\d+)$/s.exec(text(args, 'range')) ?? [];
  const [file, sideFile] = await Promise.all([open(path.join(modelPath, name)), open(text(args, 'side-file'))]);
  try {
    const ranges = await openRanges(signed, name, await sourceOf(file), await sourceOf(sideFile));
    await ranges.read(Number(start), Number(end));
  } finally {
    await Promise.all([file.close(), sideFile.close()]);
  }
  const { rootDigest } = signed.manifest;
  return { outcome: 'accept', signer: signerName(signed.signer), rootDigest, verdict: 'partial' };
}

async function sourceOf(handle: FileHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  return {
    size,
    async read(start, end) {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    },
  };
}

/** The model, as the caller says what is at its path. */
async function openModel(modelPath: string, { resources }: Manifest, args: Arguments): Promise<Model> {
  if (isOn(args, 'oci-manifest')) {
    const listed = await ociManifestModel(await readFile(modelPath), { name: path.parse(modelPath).name });
    return listed.withView(listed.viewFor(resources.map((resource) => resource.path)));
  }
  const model = localModel(modelPath, {
    signaturePath: text(args, 'bundle'),
    allowExternalSymlinks: isOn(args, 'allow-external-symlinks'),
  });
  return isOn(args, 'lfs-pointers') ? withLfsPointers(model) : model;
}

async function sign(args: Arguments): Promise<Result> {
  const target = await prepareSignatureTarget(text(args, 'output-bundle'));
  const modelPath = text(args, 'model-path');
  const signer = await openSigner(args);
  const model = localModel(modelPath, {
    signaturePath: target.kind === 'file' ? target.path : undefined,
    allowExternalSymlinks: isOn(args, 'allow-external-symlinks'),
  });
  const shardSize = optionalText(args, 'shard-size');
  const signed = await signModel(model, signer, {
    ...(await readOptions(modelPath, args)),
    // The library refuses wrong values.
    hashAlgorithm: optionalText(args, 'hash-algorithm') as HashAlgorithm | undefined,
    method: optionalText(args, 'serialization') as 'files' | 'shards' | undefined,
    shardSize: shardSize === undefined ? undefined : Number(shardSize),
    annotations: annotationsOf(list(args, 'annotation')),
    excludeAttestations: isOn(args, 'exclude-attestations'),
  });
  await writeSignature(target, signed.bundle, new AbortController().signal);
  const { manifest, ignored, externalLinks } = signed;
  return {
    outcome: 'accept',
    signer: signerName(signed.signer),
    rootDigest: manifest.rootDigest,
    resources: manifest.resources.length,
    ignored,
    externalLinks,
    ...(manifest.draft && { annotations: manifest.annotations ?? {} }),
  };
}

function annotationsOf(given: readonly string[]): Annotations | undefined {
  if (given.length === 0) return undefined;
  return Object.fromEntries(
    given.map((one) => {
      const end = one.indexOf('=');
      if (end === -1) throw new BadCall(`the annotation "${one}" has no "="`);
      return [one.slice(0, end), one.slice(end + 1)];
    }),
  );
}

async function openVerifier(args: Arguments): Promise<Verifier> {
  if (text(args, 'method') === 'key') return withLog(await keyVerifierOf(args), args);
  if (text(args, 'method') === 'sigstore') {
    const { sigstoreVerifier } = await import('@model-signing/sigstore');
    return sigstoreVerifier({
      identity: text(args, 'identity'),
      issuer: text(args, 'identity-provider'),
      trust: { trustedRoot: await readFile(text(args, 'trusted-root')) },
    });
  }
  const time = optionalText(args, 'verification-time');
  const verifier = certificateVerifier({
    trusted: await readFiles(list(args, 'cert-chain')),
    timestampRoots: await readFiles(list(args, 'timestamp-authority')),
    verificationTime: time === undefined ? undefined : new Date(time),
  });
  return withLog(verifier, args);
}

async function keyVerifierOf(args: Arguments): Promise<Verifier<KeyIdentity>> {
  const verifier = keyVerifier({ publicKey: await readFile(text(args, 'public-key')), extensions: extensionsOf(args) });
  const timestampRoots = await readFiles(list(args, 'timestamp-authority'));
  return timestampRoots.length === 0 ? verifier : timestampedVerifier(verifier, { timestampRoots });
}

async function withLog<Identity extends KeyIdentity | CertificateIdentity>(
  verifier: Verifier<Identity>,
  args: Arguments,
): Promise<Verifier<Identity>> {
  if (!isOn(args, 'require-log')) return verifier;
  const { loggedVerifier } = await import('@model-signing/sigstore');
  return loggedVerifier(verifier, { trust: { trustedRoot: await readFile(text(args, 'trusted-root')) } });
}

async function openSigner(args: Arguments): Promise<Signer> {
  const privateKey = await readFile(text(args, 'private-key'));
  if (text(args, 'method') === 'key') return keySigner({ privateKey, extensions: extensionsOf(args) });
  const certificate = await readFile(text(args, 'signing-cert'));
  return certificateSigner({ privateKey, certificate, chain: await readFiles(list(args, 'cert-chain')) });
}

function extensionsOf(args: Arguments): readonly Extension[] {
  return list(args, 'extension') as readonly Extension[];
}

function readFiles(files: readonly string[]): Promise<Buffer[]> {
  return Promise.all(files.map((file) => readFile(file)));
}

async function readOptions(modelPath: string, args: Arguments) {
  const given = list(args, 'ignore-paths');
  return {
    ignorePaths: given.length === 0 ? [] : await relativeTo(modelPath, given),
    ignoreGitPaths: !isOn(args, 'no-ignore-git-paths'),
    allowSymlinks: isOn(args, 'allow-symlinks'),
    draft: optionalText(args, 'draft') as Draft | undefined,
    extensions: extensionsOf(args),
  };
}

/** Paths as the library takes them, relative to the model root, from the absolute ones of the protocol. */
async function relativeTo(modelPath: string, given: readonly string[]): Promise<string[]> {
  const absolute = path.resolve(modelPath);
  const root = (await stat(absolute).catch(() => null))?.isFile() ? path.dirname(absolute) : absolute;
  return given.map((one) => {
    const relative = path.relative(root, one);
    if (path.isAbsolute(relative)) {
      throw new OmsError('model/ignore-path-outside', 'the ignore path lies on another drive than the model');
    }
    return path.sep === '/' ? relative : relative.replaceAll(path.sep, '/');
  });
}
