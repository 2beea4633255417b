// An ES module that signs and verifies with the published library.
import { generateKeyPairSync } from 'node:crypto';
import { keySigner, keyVerifier, localModel, signModel, verifyModel } from '@model-signing/core';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const model = localModel('model');
const signer = keySigner({ privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) });
const { bundle } = await signModel(model, signer);
const verifier = keyVerifier({ publicKey: publicKey.export({ type: 'spki', format: 'pem' }) });
const { resources } = await verifyModel(model, bundle, verifier);
console.log(`${resources.length} resources`);
