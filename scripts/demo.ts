// `npm start`: makes a model, signs it, verifies it, tampers with it and shows the refusal, printing each command.
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';

const command = path.resolve(import.meta.dirname, '../packages/cli/bin/model-signing.js');
const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-demo-'));

function say(text: string): void {
  console.log(`\n${styleText('bold', text)}`);
}

/** Prints and runs a command as a user would, and checks its exit code. */
function modelSigning(expected: number, ...args: string[]): void {
  console.log(styleText('dim', `$ model-signing ${args.join(' ')}`));
  const { status } = spawnSync(process.execPath, [command, ...args], { cwd: folder, stdio: 'inherit' });
  if (status !== expected) throw new Error(`exit code ${status}, expected ${expected}`);
}

/** A safetensors file: the header's length in 8 bytes, the header as JSON, then the tensors. */
function safetensors(shapes: Readonly<Record<string, readonly [number, number]>>): Buffer {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const tensor = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(i + 1));
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + tensor.byteLength] };
    offset += tensor.byteLength;
    return Buffer.from(tensor.buffer);
  });
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...tensors]);
}

function makeModel(root: string): void {
  mkdirSync(path.join(root, 'tokenizer'), { recursive: true });
  mkdirSync(path.join(root, 'adapters', 'polite'), { recursive: true });
  const json = (name: string, value: unknown) =>
    writeFileSync(path.join(root, name), `${JSON.stringify(value, null, 2)}\n`);
  json('config.json', { model_type: 'demo', hidden_size: 64, num_hidden_layers: 2, vocab_size: 256 });
  json('tokenizer.json', { version: '1.0', model: { type: 'BPE', vocab: { hello: 0, world: 1 }, merges: [] } });
  json('tokenizer/special_tokens_map.json', { bos_token: '<s>', eos_token: '</s>' });
  writeFileSync(path.join(root, 'README.md'), '# A model for demonstration\n');
  writeFileSync(
    path.join(root, 'model.safetensors'),
    safetensors({ 'embed.weight': [256, 64], 'head.weight': [64, 256] }),
  );
  writeFileSync(path.join(root, 'adapters/polite/adapter.safetensors'), safetensors({ 'lora.weight': [8, 64] }));
}

function makeKey(): void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(path.join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(path.join(folder, 'key.pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
}

function flipOneByte(file: string): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] as number) ^ 1;
  writeFileSync(file, bytes);
}

const verify = (model: string) => ['verify', 'key', model, '--signature', 'model.sig', '--public-key', 'key.pub.pem'];

makeModel(path.join(folder, 'model'));
makeKey();
say('Sign a model with a fresh key');
modelSigning(0, 'sign', 'key', 'model', '--private-key', 'key.pem', '--signature', 'model.sig');
say('Verify it');
modelSigning(0, ...verify('model'));
say('Keep a copy, then flip one bit in model.safetensors: the model is refused');
cpSync(path.join(folder, 'model'), path.join(folder, 'copy'), { recursive: true });
flipOneByte(path.join(folder, 'model/model.safetensors'));
modelSigning(1, ...verify('model'));
say('The untouched copy still verifies');
modelSigning(0, ...verify('copy'));
console.log(`\nThe model, its copy, the keys and the signature are in ${folder}`);
console.log('In this clone, the command is: npx model-signing --help');
