// Signs and verifies with the native engine, and prints what hashed and why the compiled engine did not.
import { generateKeyPairSync } from 'node:crypto';
import { keySigner, keyVerifier, localModel, signModel, verifyModel } from '@model-signing/core';
import { nativeEngine } from '@model-signing/native';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const messages = [];
const engine = nativeEngine({ use: 'always', onUnavailable: (message) => messages.push(message) });
const model = localModel('model');
const signer = keySigner({ privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) });
const verifier = keyVerifier({ publicKey: publicKey.export({ type: 'spki', format: 'pem' }) });
const { bundle } = await signModel(model, signer, { engine });
// Node's engine computes the digests again.
await verifyModel(model, bundle, verifier);
await verifyModel(model, bundle, verifier, { engine });
console.log([engine.used, ...messages].join(': '));
