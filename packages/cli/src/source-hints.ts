import { quote } from '@model-signing/core';
import type { SourceError, SourceErrorCode } from '@model-signing/sources';
import type { Call } from './hints.ts';
import { shellWord } from './shell-words.ts';

type Hint = (error: SourceError, call: Call) => string | null | false;

/** What a user can do about a store that failed, by the code of its error. */
const hints: Partial<Record<SourceErrorCode, readonly Hint[]>> = {
  'source/reference-invalid': [
    () => 'a model is named by a path, hf://ORG/MODEL[@REVISION] or oci://REGISTRY/NAME[:TAG][@DIGEST]',
  ],
  'source/not-pinned': [
    ({ message }) => !message.includes('after @') && 'name the commit or the digest after @',
    (_, { known }) => known.has('require-pinned') && 'without --require-pinned, what the name means now is printed',
  ],
  'source/unauthorized': [
    (_, { operand }) =>
      /^oci:/i.test(operand) && 'sign in with docker login or oras login, whose stored credentials are used here',
  ],
  'source/unreachable': [() => 'is there a network, and a proxy in HTTPS_PROXY if it needs one? Try again later'],
  'source/digest-unavailable': [
    (_, { known, given }) =>
      known.has('oci-layers') && !given.ociLayers && '--oci-layers signs layers and config as they are stored',
    (_, { given }) => Boolean(given.metadataOnly) && 'leave out --metadata-only to read and hash every file',
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
