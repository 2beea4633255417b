import type { OpenedKey } from './opened-key.ts';
import { callLimits, type PluginKeyOptions } from './options.ts';

/** Opens a key that a plugin reaches, by Sigstore's plugin protocol. */
export async function openPluginKey(reference: string, options: PluginKeyOptions = {}): Promise<OpenedKey> {
  callLimits(options);
  throw new Error(`not yet: ${reference}`);
}
