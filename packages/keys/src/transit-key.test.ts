import { inspect } from 'node:util';
import { keySigner, keyVerifier, localModel, signModel, verifyModel } from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import type { TestRequest, TestResponse } from '@model-signing/testing/http';
import { errors, json, startTransit, type TransitOptions } from '@model-signing/testing/transit';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { KeyError, type KeyErrorCode } from './key-error.ts';
import { open, refusal, startWith } from './testing/open-transit.ts';
import { openTransitKey } from './transit-key.ts';

const isSigning = ({ method }: TestRequest) => method === 'POST';

describe('a key of the transit engine', () => {
  it.each(['P-256', 'P-384', 'P-521'] as const)('the transit engine signs a model with a key on %s', async (curve) => {
    const key = testKey(curve);
    const transit = await startTransit({ keys: { release: [key] } });
    const model = localModel(modelDirectory({ a: 'a' }));
    await using opened = await open(transit);
    expect(opened.publicKey).toBe(key.publicKey);
    expect(opened.description).toBe(`key release, version 1, in openbao at ${transit.url}`);
    const { bundle } = await signModel(model, keySigner({ key: opened }));
    const { signer } = await verifyModel(model, bundle, keyVerifier(key), { strict: true });
    expect(signer.curve).toBe(curve);
    expect(transit.requests).toEqual(['GET /v1/transit/keys/release', 'POST /v1/transit/sign/release']);
  });

  it('a key that is rotated after it was opened signs with the version that was opened', async () => {
    const key = testKey();
    const transit = await startTransit({ keys: { release: [testKey(), key] } });
    const opened = await open(transit);
    transit.rotate('release', testKey());
    const model = localModel(modelDirectory({ a: 'a' }));
    const { bundle } = await signModel(model, keySigner({ key: opened }));
    await verifyModel(model, bundle, keyVerifier(key));
    expect(transit.signed).toMatchObject([{ key_version: 2 }]);
  });

  it('a version that is named is the one that signs', async () => {
    const versions = [testKey(), testKey(), testKey()];
    const transit = await startTransit({ keys: { release: versions } });
    const opened = await open(transit, 'openbao://release?version=2');
    expect(opened.publicKey).toBe(versions[1]?.publicKey);
    await opened.sign(new Uint8Array(32));
    expect(transit.signed).toMatchObject([{ key_version: 2 }]);
  });

  it('a version that is not there is refused, with those that are', async () => {
    const transit = await startTransit({ keys: { release: [testKey(), testKey()] } });
    const { message, choices } = await refusal('key/not-found', () => open(transit, 'openbao://release?version=3'));
    expect(message).toContain('has no version 3: there is 1, 2');
    expect(choices).toEqual(['1', '2']);
  });

  it('a key that is not there is refused', async () => {
    const transit = await startWith();
    const { message } = await refusal('key/not-found', () => open(transit, 'openbao://other'));
    expect(message).toContain(`the key other in openbao at ${transit.url}: there is no such key`);
  });

  it('a token that is revoked after the key was opened is refused, and so is a wrong one', async () => {
    const transit = await startWith();
    const opened = await open(transit);
    transit.revoke();
    const { message } = await refusal('key/unauthorized', () => opened.sign(new Uint8Array(32)));
    expect(message).toMatch(/wrong, expired or revoked.* \(status 403\): permission denied$/);
    await refusal('key/unauthorized', () => open(transit, undefined, { environment: { BAO_TOKEN: 's3cret' } }));
  });

  it('the mount and the namespace in the environment are used', async () => {
    const namespaces: unknown[] = [];
    const transit = await startTransit({
      keys: { release: [testKey()] },
      mount: 'team/signing',
      change: (response, { headers }) => {
        namespaces.push(headers['x-vault-namespace']);
        return response;
      },
    });
    const environment = { TRANSIT_SECRET_ENGINE_PATH: '/team/signing/', BAO_NAMESPACE: 'admin/team' };
    await (await open(transit, undefined, { environment })).sign(new Uint8Array(32));
    expect(namespaces).toEqual(['admin/team', 'admin/team']);
  });

  it.each(['..', 'a/../b', 'a//b', 'a?b', 'a#b', 'a%2e', './a', ' a b'])('the mount %j is refused', async (mount) => {
    const transit = await startWith();
    const environment = { TRANSIT_SECRET_ENGINE_PATH: mount };
    await refusal('key/reference-invalid', () => open(transit, undefined, { environment }));
    expect(transit.requests).toEqual([]);
  });

  it('a digest of another length than that of the curve is a mistake of the caller', async () => {
    const opened = await open(await startWith());
    await expect(opened.sign(new Uint8Array(31))).rejects.toThrow('a key on P-256 signs digests of 32 bytes');
  });

  it('a reference to something else is refused', async () => {
    await refusal('key/reference-invalid', () => openTransitKey('awskms://key', { environment: {} }));
  });
});

/** A response whose data is changed. */
const changed = (change: (data: Record<string, unknown>) => unknown): TransitOptions['change'] => {
  return (response) => {
    const { data } = JSON.parse(String(response.body));
    return json(200, { data: change(data) });
  };
};

describe('what the transit engine says of a key', () => {
  it.each<[string, KeyErrorCode, TransitOptions['change']]>([
    ['no data', 'key/response-invalid', () => json(200, {})],
    ['data that is a list', 'key/response-invalid', changed(() => [])],
    ['no type', 'key/response-invalid', changed(({ type: _, ...data }) => data)],
    ['the type of a key that encrypts', 'key/unsupported', changed((data) => ({ ...data, type: 'aes256-gcm96' }))],
    ['the type of an Ed25519 key', 'key/unsupported', changed((data) => ({ ...data, type: 'ed25519' }))],
    ['the type of an RSA key', 'key/unsupported', changed((data) => ({ ...data, type: 'rsa-3072' }))],
    ['the type of another curve', 'key/response-invalid', changed((data) => ({ ...data, type: 'ecdsa-p384' }))],
    ['no latest version', 'key/response-invalid', changed(({ latest_version: _, ...data }) => data)],
    ['version 0', 'key/response-invalid', changed((data) => ({ ...data, latest_version: 0 }))],
    ['a version as text', 'key/response-invalid', changed((data) => ({ ...data, latest_version: '1' }))],
    ['a latest version that it lacks', 'key/not-found', changed((data) => ({ ...data, latest_version: 2 }))],
    ['that it was deleted', 'key/refused', changed((data) => ({ ...data, soft_deleted: true }))],
    ['no keys', 'key/response-invalid', changed(({ keys: _, ...data }) => data)],
    ['a time in place of a key', 'key/not-found', changed((data) => ({ ...data, keys: { 1: 1_700_000_000 } }))],
    ['no public key', 'key/response-invalid', changed((data) => ({ ...data, keys: { 1: { name: 'P-256' } } }))],
    ['rubbish as a key', 'key/response-invalid', changed((data) => ({ ...data, keys: { 1: { public_key: 'x' } } }))],
    ['HTML', 'key/response-invalid', () => ({ body: '<html></html>' })],
    ['nothing', 'key/response-invalid', () => ({ body: '' })],
    ['status 204', 'key/response-invalid', () => ({ status: 204 })],
    ['more than it may have', 'key/response-invalid', () => ({ body: '{"data":{}}'.padEnd(1_048_577) })],
    ['redirects to elsewhere', 'key/response-invalid', () => ({ status: 307, headers: { location: '/v1/x' } })],
    ['that it is sealed', 'key/unreachable', () => errors(503, 'Vault is sealed')],
    ['that it has failed', 'key/unreachable', () => errors(500, 'internal error')],
    ['that a version may not sign', 'key/refused', () => errors(500, '1 error occurred: less than the minimum')],
    ['that it has failed without a word', 'key/unreachable', () => ({ status: 500 })],
    ['that it is busy', 'key/unreachable', () => errors(429, 'too many requests')],
    ['that it does not know who asks', 'key/unauthorized', () => errors(401)],
    ['that it does not understand', 'key/refused', () => errors(400, 'unsupported operation')],
  ])('%s is refused as %s', async (_, code, change) => {
    const transit = await startWith(change);
    const { message } = await refusal(code, () => open(transit));
    expect(message).toContain(transit.url);
    expect(transit.requests).toHaveLength(1);
  });

  it('the words of the service are shown, without its token and without characters that deceive', async () => {
    const change = (_: TestResponse, { headers }: TestRequest) =>
      errors(400, `no\u001b[31m ${headers['x-vault-token']}`, 'and\u202eno');
    const { message } = await refusal('key/refused', async () => open(await startWith(change)));
    expect(message).toMatch(/\(status 400\): no\\u\{1b\}\[31m \(secret\); and\\u\{202e\}no$/);
  });

  it('words of the service in several lines are shown in one', async () => {
    const said = '1 error occurred:\n\t* requested version is\r\n  too old\n\n';
    const { message } = await refusal('key/refused', async () => open(await startWith(() => errors(400, said))));
    expect(message).toMatch(/: 1 error occurred: \* requested version is too old$/);
  });

  it('no message repeats a token that the service puts into any other place', async () => {
    const places: ((token: string) => TestResponse)[] = [
      (token) => json(200, { data: { type: token } }),
      (token) => ({ body: `{"data":"${token}" "${token}"}` }),
      (token) => ({ body: `{"${token}":1,"${token}":2}` }),
      (token) => ({ body: token }),
      (token) => json(200, { data: { type: 'ecdsa-p256', latest_version: 1, keys: { [token]: {} } } }),
      (token) => json(200, { data: { type: 'ecdsa-p256', latest_version: 1, keys: { 1: { public_key: token } } } }),
      (token) => ({ status: 307, headers: { location: `/${token}` } }),
      (token) => ({ status: 500, body: token }),
    ];
    for (const place of places) {
      const transit = await startWith((_, { headers }) => place(String(headers['x-vault-token'])));
      const error = await open(transit).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(KeyError);
      expect(inspect(error)).not.toMatch(/0123456789|ghijklmn/);
    }
  });

  it('a key with thousands of versions is read', async () => {
    const key = testKey();
    const keys = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [at + 1, { public_key: key.publicKey }]));
    const transit = await startWith(changed((data) => ({ ...data, latest_version: 3000, keys })));
    expect((await open(transit)).description).toContain('version 3000');
  });
});

describe('what the transit engine signs', () => {
  const signing = async (change: (data: Record<string, unknown>) => unknown) => {
    const transit = await startWith((response, request) =>
      isSigning(request) ? json(200, { data: change(JSON.parse(String(response.body)).data) }) : response,
    );
    return open(transit);
  };

  it.each<[string, (data: Record<string, unknown>) => unknown]>([
    ['nothing', () => ({})],
    ['no text', () => ({ signature: 1 })],
    ['no prefix', ({ signature }) => ({ signature: String(signature).split(':')[2] })],
    ['another prefix', ({ signature }) => ({ signature: String(signature).replace('vault', 'other') })],
    ['another version', ({ signature }) => ({ signature: String(signature).replace('v1', 'v2') })],
    ['no version', ({ signature }) => ({ signature: String(signature).replace('v1', '') })],
    ['one part more', ({ signature }) => ({ signature: `${signature}:AAAA` })],
    ['another encoding', ({ signature }) => ({ signature: `${signature}_` })],
    ['an empty signature', () => ({ signature: 'vault:v1:' })],
  ])('%s is refused in place of a signature', async (_, change) => {
    const opened = await signing(change);
    await refusal('key/response-invalid', () => opened.sign(new Uint8Array(32)));
  });

  it('a signature by another key, of another digest or in another form is noticed before a bundle is made', async () => {
    const other = await startTransit({ keys: { release: [testKey()] } });
    const byOther = await (await open(other)).sign(new Uint8Array(32));
    for (const bytes of [byOther, new Uint8Array(64), new Uint8Array(10_000).fill(48)]) {
      const key = await signing(() => ({ signature: `vault:v1:${Buffer.from(bytes).toString('base64')}` }));
      const attempt = signModel(localModel(modelDirectory({ a: 'a' })), keySigner({ key }));
      await expect(attempt).rejects.toMatchObject({ name: 'OmsError', code: 'signer/key-answer-invalid' });
    }
  });

  it('a response that is too large is refused', async () => {
    const opened = await signing((data) => ({ ...data, more: 'x'.repeat(65_536) }));
    await refusal('key/response-invalid', () => opened.sign(new Uint8Array(32)));
  });

  it('a service that fails for a moment is asked again, since the model is hashed by then', async () => {
    let failures = 2;
    const transit = await startWith((response, request) =>
      isSigning(request) && failures-- > 0 ? errors(503, 'busy') : response,
    );
    await (await open(transit)).sign(new Uint8Array(32));
    expect(transit.requests.filter((each) => each.startsWith('POST'))).toHaveLength(3);
  });

  it('a version that may not sign any more is refused in the words of the service', async () => {
    const transit = await startWith((response, request) =>
      isSigning(request) ? errors(400, 'requested version for signing is less than the minimum') : response,
    );
    const { message } = await refusal('key/refused', async () => (await open(transit)).sign(new Uint8Array(32)));
    expect(message).toContain('less than the minimum');
  });
});
