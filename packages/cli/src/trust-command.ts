import type { Method } from '@model-signing/core';
import { shellWord } from './shell-words.ts';

/** What a line to keep the signer of a model needs to say. */
export interface KeepLine {
  /** The model as it was typed. */
  readonly operand: string;
  readonly name: string | undefined;
  /** As it was typed, if it was. */
  readonly signature: string | undefined;
  /** How the signature was made; undefined if that is not known. */
  readonly method: Method | undefined;
}

/** What a method needs besides; an identity is found in the signature. */
const flagsOf: Readonly<Record<Method, string>> = {
  key: ' --public-key FILE',
  certificate: ' --certificate-chain FILE',
  sigstore: '',
};

/**
 * The line of `trust` or `policy init` that verifies a signature by its method, to copy; null if it cannot be written in one.
 * @param more flags at its end
 */
export function keepLine(command: 'trust' | 'policy init', line: KeepLine, more = ''): string | null {
  const { operand, name, signature, method } = line;
  const words = [
    ...[command.split(' '), method ?? [], operand].flat(),
    ...(name === undefined ? [] : ['--as', name]),
    ...(signature === undefined ? [] : ['--signature', signature]),
  ].map(shellWord);
  return words.includes(null) ? null : `model-signing ${words.join(' ')}${method ? flagsOf[method] : ''}${more}`;
}

/** The signature to look at, if it is clear which one. */
export function onlyOf(given: readonly string[]): string | undefined {
  return given.length === 1 ? given[0] : undefined;
}
