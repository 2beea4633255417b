import type { SourceModel } from '@model-signing/sources';

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
