// A CommonJS program that verifies with the published library.
const { readFileSync } = require('node:fs');
const { keyVerifier, localModel, verifyModel } = require('@model-signing/core');

verifyModel(
  localModel('model'),
  readFileSync('model.sig'),
  keyVerifier({ publicKey: readFileSync('key.pub.pem') }),
).then(({ resources }) => console.log(`${resources.length} resources`));
