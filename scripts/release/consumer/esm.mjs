// An ES module that signs and verifies with the published library.
import { generateKeyPairSync } from 'node:crypto';
import { keySigner, keyVerifier, localModel, signModel, verifyModel } from '@model-signing/core';
import { openServiceKey, parseKeyReference } from '@model-signing/keys';
import { openPkcs11Key, parsePkcs11Uri } from '@model-signing/pkcs11';
import { loadPolicy, policyVerifier } from '@model-signing/policy';
import { huggingFaceModel } from '@model-signing/sources';
import { guard } from '@model-signing/transformers';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = publicKey.export({ type: 'spki', format: 'pem' });
const model = localModel('model');
const signer = keySigner({ privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) });
const { bundle } = await signModel(model, signer);
const { resources } = await verifyModel(model, bundle, keyVerifier({ publicKey: pem }));

const policy = await loadPolicy(
  JSON.stringify({
    policyVersion: 1,
    signers: { alice: { method: 'key', publicKey: pem } },
    models: [{ match: ['my-model'], require: { signedBy: ['alice'] } }],
  }),
);
const { counted } = await policyVerifier(policy, 'my-model').verify(model, [{ name: 'model.sig', bundle }]);
if (counted[0]?.signer !== 'alice') throw new Error('the policy did not count the signer');

// A stand-in for the `env` of transformers.js, with a hub in memory.
const env = {
  version: '4.3.2',
  fetch: async (address) => new Response(String(address).endsWith('/config.json') ? '{}\n' : 'changed'),
  remoteHost: 'https://hub.example/',
  remotePathTemplate: '{model}/resolve/{revision}/',
  allowLocalModels: true,
  useCustomCache: false,
  customCache: null,
};
const verifier = keyVerifier({ publicKey: pem });
const guarded = await guard(env, { model: 'org/name', revision: 'main', verifier, signature: bundle, cache: null });
const fileAt = (name) => env.fetch(`https://hub.example/org/name/resolve/main/${name}`).then((found) => found.text());
await fileAt('config.json');
const refusal = await fileAt('weights.bin').catch(({ code }) => code);
if (refusal !== 'model/mismatch') throw new Error(`the guard gave ${refusal} in place of a refusal`);
if (guarded.report.verified.join() !== 'config.json') throw new Error('the guard did not verify a file');
guarded.release();

// There is no token, service or hub here, so this only reads references and finds the functions.
if (parseKeyReference('openbao://models').kind !== 'transit') throw new Error('a reference is misread');
if (parsePkcs11Uri('pkcs11:token=release').token !== 'release') throw new Error('a URI is misread');
for (const open of [openServiceKey, openPkcs11Key, huggingFaceModel]) {
  if (typeof open !== 'function') throw new Error('a package lacks its function');
}
console.log(`${resources.length} resources`);
