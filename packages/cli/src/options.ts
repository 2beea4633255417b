import { predicateNames, predicateTypeOf } from '@model-signing/core';
import { engineChoices } from './engine-choice.ts';
import { collect, type Flag, InvalidValue } from './grammar.ts';
import { hostsFlags } from './parts/flags.ts';
import { reuseFlags } from './reuse-options.ts';
import { logFormats, logLevels, parseLogFormat, parseLogLevel } from './settings.ts';
import { parseSize } from './sizes.ts';
import {
  copyToFlag,
  lfsPointersFlag,
  noSyncFlag,
  ociLayersFlag,
  ociManifestFlag,
  onlyFlag,
  onlyFromFlag,
  reflinkFlag,
  requirePinnedFlag,
  signatureInStore,
  toFlag,
} from './source-options.ts';

/** The drafts of the format that `--draft` takes. */
export const drafts: readonly string[] = ['1.1'];

/** The operand of a command that works on a model. */
export const model = {
  name: 'model',
  description: 'the model: a directory or a file, hf://ORG/MODEL[@REVISION] or oci://REGISTRY/NAME[:TAG][@DIGEST]',
} as const;

/** The operand of a command that works on a model in a store. */
export const storedModel = {
  name: 'model',
  description: 'the model: hf://ORG/MODEL[@REVISION] or oci://REGISTRY/NAME[:TAG][@DIGEST]',
} as const;

/** The flags that every command has. */
export const globalFlags: readonly Flag[] = [
  { name: 'json', description: 'print the result as one JSON object' },
  { name: 'quiet', short: 'q', description: 'print nothing on success' },
  {
    name: 'log-level',
    value: 'level',
    description: `${logLevels.join(', ')} (also MODEL_SIGNING_LOG_LEVEL)`,
    offers: logLevels,
    parse: (level) => parseLogLevel(level),
  },
  {
    name: 'log-format',
    value: 'format',
    description: `how messages on stderr are written: ${logFormats.join(', ')} (also MODEL_SIGNING_LOG_FORMAT)`,
    offers: logFormats,
    parse: (format) => parseLogFormat(format),
  },
];

/** The signature to verify. */
export const signatureToVerify: Flag = {
  name: 'signature',
  value: 'file',
  description:
    'the signature: a file, an https:// address, or its name in the store of the model (default: model.sig beside the model or in it, *.oms.sig or .kaggle/signing.json in it, else model.sig in the working directory; in a store, what is found there)',
  reads: true,
};

/** The file with the PIN of a token. */
export const pinFileFlag: Flag = {
  name: 'pin-file',
  value: 'file',
  description: 'a file that holds the PIN of the token',
  reads: true,
  variable: 'MODEL_SIGNING_PIN',
};

/** A key by what says where it is. */
export function keyFlag(what: string): Flag {
  return {
    name: 'key',
    value: 'reference',
    description: `${what}: a PEM file, pkcs11:…, openbao://KEY, hashivault://KEY, or NAME://… by the program sigstore-kms-NAME`,
    reads: true,
  };
}

/** The flags that name a private key. */
export const privateKeyFlags: readonly Flag[] = [
  {
    name: 'private-key',
    value: 'file',
    description: 'the private key, in PEM form',
    required: true,
    reads: true,
    variable: 'MODEL_SIGNING_PRIVATE_KEY',
    alternative: 'key',
    conflicts: ['key'],
  },
  keyFlag('the key to sign with'),
  {
    name: 'passphrase-file',
    value: 'file',
    description: 'a file that holds the passphrase of the key',
    reads: true,
    variable: 'MODEL_SIGNING_PASSPHRASE',
  },
  {
    name: 'password',
    value: 'text',
    description: 'the passphrase itself, visible to other users',
    conflicts: ['passphrase-file'],
    secret: true,
  },
  pinFileFlag,
];

export const strictFlag: Flag = {
  name: 'strict',
  description: 'treat warnings as refusals, and take no digest that a store only states',
};

/** What hashes files of this machine. */
const engineFlag: Flag = {
  name: 'engine',
  value: 'name',
  description: 'what hashes files: auto takes the native engine for all but small models, if there is one',
  choices: engineChoices,
  preset: 'auto',
};

/** The flags that say which files make up a model. */
export const modelFlags: readonly Flag[] = [
  {
    name: 'ignore-paths',
    value: 'path',
    description: 'leave out a file or directory of the model; can be repeated',
    repeatable: true,
    parse: collect,
  },
  { name: 'ignore-git-paths', description: 'leave out .git, .gitattributes, .github and .gitignore (default)' },
  { name: 'no-ignore-git-paths', description: 'treat them like other files' },
  { name: 'allow-symlinks', description: 'follow symbolic links' },
  {
    name: 'allow-external-symlinks',
    description: 'follow them out of the model too',
    implies: 'allow-symlinks',
  },
  {
    name: 'hub-cache',
    description: 'read a snapshot in a Hugging Face cache, whose files are links to blobs',
  },
  {
    name: 'jobs',
    value: 'count',
    description:
      'threads to hash with (default: one for each processor), or files of a store to read at once (default: 8)',
    parse: jobs,
  },
  engineFlag,
];

/** The flags that say how a model is hashed. */
export const hashFlags: readonly Flag[] = [
  ...modelFlags,
  {
    name: 'hash',
    value: 'algorithm',
    description: 'the digest algorithm',
    choices: ['sha256', 'blake2b', 'blake3'],
    preset: 'sha256',
  },
  {
    name: 'shard-size',
    value: 'size',
    description: 'digest ranges of this size, such as 1GB or 512MiB, instead of whole files',
    parse: shardSize,
  },
  strictFlag,
  requirePinnedFlag,
];

/** The flags that say how the files of a part of a plan are read. */
export const partReadingFlags: readonly Flag[] = modelFlags
  .filter(({ name }) => ['allow-external-symlinks', 'hub-cache', 'jobs', 'engine'].includes(name))
  .map(({ implies: _, ...flag }) => flag);

/** What a plan has decided, and what this host does not do. */
const decidedByPlan = [
  ...['hash', 'shard-size', 'ignore-paths', 'ignore-git-paths', 'no-ignore-git-paths'],
  ...[
    'jobs',
    'engine',
    'oci-manifest',
    'oci-layers',
    'require-pinned',
    'reuse',
    'reuse-record',
    'exclude-attestations',
  ],
];

/** What this host does not do if it verifies what others have hashed. */
const notWithHosts = [
  'only',
  'only-from',
  'copy-to',
  'lfs-pointers',
  'oci-manifest',
  'metadata-only',
  'jobs',
  'engine',
  'require-pinned',
];

/** The flags of every signing method. */
export const signFlags: readonly Flag[] = [
  {
    name: 'signature',
    value: 'file',
    description: 'where the signature is written (default: model.sig; that of a model in a registry is attached to it)',
    writes: true,
  },
  { name: 'overwrite', description: 'replace the signature of another model' },
  ociManifestFlag,
  ociLayersFlag,
  ...hashFlags,
  ...reuseFlags,
  ...hostsFlags(decidedByPlan),
  draftFlag('sign in this DRAFT of the format, which verifies only with --draft'),
  {
    name: 'annotation',
    value: 'key=value',
    description: 'make this claim about the model, with --draft only; can be repeated',
    repeatable: true,
    freeText: true,
    parse: annotation,
  },
  {
    name: 'exclude-attestations',
    description: 'leave room for signatures and files of attestations in the model directory, with --draft only',
  },
];

/** Reads a predicate type: a URI, or a short name. */
export function predicateType(text: string): string {
  const type = predicateTypeOf(text);
  if (type !== null) return type;
  throw new InvalidValue(`A predicate type is a URI, or one of ${predicateNames.join(', ')}.`);
}

/**
 * A URI, as SLSA names what built something.
 * @throws {InvalidValue} for any other text
 */
export function uri(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(text)) return text;
  throw new InvalidValue('It is a URI with its scheme, such as https://example.com/train/v1.');
}

/** The attestations to verify. */
export const attestationsFlag: Flag = {
  name: 'attestations',
  value: 'file',
  description:
    'a file of attestations, in JSON Lines or one alone; can be repeated (default if any are required: MODEL.attestations.jsonl and what other tools call it, beside the model or on its hub, and what is attached in its registry)',
  reads: true,
  repeatable: true,
  parse: collect,
};

/** The flags that say which attestations are verified beside a signature. */
export const attestationFlags: readonly Flag[] = [
  attestationsFlag,
  {
    name: 'require-attestation',
    value: 'type',
    description: `refuse a model without an attestation of this type by a signer who may sign it: a URI, or ${predicateNames.join(', ')}; can be repeated`,
    offers: predicateNames,
    repeatable: true,
    parse: (text, previous) => collect(predicateType(text), previous),
  },
];

/** The flags of every verifying method except `--signature`, which help lists beside the other required flags. */
export const verifyFlags: readonly Flag[] = [
  onlyFlag,
  onlyFromFlag,
  copyToFlag,
  reflinkFlag,
  noSyncFlag,
  lfsPointersFlag,
  ociManifestFlag,
  { name: 'ignore-unsigned-files', description: 'accept files that were not signed, and list them' },
  { name: 'no-ignore-unsigned-files', description: 'refuse files that were not signed (default)' },
  { name: 'ignored-files', description: 'accept files that were left out, and list them (default without --strict)' },
  {
    name: 'no-ignored-files',
    description: 'refuse whatever was left out except the signature (default with --strict)',
  },
  strictFlag,
  {
    name: 'metadata-only',
    description:
      'compare the digests that a hub or registry states, and read only small files without one: advertised, not verified',
    conflicts: ['strict', 'oci-manifest'],
  },
  requirePinnedFlag,
  draftFlag('accept signatures in this DRAFT of the format as well'),
  ...modelFlags,
  ...hostsFlags(notWithHosts),
];

/** The flags of every way to pull, except those that say whom to trust. */
export const pullFlags: readonly Flag[] = [
  toFlag,
  signatureInStore,
  onlyFlag,
  requirePinnedFlag,
  strictFlag,
  draftFlag('accept signatures in this DRAFT of the format as well'),
  engineFlag,
];

/** A draft is used only on request. */
export function draftFlag(description: string): Flag {
  return { name: 'draft', value: 'version', description, choices: drafts };
}

function annotation(text: string, previous: unknown): Readonly<Record<string, string>> {
  const before = (previous ?? {}) as Readonly<Record<string, string>>;
  const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === '') throw new InvalidValue('An annotation is a key, an equals sign and a value.');
  if (Object.hasOwn(before, key)) throw new InvalidValue(`The annotation ${key} is given twice.`);
  return { ...before, [key]: value };
}

/** More threads only take memory. */
const MAX_JOBS = 256;

function jobs(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_JOBS) {
    throw new InvalidValue(`A number of threads is a whole number from 1 to ${MAX_JOBS}.`);
  }
  return count;
}

function shardSize(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null)
    throw new InvalidValue('A size is a number of bytes, or a number with kB, MB, GB, KiB, MiB, GiB.');
  return bytes;
}
