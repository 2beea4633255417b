export { KeyError, type KeyErrorCode, type KeyErrorOptions } from './key-error.ts';
export type { OpenedKey } from './opened-key.ts';
export { type KeyReference, parseKeyReference } from './reference.ts';
