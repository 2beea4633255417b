import { testKey } from '@model-signing/testing/forge';
import { signingPlugin, writePlugin } from '@model-signing/testing/kms-plugin';
import { startTransit } from '@model-signing/testing/transit';
import { expect, it } from 'vitest';
import { openServiceKey } from './service-key.ts';
import { refusal } from './testing/open-plugin.ts';

it('a reference chooses what reaches the key', async () => {
  const [inTransit, byPlugin] = [testKey(), testKey()];
  const transit = await startTransit({ keys: { release: [inTransit] } });
  const environment = { ...transit.environment, PATH: writePlugin('test', signingPlugin(byPlugin)) };
  expect((await openServiceKey('openbao://release', { environment })).publicKey).toBe(inTransit.publicKey);
  expect((await openServiceKey('hashivault://release', { environment })).publicKey).toBe(inTransit.publicKey);
  const opened = await openServiceKey('test://release', { environment });
  expect(opened.publicKey).toBe(byPlugin.publicKey);
  expect(opened.description).toBe('key "release" of the plugin sigstore-kms-test');
});

it('no plugin takes the place of what is built in', async () => {
  const environment = { PATH: writePlugin('openbao', signingPlugin(testKey())) };
  await refusal('key/unreachable', () => openServiceKey('openbao://release', { environment }));
});

it.each(['key.pem', 'pkcs11:object=a'])('the reference %s is not that of a key of a service', async (reference) => {
  await refusal('key/reference-invalid', () => openServiceKey(reference));
});
