import { KeyError } from './key-error.ts';
import type { OpenedKey } from './opened-key.ts';
import type { ServiceKeyOptions } from './options.ts';
import { openPluginKey } from './plugin-key.ts';
import { parseKeyReference } from './reference.ts';
import { openTransitKey } from './transit-key.ts';

/**
 * Opens a key of a service: `openbao://KEY` and `hashivault://KEY` by {@link openTransitKey}, and `NAME://…` by
 * {@link openPluginKey}.
 * @throws {KeyError} `key/reference-invalid`, and what those two throw
 *
 * @example
 * await using key = await openServiceKey('openbao://models');
 * await signModel(localModel('my-model'), keySigner({ key }));
 */
export async function openServiceKey(reference: string, options: ServiceKeyOptions = {}): Promise<OpenedKey> {
  const { kind } = parseKeyReference(reference);
  if (kind === 'transit') return openTransitKey(reference, options);
  if (kind === 'plugin') return openPluginKey(reference, options);
  const found = kind === 'file' ? 'the path of a file' : 'a PKCS #11 URI';
  throw new KeyError('key/reference-invalid', `a key of a service was expected, as in openbao://KEY, not ${found}`);
}
