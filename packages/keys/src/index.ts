export { KeyError, type KeyErrorCode, type KeyErrorOptions } from './key-error.ts';
export type { OpenedKey } from './opened-key.ts';
export type { PluginKeyOptions, ServiceKeyOptions, TransitKeyOptions } from './options.ts';
export { openPluginKey } from './plugin-key.ts';
export { type KeyReference, parseKeyReference } from './reference.ts';
export { openServiceKey } from './service-key.ts';
export { openTransitKey } from './transit-key.ts';
