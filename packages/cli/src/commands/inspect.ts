import { type FileEntry, type Inspection, inspectFile, quote, resourceName, type Warning } from '@model-signing/core';
import { hasScheme } from '../addresses.ts';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { openNamedModel } from '../named-model.ts';
import { localSignature } from '../named-signature.ts';
import { listed, table } from '../output.ts';
import { printableNames } from '../printable.ts';
import { formatCount, formatSize } from '../sizes.ts';
import { type Claims, claimsOf, describeSigner, describeTime } from './claimed-signer.ts';
import { claimedMethod, otherFields, otherRows } from './inspect-other.ts';
import { draftFields, draftLines, printWarnings, publishedRootFields } from './model.ts';
import { sourceFields, sourceLine } from './source.ts';
import { signatureText } from './verification.ts';

export interface InspectFlags {
  /** List every file, however many there are. */
  readonly all?: boolean;
  /** Which signature of a model in a store; if it is absent, the one that `verify` uses. */
  readonly signature?: string;
  readonly requirePinned?: boolean;
}

const MAX_FILES = 20;

/** `inspect`: shows what a signature file claims. It verifies nothing, and says so. */
export async function inspect(operand: string, flags: InspectFlags, context: Context): Promise<void> {
  const { bundle, fields: where, rows } = await readNamed(operand, flags, context);
  const entries = await inspectFile(bundle);
  const shown = await Promise.all(entries.map((entry) => show(entry, flags)));
  for (const { warnings } of shown) printWarnings(warnings, context);
  const [only, ...others] = shown;
  if (only && others.length === 0) {
    context.output.answer('inspect', { verified: false, ...only.fields, ...where }, () => [
      NOT_VERIFIED,
      '',
      ...table(rows),
      ...only.lines(),
    ]);
    return;
  }
  const fields = { verified: false, kind: 'several', ...where, bundles: shown.map((each) => each.fields) };
  context.output.answer('inspect', fields, () => [
    NOT_VERIFIED,
    ...(rows.length > 0 ? ['', ...table(rows)] : []),
    ...shown.flatMap(({ lines }, i) => ['', `bundle ${i + 1} of ${shown.length}`, ...lines()]),
  ]);
}

const NOT_VERIFIED = 'NOT VERIFIED: this is what the file claims, and anyone can write a file that claims anything';

/** What is inspected, and where it was found unless it is a file. */
interface Named {
  readonly bundle: Uint8Array;
  readonly fields: Record<string, unknown>;
  readonly rows: readonly [string, string][];
}

/** Reads what the operand names: a file, an address, or the signature of a model in a store. */
async function readNamed(operand: string, flags: InspectFlags, context: Context): Promise<Named> {
  const isStore = hasScheme(operand) && !/^https?:/i.test(operand);
  if (!isStore && (flags.signature !== undefined || flags.requirePinned)) {
    const flag = flags.requirePinned ? '--require-pinned' : '--signature';
    throw usageError(
      `${flag} is for a model in a hub or registry, and ${quote(operand)} names a signature`,
      'leave it out',
    );
  }
  const named = isStore ? await openNamedModel(operand, flags, context) : null;
  const signature =
    named === null ? localSignature(operand) : await named.findSignature(flags.signature, context.signal);
  const bundle = await signature.read(context.signal);
  if (named === null) return { bundle, fields: {}, rows: [] };
  const { name, place, why } = signature;
  const source = sourceLine(named.source);
  return {
    bundle,
    fields: { ...sourceFields(named.source), signature: name, signatureFrom: { place, why } },
    rows: [...(source ? [source] : []), ['signature', signatureText(signature)]],
  };
}

/** What there is to print of one bundle. */
interface Shown {
  readonly fields: Record<string, unknown>;
  readonly lines: () => string[];
  readonly warnings: readonly Warning[];
}

async function show(entry: FileEntry, flags: InspectFlags): Promise<Shown> {
  switch (entry.kind) {
    case 'model': {
      const { inspection } = entry;
      const claims = await claimsOf(inspection.method, inspection.material);
      const fields = { kind: 'model-signature', ...fieldsOf(inspection, claims) };
      return { fields, lines: () => describe(inspection, claims, flags), warnings: inspection.warnings };
    }
    case 'other': {
      const claims = await claimsOf(claimedMethod(entry.claims.material), entry.claims.material);
      const fields = otherFields(entry.claims, claims);
      const lines = () =>
        table([...describeSigner(claims), ['signed at', describeTime(claims)], ...otherRows(entry.claims)]);
      return { fields, lines, warnings: [] };
    }
    case 'unreadable': {
      const { code, message } = entry.error;
      return {
        fields: { kind: 'unreadable', error: { code, message } },
        lines: () => [`unreadable: ${message}`],
        warnings: [],
      };
    }
  }
}

function fieldsOf({ subjectName, manifest, warnings }: Inspection, signer: Claims) {
  const { method, hashType, shardSize, allowSymlinks, ignorePaths } = manifest.serialization;
  return {
    signer,
    model: subjectName,
    rootDigest: `sha256:${manifest.rootDigest}`,
    ...draftFields(manifest.draft, manifest.annotations),
    ...publishedRootFields(manifest),
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
  const names = printableNames(shown.map(resourceName));
  const rest = resources.length - shown.length;
  return [
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
    ...names.map((name, index) => `${shown[index]?.digest}  ${name}`),
    ...(rest > 0 ? [`and ${rest} more (--all lists all)`] : []),
  ];
}
