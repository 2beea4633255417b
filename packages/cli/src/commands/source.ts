import { quote } from '@model-signing/core';
import type { Attached, SourceModel } from '@model-signing/sources';
import type { Context } from '../context.ts';

/** Where a model in a store was found, for results in JSON; nothing for a model on this machine. */
export function sourceFields(source: SourceModel | null) {
  if (source === null) return {};
  const { reference, pinned, revision, isPinned } = source.location;
  return { source: { reference, pinned, revision, isPinned } };
}

/** The line for where a model in a store was found; null for a model on this machine. */
export function sourceLine(source: SourceModel | null): [string, string] | null {
  return source === null ? null : ['source', source.location.pinned];
}

/** What each view of a manifest is, for people. */
export const viewTexts = {
  files: 'files (by the names that the manifest gives them)',
  layers: 'layers (by the names that other programs give them)',
} as const;

/** How a registry lists what is attached. */
export const ways = {
  api: 'listed by the registry',
  tag: 'listed in a tag, as the registry has no referrers API',
} as const;

/** How a signature was attached, for results in JSON. */
export function attachedFields({ digest, how, wasThere }: Attached) {
  return { digest, how, wasThere };
}

/** Warns if more signatures are attached than the one just now, since `verify` chooses none of several. */
export async function warnOfOthers(model: SourceModel, { digest }: Attached, context: Context): Promise<void> {
  const { output, signal } = context;
  const stored = await model.findSignatures(signal).catch(() => []); // which decides nothing about what was attached
  const rank = stored.find(({ name }) => name === digest)?.rank;
  const equal = stored.filter((each) => each.rank === rank);
  if (equal.length < 2) return;
  const message = `${equal.length} signatures are attached, and verify asks which one to use: --signature ${quote(digest)} is this one`;
  output.notice('command/several-signatures', message);
}
