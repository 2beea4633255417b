import { KeyError } from './key-error.ts';
import type { OpenedKey } from './opened-key.ts';
import { callLimits, type TransitKeyOptions } from './options.ts';
import { parseKeyReference } from './reference.ts';
import { checkDigest } from './served-key.ts';
import { MAX_KEY_BYTES, MAX_SIGNATURE_BYTES, parseTransitKey, parseTransitSignature } from './transit-answer.ts';
import { TransitClient } from './transit-client.ts';
import { transitService } from './transit-service.ts';

/** The names that the engine has for the hashes of the curves. */
const hashNames = { 'P-256': 'sha2-256', 'P-384': 'sha2-384', 'P-521': 'sha2-512' } as const;

/** A model may have been hashed for an hour before it is signed, which a service that is busy for a moment must not waste. */
const SIGN_ATTEMPTS = 3;

/**
 * Opens a key of the transit engine of OpenBao (`openbao://KEY`) or HashiCorp Vault (`hashivault://KEY`). The version is the latest one
 * unless the reference names it (`openbao://KEY?version=3`), and the same version signs, even if the key is rotated meanwhile.
 *
 * `BAO_ADDR` and `BAO_TOKEN`, or `VAULT_ADDR` and `VAULT_TOKEN`, name the service and the token, which needs `read` on
 * `transit/keys/KEY` and `update` on `transit/sign/KEY`. The token is sent over TLS or on this machine, and never to another server.
 * @throws {KeyError} `key/reference-invalid`, `key/not-found`, `key/unsupported`, `key/unauthorized`, `key/unreachable`, `key/refused`,
 * `key/response-invalid`; `sign` throws all but the first and the third as well
 *
 * @example
 * await using key = await openTransitKey('openbao://models');
 * await signModel(localModel('my-model'), keySigner({ key }));
 */
export async function openTransitKey(reference: string, options: TransitKeyOptions = {}): Promise<OpenedKey> {
  const limits = callLimits(options);
  const parsed = parseKeyReference(reference);
  if (parsed.kind !== 'transit') {
    throw new KeyError('key/reference-invalid', 'a key of OpenBao or Vault was expected, as in openbao://KEY');
  }
  limits.signal?.throwIfAborted();
  const service = await transitService(parsed.service, limits.environment);
  const client = new TransitClient(service, `the key ${parsed.key} in ${service.title}`, limits);
  const read = { path: `keys/${parsed.key}`, maxBytes: MAX_KEY_BYTES, attempts: 1 };
  const { key, version } = parseTransitKey(await client.send(read), parsed.version);
  return {
    publicKey: key.pem,
    description: `key ${parsed.key}, version ${version}, in ${service.title}`,
    async sign(digest) {
      checkDigest(digest, key);
      const body = {
        input: Buffer.from(digest).toString('base64'),
        prehashed: true,
        hash_algorithm: hashNames[key.curve],
        marshaling_algorithm: 'asn1',
        key_version: version,
      };
      const call = { path: `sign/${parsed.key}`, body, maxBytes: MAX_SIGNATURE_BYTES, attempts: SIGN_ATTEMPTS };
      return parseTransitSignature(await client.send(call), version);
    },
    async [Symbol.asyncDispose]() {}, // no connection is kept between two requests
  };
}
