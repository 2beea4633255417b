// Reads a whole model once, and keeps nothing: with `verify`, or through `openVerified`.
// node read.mjs verify|pieces|stream node|native MODEL SIGNATURE PUBLIC-KEY
import { readFileSync } from 'node:fs';
import { defaultEngine, keyVerifier, localModel, openVerified, verifyModel } from '@model-signing/core';
import { nativeEngine } from '@model-signing/native';

const [how, engineName, root, signature, publicKey] = process.argv.slice(2);
const engine = engineName === 'native' ? nativeEngine({ use: 'always' }) : defaultEngine;
const verifier = keyVerifier({ publicKey: readFileSync(publicKey, 'utf8') });
const bundle = readFileSync(signature);
if (how === 'verify') await verifyModel(localModel(root), bundle, verifier, { engine });
else {
  const model = await openVerified(localModel(root), bundle, verifier, { engine });
  for (const name of new Set(model.manifest.resources.map(({ path }) => path))) {
    const file = await model.open(name);
    let length = 0;
    for await (const piece of how === 'stream' ? file.stream() : file.pieces()) length += piece.length;
    if (length !== file.size) throw new Error(`${length} bytes of ${file.size}`);
  }
  const { verifiedResources, resources } = model.report();
  if (verifiedResources !== resources) throw new Error('not everything was read');
  await model[Symbol.asyncDispose]();
}
