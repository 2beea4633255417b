import { keySigner, keyVerifier, localModel, signModel, verifyModel } from '@model-signing/core';
import { openPluginKey, openServiceKey } from '@model-signing/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, skipReason } from '../needed-programs.ts';
import { accepted, type Outcome, refused } from '../stage.ts';
import { CURVES } from './curves.ts';
import { commandOfPeer, programFor } from './environment.ts';
import { type OpenBao, startOpenBao } from './openbao.ts';
import { succeeded, Workplace } from './workplace.ts';

const needed = {
  OpenBao: programFor('OpenBao'),
  'sigstore-kms': programFor('sigstore-kms'),
  'sigstore-go': programFor('sigstore-go'),
  'Python peer': commandOfPeer(),
};
const isSkipped = Object.values(needed).some((each) => 'unavailable' in each);

let bao: OpenBao;
beforeAll(async () => {
  if (isSkipped) return;
  bao = await startOpenBao(fileOf(needed.OpenBao));
  for (const { transit } of CURVES) await bao.request('POST', `transit/keys/${transit}`, { type: transit });
  await bao.request('POST', 'transit/keys/rsa', { type: 'rsa-2048' });
  await bao.request('POST', 'transit/keys/symmetric', { type: 'aes256-gcm96' });
});
afterAll(() => bao?.stop());

const settings = (token = bao.token) => ({ BAO_ADDR: bao.address, BAO_TOKEN: token });
const signature = ['--signature', 'model.sig'];
const verify = ['verify', 'key', 'model', ...signature];

/** Makes a key of a test's own. */
async function newKey(name: string, type = 'ecdsa-p256'): Promise<string> {
  await bao.request('POST', `transit/keys/${name}`, { type });
  return `openbao://${name}`;
}

async function publicKeyOf(name: string, version = 1): Promise<string> {
  const { keys } = await bao.request('GET', `transit/keys/${name}`);
  return (keys as Record<string, { public_key: string }>)[version]?.public_key ?? '';
}

describe(`OpenBao and the command${skipReason(needed)}`, () => {
  it.skipIf(isSkipped).each(CURVES)(
    'what is signed on $name verifies here, with Python and with Sigstore',
    async (curve) => {
      const place = new Workplace(settings());
      const key = `openbao://${curve.transit}`;
      const read = await place.ours('key', 'public', key);
      expect(read).toMatchObject(accepted({ curve: curve.name }));
      place.write('service.pub', String(read.result.publicKey));

      expect(await place.ours('sign', 'key', 'model', '--key', key, ...signature)).toMatchObject(accepted());
      expect(await place.ours(...verify, '--key', key)).toMatchObject(accepted({ verdict: 'verified' }));
      expect(await place.ours(...verify, '--public-key', 'service.pub')).toMatchObject(accepted());
      expect(await place.peer(...verify, '--public_key', 'service.pub')).toMatchObject(succeeded);
      const { rootDigest } = place.payloadOf('model.sig');
      expect(await place.sigstoreGo(['verify', 'model.sig', 'service.pub', rootDigest])).toMatchObject(succeeded);
      const other = rootDigest.replace(/^./, (first) => (first === '0' ? '1' : '0'));
      expect(await place.sigstoreGo(['verify', 'model.sig', 'service.pub', other])).toMatchObject({ code: 1 });
      place.write('model/config.json', '{"hidden_size": 9}\n');
      expect(await place.ours(...verify, '--key', key)).toMatchObject(refused(1, 'model/mismatch'));
    },
  );

  it.skipIf(isSkipped)('the names of Vault reach the same key', async () => {
    const place = new Workplace({ VAULT_ADDR: bao.address, VAULT_TOKEN: bao.token });
    const ofVault = await place.ours('key', 'public', 'hashivault://ecdsa-p256');
    expect(ofVault).toMatchObject(accepted({ publicKey: await publicKeyOf('ecdsa-p256') }));
    const sign = ['sign', 'key', 'model', ...signature, '--key', 'hashivault://ecdsa-p256'];
    expect(await place.ours(...sign)).toMatchObject(accepted());
    expect(await place.ours(...verify, '--key', 'hashivault://ecdsa-p256')).toMatchObject(accepted());
  });
});

describe(`OpenBao and versions of a key${skipReason(needed)}`, () => {
  it.skipIf(isSkipped)('the newest version signs, and an older one if it is named', async () => {
    const place = new Workplace(settings());
    const key = await newKey('rotated');
    await bao.request('POST', 'transit/keys/rotated/rotate');
    place.write('1.pub', await publicKeyOf('rotated', 1));
    place.write('2.pub', await publicKeyOf('rotated', 2));

    expect(await place.ours('sign', 'key', 'model', ...signature, '--key', key)).toMatchObject(accepted());
    expect(await place.ours(...verify, '--public-key', '2.pub')).toMatchObject(accepted());
    expect(await place.ours(...verify, '--public-key', '1.pub')).toMatchObject(refused(1, 'signer/key-mismatch'));
    const first = ['--key', `${key}?version=1`];
    expect(await place.ours('sign', 'key', 'model', ...signature, ...first)).toMatchObject(accepted());
    expect(await place.ours(...verify, '--public-key', '1.pub')).toMatchObject(accepted());
    expect(await place.ours(...verify, ...first)).toMatchObject(accepted());
    const third = await place.ours('sign', 'key', 'model', '--signature', 'no.sig', '--key', `${key}?version=3`);
    expect(third).toMatchObject(refused(3, 'key/not-found'));
  });

  it.skipIf(isSkipped)('a key that is rotated after it was read signs with the version that was read', async () => {
    const place = new Workplace();
    const reference = await newKey('rotating', 'ecdsa-p384');
    await using key = await openServiceKey(reference, { environment: settings() });
    await bao.request('POST', 'transit/keys/rotating/rotate');
    const model = localModel(place.path('model'));
    const { bundle } = await signModel(model, keySigner({ key }));
    const verifier = keyVerifier({ publicKey: await publicKeyOf('rotating', 1) });
    expect(await verifyModel(model, bundle, verifier)).toMatchObject({ verdict: 'verified' });
  });

  it.skipIf(isSkipped)('a version that may sign no more is refused', async () => {
    const place = new Workplace(settings());
    const key = await newKey('retired');
    await bao.request('POST', 'transit/keys/retired/rotate');
    await bao.request('POST', 'transit/keys/retired/config', { min_encryption_version: 2 });
    const outcome = await place.ours('sign', 'key', 'model', ...signature, '--key', `${key}?version=1`);
    expect([outcome.code, outcome.error?.code]).toEqual([3, expect.stringMatching(/^key\/(refused|not-found)$/)]);
  });
});

describe(`OpenBao and what it refuses${skipReason(needed)}`, () => {
  /** Signs, which has to fail without a word of the token, and writes nothing. */
  async function expectRefusal(place: Workplace, key: string, token: string, expected: object): Promise<Outcome> {
    const outcome = await place.ours('sign', 'key', 'model', ...signature, '--key', key);
    expect(outcome).toMatchObject(expected);
    expect(outcome.printed.includes(token)).toBe(false);
    expect(() => place.read('model.sig')).toThrow('ENOENT');
    return outcome;
  }

  it.skipIf(isSkipped)('a token that was revoked signs no more', async () => {
    const token = await bao.tokenFor('path "transit/*" { capabilities = ["read", "update"] }');
    const place = new Workplace(settings(token));
    expect(await place.ours('key', 'public', 'openbao://ecdsa-p256')).toMatchObject(accepted());
    await bao.request('POST', 'auth/token/revoke', { token });
    await expectRefusal(place, 'openbao://ecdsa-p256', token, refused(3, 'key/unauthorized'));
  });

  it.skipIf(isSkipped)('a token that may read a key and not sign with it is refused when it signs', async () => {
    const token = await bao.tokenFor('path "transit/keys/*" { capabilities = ["read"] }');
    const place = new Workplace(settings(token));
    expect(await place.ours('key', 'public', 'openbao://ecdsa-p256')).toMatchObject(accepted());
    await expectRefusal(place, 'openbao://ecdsa-p256', token, refused(3, 'key/unauthorized'));
  });

  it.skipIf(isSkipped)('without a token, the variable and the file for it are named', async () => {
    const place = new Workplace({ BAO_ADDR: bao.address });
    const withoutHome = new Workplace({ BAO_ADDR: bao.address, HOME: place.directory, USERPROFILE: place.directory });
    const outcome = await withoutHome.ours('sign', 'key', 'model', ...signature, '--key', 'openbao://ecdsa-p256');
    expect(outcome).toMatchObject(refused(3, 'key/unauthorized'));
    expect(outcome.printed).toMatch(/BAO_TOKEN/);
  });

  it.skipIf(isSkipped)('a key that is not there is not found', async () => {
    const place = new Workplace(settings());
    await expectRefusal(place, 'openbao://no-such-key', bao.token, refused(3, 'key/not-found'));
  });

  it.skipIf(isSkipped).each(['rsa', 'symmetric'])('a key of type %s is not one that signs models', async (name) => {
    const place = new Workplace(settings());
    await expectRefusal(place, `openbao://${name}`, bao.token, refused(3, 'key/unsupported'));
  });

  it.skipIf(isSkipped)('a server that is not there is unreachable', async () => {
    const stopped = await startOpenBao(fileOf(needed.OpenBao));
    await stopped.stop();
    const place = new Workplace({ BAO_ADDR: stopped.address, BAO_TOKEN: stopped.token });
    await expectRefusal(place, 'openbao://ecdsa-p256', stopped.token, refused(3, 'key/unreachable'));
  });

  it.skipIf(isSkipped)('a server that is sealed says so', async () => {
    const sealed = await startOpenBao(fileOf(needed.OpenBao));
    try {
      await sealed.request('POST', 'transit/keys/models', { type: 'ecdsa-p256' });
      await sealed.request('PUT', 'sys/seal');
      const place = new Workplace({ BAO_ADDR: sealed.address, BAO_TOKEN: sealed.token });
      const outcome = await expectRefusal(place, 'openbao://models', sealed.token, { code: 3 });
      expect(outcome.error?.message).toMatch(/sealed/i);
    } finally {
      await sealed.stop();
    }
  });
});

describe(`Sigstore's provider for Vault as our plugin${skipReason(needed)}`, () => {
  it.skipIf(isSkipped).each(CURVES)('it signs on $name for our library', async ({ transit }) => {
    const place = new Workplace();
    place.addProgram('sigstore-kms-hashivault', fileOf(needed['sigstore-kms']));
    const PATH = place.path('bin');
    const environment = { PATH, VAULT_ADDR: bao.address, VAULT_TOKEN: bao.token };
    await using key = await openPluginKey(`hashivault://${transit}`, { environment });
    const model = localModel(place.path('model'));
    const { bundle } = await signModel(model, keySigner({ key }));
    const verifier = keyVerifier({ publicKey: await publicKeyOf(transit) });
    expect(await verifyModel(model, bundle, verifier)).toMatchObject({ verdict: 'verified' });
  });

  it.skipIf(isSkipped)('its refusal is that of the plugin', async () => {
    const place = new Workplace();
    place.addProgram('sigstore-kms-hashivault', fileOf(needed['sigstore-kms']));
    const environment = { PATH: place.path('bin'), VAULT_ADDR: bao.address, VAULT_TOKEN: 'of-no-use' };
    await expect(openPluginKey('hashivault://ecdsa-p256', { environment })).rejects.toMatchObject({
      code: 'key/refused',
      message: expect.stringContaining('permission denied'),
    });
  });

  it.skipIf(isSkipped)('under a name that it does not serve, it says which names it serves', async () => {
    const place = new Workplace();
    place.addProgram('sigstore-kms-vaultz', fileOf(needed['sigstore-kms']));
    await expect(openPluginKey('vaultz://key', { environment: { PATH: place.path('bin') } })).rejects.toMatchObject({
      code: 'key/refused',
      message: expect.stringMatching(/awskms.*hashivault|hashivault.*awskms/s),
    });
  });
});
