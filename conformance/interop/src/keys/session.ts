/** Prints a session in a terminal: a model is signed with keys in a token, in OpenBao and behind a plugin, and refused with others. */
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { Terminal, tell } from '../terminal.ts';
import { startOpenBao } from './openbao.ts';
import { preparePrograms } from './programs.ts';
import { PIN, TokenStore } from './token.ts';

const plugin = path.resolve(import.meta.dirname, '../../keys/plugin/sigstore-kms-filekey');

async function withFile(terminal: Terminal): Promise<void> {
  terminal.say('A key in a file');
  await terminal.type('model-signing key generate');
  await terminal.type('model-signing key public key.pem');
}

async function inToken(terminal: Terminal, util: string): Promise<void> {
  const store = new TokenStore(util);
  const ofStore = { ...store.environment, PKCS11_MODULE_PATH: store.module };
  const run = (line: string, expected = 0, environment: Readonly<Record<string, string>> = {}) =>
    terminal.type(`model-signing ${line}`, expected, { ...ofStore, ...environment });
  try {
    store.addToken('release');
    store.addKey('release', { id: '01', label: 'models', type: 'EC:secp256r1' });
    store.addKey('release', { id: '02', label: 'other', type: 'EC:secp384r1' });
    store.addKey('release', { id: '03', label: 'other', type: 'EC:secp521r1' });
    terminal.write('pin', `${PIN}\n`, 0o600);
    terminal.write('wrong-pin', '1234\n', 0o600);
    terminal.say('A token of SoftHSM: export PKCS11_MODULE_PATH=/usr/lib/softhsm/libsofthsm2.so');
    await run("key public 'pkcs11:token=release;object=models'");
    await run("sign key model --key 'pkcs11:token=release;object=models' --pin-file pin");
    await run("verify key model --key 'pkcs11:token=release;object=models'");
    terminal.say('The command line of the Python implementation, with the PIN in MODEL_SIGNING_PIN');
    const asThere = "sign pkcs11-key model --signature model.sig --pkcs11_uri 'pkcs11:token=release;id=%01'";
    await run(asThere, 0, { MODEL_SIGNING_PIN: PIN });
    terminal.say('No PIN, a wrong one, another token, and two keys of one name');
    await run("sign key model --key 'pkcs11:token=release;object=models'", 3);
    await run("sign key model --key 'pkcs11:token=release;object=models' --pin-file wrong-pin", 3);
    await run("sign key model --key 'pkcs11:token=relaese;object=models' --pin-file pin", 3);
    await run("sign key model --key 'pkcs11:token=release;object=other' --pin-file pin", 2);
  } finally {
    store.remove();
  }
}

async function inOpenBao(terminal: Terminal, program: string): Promise<void> {
  const bao = await startOpenBao(program);
  const token = await bao.tokenFor('path "transit/*" { capabilities = ["read", "update"] }');
  const run = (line: string, expected = 0) =>
    terminal.type(`model-signing ${line}`, expected, { BAO_ADDR: bao.address, BAO_TOKEN: token });
  try {
    await bao.request('POST', 'transit/keys/models', { type: 'ecdsa-p256' });
    terminal.say(`OpenBao on loopback: export BAO_ADDR=${bao.address} BAO_TOKEN=…`);
    await run('key public openbao://models');
    await run('sign key model --key openbao://models');
    await bao.request('POST', 'transit/keys/models/rotate');
    terminal.say('The key is rotated. The signature is by the first version');
    await run('verify key model --key openbao://models', 1);
    await run('verify key model --key openbao://models?version=1');
    await run('sign key model --key openbao://models?version=3', 3);
    await run('sign key model --key openbao://model', 3);
    await bao.request('POST', 'auth/token/revoke', { token });
    terminal.say('The token is revoked');
    await run('sign key model --key openbao://models', 3);
  } finally {
    await bao.stop();
  }
  terminal.say('The server is gone');
  await run('sign key model --key openbao://models', 3);
}

async function behindPlugin(terminal: Terminal): Promise<void> {
  mkdirSync(terminal.path('plugins'));
  symlinkSync(plugin, terminal.path('plugins/sigstore-kms-filekey'));
  const PATH = [terminal.path('plugins'), process.env.PATH].join(path.delimiter);
  const run = (line: string, expected = 0) => terminal.type(`model-signing ${line}`, expected, { PATH });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  terminal.write('held.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  terminal.say('A plugin of the protocol of Sigstore, sigstore-kms-filekey in a directory of PATH');
  await run('key public filekey://held.pem');
  await run('sign key model --key filekey://held.pem');
  await run('verify key model --key filekey://held.pem');
  terminal.say('The plugin refuses, and a plugin that is not there');
  await run('sign key model --key filekey://absent.pem', 3);
  await run('sign key model --key awskms:///alias/models', 3);
  terminal.say('A plugin that signs with another key than the one it shows: no signature is written');
  terminal.write('plugins/sigstore-kms-liar', LIAR);
  chmodSync(terminal.path('plugins/sigstore-kms-liar'), 0o755);
  await run('sign key model --key liar://held.pem --signature of-a-liar.sig', 3);
}

/** It shows the key of the first section, and signs with the one of this. */
const LIAR = `#!/bin/sh
case "$2" in
*'"methodName":"publicKey"'*) exec sigstore-kms-filekey "$1" "$(printf '%s' "$2" | sed 's/held.pem/key.pem/')" ;;
*) exec sigstore-kms-filekey "$1" "$2" ;;
esac
`;

using terminal = new Terminal();
const programs = await preparePrograms(tell);
mkdirSync(terminal.path('model'));
terminal.write('model/config.json', '{"model_type": "granite", "hidden_size": 64}\n');
terminal.write('model/model.safetensors', Buffer.alloc(1_000_000, 'w'));
await withFile(terminal);
for (const [name, show] of [
  ['SoftHSM', inToken],
  ['OpenBao', inOpenBao],
] as const) {
  const program = programs[name];
  if ('file' in program) await show(terminal, program.file);
  else tell(`${name} is not available: ${program.unavailable}`);
}
await behindPlugin(terminal);
