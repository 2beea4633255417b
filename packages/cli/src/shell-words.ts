import { printable } from '@model-signing/core';

/** A word as a shell reads it; null if it holds characters that no message may show. */
export function shellWord(word: string): string | null {
  if (/^[\p{L}\p{Nd}_@%+=:,./-]+$/u.test(word) && printable(word) === word) return word;
  return printable(word) === word ? `'${word.replaceAll("'", "'\\''")}'` : null;
}

/**
 * Flags that leave out these names of a model, as they are typed; null for a name that cannot be typed or left out.
 * @param modelPath null for a model in a store or a manifest, where they are relative to its top
 */
export function ignoreFlags(modelPath: string | null, names: readonly string[]): string | null {
  const folder = modelPath === null ? '' : `${modelPath.replace(/(?<=.)\/+$/, '')}/`;
  const typed = names.map((name) => (/[*?[\]]/.test(name) ? null : shellWord(folder + name)));
  return typed.includes(null) ? null : typed.map((word) => `--ignore-paths ${word}`).join(' ');
}
