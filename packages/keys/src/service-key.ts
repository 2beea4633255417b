import { KeyError } from './key-error.ts';
import type { OpenedKey } from './opened-key.ts';
import type { ServiceKeyOptions } from './options.ts';
import { openPluginKey } from './plugin-key.ts';
import { parseKeyReference } from './reference.ts';
import { openTransitKey } from './transit-key.ts';

/**
 * Opens a key of a service: `openbao://KEY` and `hashivault://KEY`, or `NAME://…`, which the program `sigstore-kms-NAME` reaches.
 * @throws {KeyError}
 */
export async function openServiceKey(reference: string, options: ServiceKeyOptions = {}): Promise<OpenedKey> {
  const { kind } = parseKeyReference(reference);
  if (kind === 'transit') return openTransitKey(reference, options);
  if (kind === 'plugin') return openPluginKey(reference, options);
  throw new KeyError('key/reference-invalid', 'the reference is not that of a key in a service');
}
