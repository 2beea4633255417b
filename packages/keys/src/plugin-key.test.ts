import { createPublicKey, ECDH, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { keySigner, keyVerifier, localModel, signModel, verifyModel } from '@model-signing/core';
import { testKey } from '@model-signing/testing/forge';
import { answering, signingPlugin, writePlugin } from '@model-signing/testing/kms-plugin';
import { modelDirectory, temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPluginKey } from './plugin-key.ts';
import { open, refusal, wrapPem } from './testing/open-plugin.ts';

/** The calls that a plugin logged. */
function logged(file: string) {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** A script that gives its public key, and then what another script does in place of a signature. */
const signingBy = (publicKey: string, script: string) =>
  `if (process.argv[3].includes('"publicKey"')) { ${answering(wrapPem(publicKey))} } else { ${script} }`;

describe('a key that a plugin reaches', () => {
  it.each(['P-256', 'P-384', 'P-521'] as const)('a plugin signs a model with a key on %s', async (curve) => {
    const key = testKey(curve);
    const model = localModel(modelDirectory({ a: 'a' }));
    await using opened = await open(signingPlugin(key));
    expect(opened.publicKey).toBe(key.publicKey);
    const { bundle } = await signModel(model, keySigner({ key: opened }));
    const { signer } = await verifyModel(model, bundle, keyVerifier(key), { strict: true });
    expect(signer.curve).toBe(curve);
  });

  it('a plugin is called as the protocol says, with the resource without its scheme', async () => {
    const log = path.join(temporaryDirectory(), 'log');
    const before = Date.now();
    const opened = await open(signingPlugin(testKey('P-384')), { environment: { PLUGIN_LOG: log }, timeout: 240_000 });
    const digest = new Uint8Array(48).fill(7);
    await opened.sign(digest);
    const [asked, signed] = logged(log);
    const { ctxDeadline } = asked.initOptions;
    const rpcOptions = { ctxDeadline, keyVersion: '', remoteVerification: false };
    const initOptions = { ctxDeadline, protocolVersion: 'v1', keyResourceID: 'my/key', rpcOptions };
    expect(asked).toEqual({
      version: 'v1',
      input: 0,
      initOptions: { ...initOptions, hashFunc: 5 },
      methodName: 'publicKey',
      publicKey: { publicKeyOptions: { rpcOptions } },
    });
    expect(Date.parse(ctxDeadline)).toBeGreaterThanOrEqual(before + 240_000);
    const messageOptions = { digest: Buffer.from(digest).toString('base64'), hashFunc: 6 };
    expect(signed).toMatchObject({ initOptions: { hashFunc: 6 }, signMessage: { signOptions: { messageOptions } } });
    expect(Object.keys(signed)).toEqual(['version', 'input', 'initOptions', 'methodName', 'signMessage']);
  });

  it('a plugin gets the variables of the caller and no others', async () => {
    vi.stubEnv('OF_THIS_PROCESS', 'yes');
    onTestFinished(() => void vi.unstubAllEnvs());
    const script = `const { OF_THIS_PROCESS, GIVEN } = process.env;
      process.stdout.write(JSON.stringify({ errorMessage: OF_THIS_PROCESS + ' ' + GIVEN }));`;
    const given = await refusal('key/refused', () => open(script, { environment: { GIVEN: 'yes' } }));
    expect(given.message).toBe('the plugin sigstore-kms-test: undefined yes');
    vi.stubEnv('PATH', writePlugin('test', script));
    const inherited = await refusal('key/refused', () => openPluginKey('test://key'));
    expect(inherited.message).toBe('the plugin sigstore-kms-test: yes undefined');
  });

  it('no shell reads a reference', async () => {
    const log = path.join(temporaryDirectory(), 'log');
    const resource = `a b"c'd$(touch x)\`touch y\`;|&<>*\\é`;
    await open(signingPlugin(testKey()), { environment: { PLUGIN_LOG: log } }, `test://${resource}`);
    expect(logged(log)[0].initOptions.keyResourceID).toBe(resource);
  });

  it('a public key in a compressed form is returned in its canonical form', async () => {
    const key = testKey();
    const spki = createPublicKey(key.publicKey).export({ type: 'spki', format: 'der' });
    const point = ECDH.convertKey(spki.subarray(-65), 'prime256v1', undefined, undefined, 'compressed') as Buffer;
    const header = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');
    const body = Buffer.concat([header, point]).toString('base64');
    const compressed = `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----\n`;
    expect((await open(answering(wrapPem(compressed)))).publicKey).toBe(key.publicKey);
  });

  it('a key on a curve that no signature of a model may use is refused', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await refusal('key/unsupported', () => open(answering(wrapPem(pem))));
  });

  it('what a plugin says of its failure is shown, without characters that deceive', async () => {
    const errorMessage = 'no such key \u001b[31m\u202e"x"';
    const error = await refusal('key/refused', () => open(answering({ errorMessage })));
    expect(error.message).toMatch(/^the plugin sigstore-kms-test: no such key \\u\{1b\}\[31m\\u\{202e\}/);
  });

  it('what a plugin says of its failure is shown without the secrets that it got', async () => {
    const environment = {
      ...{
        VAULT_TOKEN: 'hvs.abcdefgh',
        AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MD',
        CARD_PIN: '73912',
        db_password: 'hunter2',
      },
      AWS_WEB_IDENTITY_TOKEN_FILE: '/run/secrets/identity',
      AWS_REGION: 'eu-central-1',
    };
    const script = `process.stdout.write(JSON.stringify({ errorMessage: JSON.stringify(process.env) }));`;
    const { message } = await refusal('key/refused', () => open(script, { environment }));
    expect(message).not.toMatch(/abcdefgh|wJalrX|73912|hunter2/);
    expect(message).toContain('/run/secrets/identity');
    expect(message).toContain('eu-central-1');
  });

  it('of what a plugin says of its failure, the beginning and the end are shown if it is long', async () => {
    const errorMessage = `begin${'x'.repeat(10_000)}end`;
    const { message } = await refusal('key/refused', () => open(answering({ errorMessage })));
    expect(message).toMatch(/: beginx+.*x+end \(10008 characters\)$/);
    expect(message.length).toBeLessThan(1100);
  });

  it.each<[string, string]>([
    ['writes nothing', ''],
    ['writes text that is not JSON', `process.stdout.write('ok')`],
    ['writes JSON that is not an object', `process.stdout.write('[]')`],
    ['writes null', `process.stdout.write('null')`],
    ['writes two responses', `${answering(wrapPem('x'))}${answering(wrapPem('x'))}`],
    ['writes one member twice', `process.stdout.write('{"errorMessage":"","errorMessage":""}')`],
    ['writes bytes that are not UTF-8', `process.stdout.write(Buffer.from([0x7b, 0xff, 0x7d]))`],
    ['nests too deeply', `process.stdout.write('{"a":' + '['.repeat(20000) + ']'.repeat(20000) + '}')`],
    ['gives no result', answering({})],
    ['gives the result of another method', answering({ signMessage: { signature: 'AAAA' } })],
    ['gives a result of another type', answering({ publicKey: 'AAAA' })],
    ['gives null as its key', answering({ publicKey: { publicKeyPEM: null } })],
    ['gives an empty key', answering({ publicKey: { publicKeyPEM: '' } })],
    ['gives PEM without Base64', answering({ publicKey: { publicKeyPEM: testKey().publicKey } })],
    ['gives Base64 of another alphabet', answering({ publicKey: { publicKeyPEM: '_-__' } })],
    ['gives a key that is none', answering(wrapPem('hello'))],
    ['gives a private key', answering(wrapPem(testKey().privateKey))],
    ['gives an error that is not text', answering({ errorMessage: { code: 1 }, ...wrapPem(testKey().publicKey) })],
    ['is ended by a signal', `${answering(wrapPem(testKey().publicKey))} process.kill(process.pid, 'SIGKILL')`],
    ['takes a member of the prototype for its result', answering({ constructor: { publicKeyPEM: 'AAAA' } })],
  ])('a plugin that %s is refused', async (_, script) => {
    const { message } = await refusal('key/response-invalid', () => open(script));
    expect(message).toContain('sigstore-kms-test');
    expect(message).not.toContain('PRIVATE KEY-----');
  });

  it.each<[string, string]>([
    ['no signature', answering({ signMessage: {} })],
    ['an empty signature', answering({ signMessage: { signature: '' } })],
    ['null as its signature', answering({ signMessage: { signature: null } })],
    ['its public key again', answering(wrapPem(testKey().publicKey))],
  ])('a plugin that gives %s is refused when it signs', async (_, script) => {
    const opened = await open(signingBy(testKey().publicKey, script));
    await refusal('key/response-invalid', () => opened.sign(new Uint8Array(32)));
  });

  it('a signature by another key is noticed before a bundle is made', async () => {
    const { publicKey } = testKey();
    const opened = await open(signingBy(publicKey, signingPlugin(testKey())));
    const signing = signModel(localModel(modelDirectory({ a: 'a' })), keySigner({ key: opened }));
    await expect(signing).rejects.toMatchObject({ name: 'OmsError', code: 'signer/key-answer-invalid' });
  });

  it('a plugin that writes without end is ended, and what it started as well', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      spawn(process.execPath, ['-e', 'setInterval(() => process.stdout.write("x".repeat(1000)), 1)'], { stdio: 'inherit' });
      setInterval(() => process.stdout.write('x'.repeat(10_000)), 1);`;
    const { message } = await refusal('key/response-invalid', () => open(script));
    expect(message).toBe('the plugin sigstore-kms-test wrote more than 65536 bytes');
  });

  it('a response of the largest size is read', async () => {
    const response = JSON.stringify(wrapPem(testKey().publicKey));
    const sized = (size: number) => `process.stdout.write(${JSON.stringify(response)}.padEnd(${size}, ' '))`;
    await open(sized(65_536));
    await refusal('key/response-invalid', () => open(sized(65_537)));
  });

  it('a digest of another length than that of the curve is a mistake of the caller', async () => {
    const opened = await open(signingPlugin(testKey('P-384')));
    await expect(opened.sign(new Uint8Array(32))).rejects.toThrow('a key on P-384 signs digests of 48 bytes');
  });
});
