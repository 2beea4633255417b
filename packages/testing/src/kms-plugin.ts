import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestKey } from './forge.ts';
import { temporaryDirectory } from './tree.ts';

/**
 * Writes a plugin of Sigstore's protocol: a program `sigstore-kms-NAME` that runs a script in CommonJS with the Node of the tests.
 * @param directory where to put it, which is created; default: a temporary one
 * @returns the directory, for `PATH`
 */
export function writePlugin(name: string, script: string, directory: string = temporaryDirectory()): string {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, `sigstore-kms-${name}`);
  writeFileSync(file, `#!${process.execPath}\n${script}`);
  chmodSync(file, 0o755);
  return directory;
}

/** A script that writes one response, whatever it is asked. */
export function answering(response: unknown): string {
  return `process.stdout.write(${JSON.stringify(JSON.stringify(response))});`;
}

const noble = pathToFileURL(createRequire(import.meta.url).resolve('@noble/curves/nist.js')).href;

/**
 * The script of a plugin that signs with a key. It appends its arguments to the file that `PLUGIN_LOG` names, and ends with 1, which
 * means nothing in the protocol.
 */
export function signingPlugin(key: TestKey): string {
  return `
const { createPrivateKey } = require('node:crypto');
const { appendFileSync, readFileSync } = require('node:fs');
const key = ${JSON.stringify(key)};
const [version, json] = process.argv.slice(2);
const input = readFileSync(0);
if (process.env.PLUGIN_LOG) {
  appendFileSync(process.env.PLUGIN_LOG, JSON.stringify({ version, input: input.length, ...JSON.parse(json) }) + '\\n');
}
const respond = (response) => {
  process.exitCode = 1;
  process.stdout.write(JSON.stringify(response) + '\\n');
};
async function main() {
  const { methodName, signMessage } = JSON.parse(json);
  if (version !== 'v1') return respond({ errorMessage: 'unknown protocol ' + version });
  if (methodName === 'publicKey') {
    return respond({ publicKey: { publicKeyPEM: Buffer.from(key.publicKey).toString('base64') } });
  }
  if (methodName !== 'signMessage') return respond({ errorMessage: 'unknown method ' + methodName });
  const { p256, p384, p521 } = await import(${JSON.stringify(noble)});
  const { digest, hashFunc } = signMessage.signOptions.messageOptions;
  const [curve, number] = { 'P-256': [p256, 5], 'P-384': [p384, 6], 'P-521': [p521, 7] }[key.curve];
  if (hashFunc !== number) return respond({ errorMessage: 'unexpected hash ' + hashFunc });
  const { d } = createPrivateKey(key.privateKey).export({ format: 'jwk' });
  const secret = new Uint8Array(Buffer.from(d, 'base64url'));
  const signature = curve.sign(Buffer.from(digest, 'base64'), secret, { prehash: false, format: 'der' });
  respond({ signMessage: { signature: Buffer.from(signature).toString('base64') } });
}
main();
`;
}
