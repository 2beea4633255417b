import type { OpenedKey } from './opened-key.ts';
import { callLimits, type TransitKeyOptions } from './options.ts';

/** Opens a key of the transit engine of OpenBao or HashiCorp Vault. */
export async function openTransitKey(reference: string, options: TransitKeyOptions = {}): Promise<OpenedKey> {
  callLimits(options);
  throw new Error(`not yet: ${reference}`);
}
