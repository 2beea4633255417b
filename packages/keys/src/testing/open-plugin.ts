import { writePlugin } from '@model-signing/testing/kms-plugin';
import { refusalOf } from '@model-signing/testing/refusal';
import { KeyError } from '../key-error.ts';
import type { OpenedKey } from '../opened-key.ts';
import type { PluginKeyOptions } from '../options.ts';
import { openPluginKey } from '../plugin-key.ts';

export const refusal = refusalOf(KeyError);

/** Opens a key of a plugin that is alone on `PATH`. */
export function open(script: string, options: PluginKeyOptions = {}, reference = 'test://my/key'): Promise<OpenedKey> {
  const environment = { PATH: writePlugin('test', script), ...options.environment };
  return openPluginKey(reference, { timeout: 240_000, ...options, environment });
}

/** The response with a public key. */
export const wrapPem = (pem: string): object => ({ publicKey: { publicKeyPEM: Buffer.from(pem).toString('base64') } });
