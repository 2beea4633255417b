import { quote } from '@model-signing/core';
import type { SourceError, SourceErrorCode } from '@model-signing/sources';
import type { Call } from './hints.ts';
import { shellWord } from './shell-words.ts';
import { nameOfPage } from './store-names.ts';

type Hint = (error: SourceError, call: Call) => string | null | false;

/** What a user can do about a store that failed, by the code of its error. */
const hints: Partial<Record<SourceErrorCode, readonly Hint[]>> = {
  'source/reference-invalid': [
    ({ message }) =>
      isOfEndpoint(message) && 'the endpoint is in the variable HF_ENDPOINT; unset it for https://huggingface.co',
    ({ message }) => message.includes('address of a signature') && 'download the signature yourself, and name the file',
    (_, { operand }) => {
      const name = nameOfPage(operand);
      return name !== null && `on Hugging Face, that model is named ${name}`;
    },
    ({ message }, { operand }) =>
      !isOfEndpoint(message) &&
      !message.includes('address of a signature') &&
      nameOfPage(operand) === null &&
      'a model is named by a path, hf://ORG/MODEL[@REVISION] or oci://REGISTRY/NAME[:TAG][@DIGEST]',
  ],
  'source/not-pinned': [
    ({ message }) => !message.includes('after @') && 'name the commit or the digest after @',
    (_, { known }) => known.has('require-pinned') && 'without --require-pinned, what the name means now is printed',
  ],
  'source/not-found': [
    ({ message }, { given, operand }) => {
      const name = typeof given.signature === 'string' ? given.signature : null;
      const words = [name ?? '', operand].map(shellWord);
      const isInStore = name !== null && !name.includes('://') && /has no such file|there is no layer/.test(message);
      if (!isInStore || !message.includes(name) || words.includes(null)) return null;
      return `there is no file ${words[0]} on this machine either; model-signing signatures ${words[1]} lists what the store has`;
    },
  ],
  'source/unauthorized': [
    ({ message }) =>
      message.includes('does not accept the token') &&
      'the token is that of HF_TOKEN, else of the file that hf auth login writes: make a new one if it has expired',
    (_, { operand }) =>
      /^oci:/i.test(operand) && 'sign in with docker login or oras login, whose stored credentials are used here',
  ],
  'source/unreachable': [
    ({ message }, { operand }) =>
      message.startsWith('there is no host') &&
      /^oci:\/\/[^./:]+\//i.test(operand) &&
      'the first part of the name is the registry: oci://REGISTRY/NAME[:TAG]',
    ({ message }) => {
      if (/^the certificate of /.test(message)) return null;
      if (/ returned status \d/.test(message))
        return 'the server has a fault or gets too many requests; try again later';
      return 'is there a network, and a proxy in HTTPS_PROXY if it needs one? Try again later';
    },
    (_, { known }) => known.has('to') && 'the same command goes on with what was fetched already, if there is any',
  ],
  'source/manifest-invalid': [
    ({ message }, { given }) =>
      Boolean(given.ociLayers) &&
      message.includes('two of its resources') &&
      'without --oci-layers, the files are signed under their own names, and the config is left out',
  ],
  'source/digest-unavailable': [
    (_, { known, given }) =>
      known.has('oci-layers') && !given.ociLayers && '--oci-layers takes layers and config as they are stored',
    (_, { given }) => Boolean(given.metadataOnly) && 'leave out --metadata-only to read and hash every file',
  ],
  'source/target-unusable': [
    ({ message }, { given }) =>
      Boolean(given.reflink) &&
      message.includes('without cloning') &&
      'leave out --reflink: the files are then written',
    ({ message }, call) => {
      const flag = message.includes('without cloning') ? null : targetFlag(call);
      return flag !== null && `name another directory with ${flag}`;
    },
  ],
  'source/no-space': [
    (_, call) => {
      const flag = targetFlag(call);
      return flag !== null && `free some space, or name a directory on another disk with ${flag}`;
    },
  ],
  'source/signature-absent': [
    (_, { known }) =>
      known.has('signature') && 'name it with --signature: a file, an address, or its name in the store',
  ],
  'source/signature-ambiguous': [
    ({ choices }, { known }) => {
      const word = shellWord(choices[0] ?? '');
      return known.has('signature') && `choose one with --signature${word ? `, such as --signature ${word}` : ''}`;
    },
    (_, { operand }) => {
      const word = shellWord(operand);
      return word !== null && `model-signing signatures ${word} shows who claims to have signed`;
    },
  ],
};

/** The flag that names where a model is put; null if the command puts it nowhere. */
function targetFlag({ known, given }: Call): string | null {
  if (given.copyTo !== undefined) return '--copy-to';
  return known.has('to') ? '--to' : null;
}

/** The folder that holds what was fetched before a store failed or the disk was full; null for none. */
export interface Kept {
  readonly kept?: string | null | undefined;
}

/** The hints for a failure of a store, one line each. */
export function sourceHints(error: SourceError & Kept, call: Call | null): string[] {
  const known = call ?? { known: new Set<string>(), given: {}, operand: '' };
  return [...(hints[error.code] ?? []).flatMap((hint) => hint(error, known) || []), ...keptHints(error)];
}

/** The same command fails again at a place that cannot be used, until that is changed. */
function keptHints({ code, kept = null }: SourceError & Kept): string[] {
  if (kept === null || code === 'source/target-unusable') return [];
  return [`what was fetched is kept in ${quote(kept)}: the same command goes on from there`];
}

function isOfEndpoint(message: string): boolean {
  return message.startsWith('the endpoint of the hub ');
}
