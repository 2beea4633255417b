import { type Inspection, inspectBundle, quote, resourceName } from '@model-signing/core';
import type { Context } from '../context.ts';
import { readSignatureFile } from '../input-file.ts';
import { listed, table } from '../output.ts';
import { printableName } from '../printable.ts';
import { formatCount, formatSize } from '../sizes.ts';
import { type SignerClaims, signerClaims, timestampTimes } from './claims.ts';
import { draftFields, draftLines, printWarnings } from './model.ts';

export interface InspectFlags {
  /** List every file, however many there are. */
  readonly all?: boolean;
}

const MAX_FILES = 20;

/** `inspect`: shows what a signature file claims. It verifies nothing, and says so. */
export async function inspect(signaturePath: string, flags: InspectFlags, context: Context): Promise<void> {
  const inspection = await inspectBundle(await readSignatureFile(signaturePath, context.signal));
  const claims = {
    ...(await signerClaims(inspection)),
    ...(await namesInCertificate(inspection)),
    timestampedAt: await timestampTimes(inspection.material),
  };
  printWarnings(inspection.warnings, context);
  context.output.answer('inspect', fieldsOf(inspection, claims), () => describe(inspection, claims, flags));
}

interface Names {
  /** The `--identity` and `--identity-provider` that would verify; null unless the method is `sigstore`. */
  readonly identity: string | null;
  readonly identityProvider: string | null;
}

type Claims = SignerClaims & Names & { readonly timestampedAt: readonly string[] };

async function namesInCertificate({ method, material }: Inspection): Promise<Names> {
  if (method !== 'sigstore') return { identity: null, identityProvider: null };
  const names = (await import('@model-signing/sigstore')).claimedSigner(material);
  return { identity: names?.identity ?? null, identityProvider: names?.issuer ?? null };
}

function fieldsOf({ subjectName, manifest, warnings }: Inspection, signer: Claims) {
  const { method, hashType, shardSize, allowSymlinks, ignorePaths } = manifest.serialization;
  return {
    verified: false,
    signer,
    model: subjectName,
    rootDigest: `sha256:${manifest.rootDigest}`,
    ...draftFields(manifest.draft, manifest.annotations),
    serialization: { method, hashAlgorithm: hashType, shardSize, allowSymlinks, ignorePaths },
    resourceCount: manifest.resources.length,
    resources: manifest.resources.map((resource) => ({ name: resourceName(resource), digest: resource.digest })),
    warnings,
  };
}

function describe({ subjectName, manifest }: Inspection, claims: Claims, { all = false }: InspectFlags): string[] {
  const { serialization, resources, rootDigest } = manifest;
  const { hashType, shardSize, allowSymlinks, ignorePaths } = serialization;
  const shown = all ? resources : resources.slice(0, MAX_FILES);
  const rest = resources.length - shown.length;
  return [
    'NOT VERIFIED: this is what the file claims, and anyone can write a file that claims anything',
    '',
    ...table([
      ...describeSigner(claims),
      ['signed at', describeTime(claims)],
      ['model', subjectName === null ? 'not named' : quote(subjectName)],
      ['digest', `sha256:${rootDigest}`],
      ...draftLines(manifest.draft, manifest.annotations),
      ['hashed', `${hashType}, ${shardSize === null ? 'by file' : `in shards of ${formatSize(shardSize)}`}`],
      ['links', allowSymlinks ? 'followed' : 'not followed'],
      ['ignored', ignorePaths.length > 0 ? listed(ignorePaths) : 'nothing'],
      ['content', formatCount(resources.length, shardSize === null ? 'file' : 'shard')],
    ]),
    '',
    ...shown.map((resource) => `${resource.digest}  ${printableName(resourceName(resource))}`),
    ...(rest > 0 ? [`and ${rest} more (--all lists all)`] : []),
  ];
}

function describeSigner({ method, keyHint, certificates, identity, identityProvider }: Claims): [string, string][] {
  if (method === 'key')
    return [['signed by', keyHint === null ? 'a key without a hint' : `key with hint ${printableName(keyHint)}`]];
  const [leaf, ...others] = certificates;
  const name = identity ? quote(identity) : (leaf?.subjectAltName ?? quoted(leaf?.subject));
  return [
    ['signed by', `${name ?? 'a certificate that cannot be read'} (method ${method})`],
    ...(identityProvider ? [['provider', quote(identityProvider)] satisfies [string, string]] : []),
    ...(leaf?.issuer ? [['issued by', quoted(leaf.issuer)] satisfies [string, string]] : []),
    ...(leaf?.validFrom ? [['valid', `${leaf.validFrom} to ${leaf.validTo}`] satisfies [string, string]] : []),
    ...others.map(({ subject }): [string, string] => ['beside it', quoted(subject) ?? 'cannot be read']),
  ];
}

/** The name in a certificate, in quotes. It was escaped when the certificate was parsed, quotes too. */
function quoted<Name extends string | null | undefined>(name: Name): Name extends string ? string : string | null {
  return (name ? `"${name}"` : null) as Name extends string ? string : string | null;
}

function describeTime({ method, loggedAt, timestampedAt, timestamps }: Claims): string {
  if (loggedAt.length > 0) return `${loggedAt.join(', ')} (by a transparency log)`;
  if (timestampedAt.length > 0) return `${timestampedAt.join(', ')} (by a timestamp)`;
  if (timestamps > 0) return 'in a timestamp that cannot be read';
  return method === 'key' ? 'unknown: a signature with a key states no time' : 'unknown: no log entry and no timestamp';
}
