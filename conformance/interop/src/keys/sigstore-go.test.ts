import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, skipReason } from '../needed-programs.ts';
import { accepted } from '../stage.ts';
import { CURVES, type Curve } from './curves.ts';
import { commandOfPeer, programFor } from './environment.ts';
import { type LocalKms, startLocalKms } from './local-kms.ts';
import { type OpenBao, startOpenBao } from './openbao.ts';
import { succeeded, Workplace } from './workplace.ts';

const needed = {
  OpenBao: programFor('OpenBao'),
  'local-kms': programFor('local-kms'),
  'sigstore-kms': programFor('sigstore-kms'),
  'sigstore-go': programFor('sigstore-go'),
  'Python peer': commandOfPeer(),
};
const isSkipped = Object.values(needed).some((each) => 'unavailable' in each);

let bao: OpenBao;
let aws: LocalKms;
beforeAll(async () => {
  if (isSkipped) return;
  bao = await startOpenBao(fileOf(needed.OpenBao));
  aws = await startLocalKms(fileOf(needed['local-kms']));
  for (const { transit, aws: spec } of CURVES) {
    await bao.request('POST', `transit/keys/${transit}`, { type: transit });
    await aws.createKey(spec, spec);
  }
});
afterAll(async () => {
  await bao?.stop();
  await aws?.stop();
});

/** Each way to a key: a folder that has what it needs, and the reference. */
const WAYS: readonly { readonly title: string; readonly open: (curve: Curve) => Promise<[Workplace, string]> }[] = [
  {
    title: 'our plugin for keys in files',
    open: async ({ name }) => {
      const place = new Workplace();
      place.addPlugin();
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: name });
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
      return [place, `filekey://${place.write('plugin.pem', pem)}`];
    },
  },
  {
    title: "Sigstore's provider for Vault, as a plugin, with OpenBao",
    open: async ({ transit }) => {
      const place = new Workplace({ VAULT_ADDR: bao.address, VAULT_TOKEN: bao.token });
      place.addProgram('sigstore-kms-hashivault', fileOf(needed['sigstore-kms']));
      return [place, `hashivault://${transit}`];
    },
  },
  {
    title: "Sigstore's provider for AWS, as a plugin, with local-kms",
    open: async ({ aws: spec }) => {
      const place = new Workplace(aws.environment);
      place.addProgram('sigstore-kms-awskms', fileOf(needed['sigstore-kms']));
      return [place, `awskms:///alias/${spec}`];
    },
  },
];

describe.each(WAYS)(`sigstore-go and $title${skipReason(needed)}`, ({ open }) => {
  it.skipIf(isSkipped).each(CURVES)('a model that is signed on $name verifies here and with Python', async (curve) => {
    const [place, reference] = await open(curve);
    const read = await place.sigstoreGo(['public', reference]);
    expect(read).toMatchObject(succeeded);
    place.write('service.pub', read.stdout);
    // What is signed is what our command signs with a key of its own.
    expect(
      await place.ours('sign', 'key', 'model', '--signature', 'own.sig', '--private-key', 'key.pem'),
    ).toMatchObject(accepted());
    const { payload, payloadType } = place.payloadOf('own.sig');
    const signed = await place.sigstoreGo(['sign', reference, place.hintOf('service.pub'), payloadType], payload);
    expect(signed).toMatchObject(succeeded);
    place.write('model.sig', signed.stdout);

    const verify = ['verify', 'key', 'model', '--signature', 'model.sig'];
    expect(await place.ours(...verify, '--public-key', 'service.pub')).toMatchObject(accepted({ verdict: 'verified' }));
    expect(await place.peer(...verify, '--public_key', 'service.pub')).toMatchObject(succeeded);
  });
});
