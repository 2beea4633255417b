/** Prints a session in a terminal: models on a hub and in a registry, both on loopback, are signed, verified and pulled. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { startHub } from '@model-signing/testing/hub';
import { startRegistry } from '@model-signing/testing/registry';
import { Terminal, tell } from '../terminal.ts';
import { preparePrograms } from './programs.ts';
import { pushModel } from './push.ts';
import { type RunningServer, SERVERS, startServer } from './servers.ts';

const WEIGHTS = 'model-00001-of-00002.safetensors';
const MODEL: Readonly<Record<string, Buffer>> = {
  'config.json': Buffer.from('{"model_type": "granite", "hidden_size": 64}\n'),
  [WEIGHTS]: bytes('first', 8_000_000),
  'model-00002-of-00002.safetensors': bytes('second', 6_000_000),
  'tokenizer.json': Buffer.from('{"model": {"type": "BPE"}}\n'),
};

/** Bytes that are the same each time and compress badly. */
function bytes(seed: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(seed).digest();
}

const terminal = new Terminal();
terminal.environment = { DOCKER_CONFIG: terminal.folder };
const say = (text: string) => terminal.say(text);

function makeKey(): void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  terminal.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  terminal.write('key.pub', publicKey.export({ type: 'spki', format: 'pem' }));
}

async function onHub(): Promise<void> {
  const model = 'acme/granite';
  const hub = await startHub({ repositories: { [model]: MODEL } });
  const run = (line: string, expected = 0) =>
    terminal.type(`model-signing ${line}`, expected, { HF_ENDPOINT: hub.url });
  try {
    say(`A hub on loopback: export HF_ENDPOINT=${hub.url}`);
    await run('sign key hf://acme/granite --private-key key.pem --signature model.sig');
    hub.commit(model, { ...MODEL, 'model.sig': readFileSync(terminal.path('model.sig')) });
    say('The signature is beside the model now. Every byte is read, and nothing is kept');
    await run('verify key hf://acme/granite --public-key key.pub');
    say('What the hub states about the files, without their content');
    await run('verify key hf://acme/granite --public-key key.pub --metadata-only');
    say('The connection is cut in the first large file, again and again');
    hub.faults.set(WEIGHTS, { cutAfter: 500_000 });
    await run('pull key hf://acme/granite --to granite --public-key key.pub', 3);
    hub.faults.clear();
    say('The same again: what is there is hashed, and the rest is fetched');
    await run('pull key hf://acme/granite --to granite --public-key key.pub');
    terminal.remove('granite');
    say('The hub sends one byte that was not signed');
    hub.faults.set(WEIGHTS, { flip: 4_000_000 });
    await run('pull key hf://acme/granite --to granite --public-key key.pub', 1);
    hub.faults.clear();
    await run('verify key granite --public-key key.pub --signature model.sig', 3);
    say('Some files');
    await run('pull key hf://acme/granite --to granite --public-key key.pub --only config.json --only tokenizer.json');
  } finally {
    await hub.stop();
  }
}

async function inRegistry({ host, stop }: RunningServer, title: string): Promise<void> {
  const run = (line: string, expected = 0) => terminal.type(`model-signing ${line}`, expected);
  try {
    await pushModel(host, 'acme/granite', 'v1', MODEL);
    say(`A registry on loopback (${title}). No layer is read to sign: the manifest has the digests`);
    await run(`sign key oci://${host}/acme/granite:v1 --private-key key.pem`);
    await run(`signatures oci://${host}/acme/granite:v1`);
    await run(`verify key oci://${host}/acme/granite:v1 --public-key key.pub`);
    await run(`verify key oci://${host}/acme/granite:v1 --public-key key.pub --metadata-only`);
    say('The tag is moved to a model with another layer, and the signature is attached to that');
    await run(`sign key oci://${host}/acme/granite:v1 --private-key key.pem --signature oci.sig`);
    await pushModel(host, 'acme/granite', 'v1', { ...MODEL, 'tokenizer.json': '{}' });
    await run(`attach oci://${host}/acme/granite:v1 --signature oci.sig`);
    await run(`verify key oci://${host}/acme/granite:v1 --public-key key.pub`, 1);
  } finally {
    await stop();
  }
}

/** A real registry, or the one in memory where none can be built. */
async function startAny(): Promise<readonly [RunningServer, string]> {
  const programs = await preparePrograms(tell);
  for (const kind of SERVERS) {
    const program = programs[kind.program];
    if ('file' in program) return [await startServer(kind, program.file), kind.title];
  }
  const registry = await startRegistry();
  return [{ host: registry.host, output: () => '', stop: () => registry.stop() }, 'in memory'];
}

try {
  makeKey();
  await onHub();
  await inRegistry(...(await startAny()));
} finally {
  terminal[Symbol.dispose]();
}
