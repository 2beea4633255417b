import { type Draft, type Extension, ML_DSA_65 } from '@model-signing/core';
import { usageError } from './failure.ts';

/** The flag for an extension of the draft. */
export interface ExtensionFlags {
  readonly extension?: 'ml-dsa-65';
  readonly draft?: Draft;
}

/**
 * The extensions that keys may be of.
 * @throws {CommandError} `command/usage` for an extension without a draft
 */
export function keyExtensions({ extension, draft }: ExtensionFlags): readonly Extension[] {
  if (extension === undefined) return [];
  if (draft === undefined) throw usageError('--extension is for a draft of the format', 'add --draft 1.1');
  return [ML_DSA_65];
}
