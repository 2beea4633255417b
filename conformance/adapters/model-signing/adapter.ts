/**
 * Conformance adapter, level 1, for this repository's command line: what a person would type. Its library is judged at
 * level 2 by an adapter of its own.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const command = path.resolve(import.meta.dirname, '../../../packages/cli/bin/model-signing.js');

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;
const onOff = { type: 'boolean' } as const;

const options = {
  method: text,
  'model-path': text,
  'output-bundle': text,
  bundle: text,
  'private-key': text,
  'public-key': text,
  'cert-chain': list,
  'ignore-paths': list,
  'ignore-unsigned-files': onOff,
  'hash-algorithm': text,
  serialization: text,
  'shard-size': text,
  'allow-symlinks': onOff,
  'allow-external-symlinks': onOff,
  'no-ignore-git-paths': onOff,
  strict: onOff,
  'result-json': text,
} as const;

/** Flags that the command calls as the protocol does. */
const same = [
  'private-key',
  'public-key',
  'ignore-unsigned-files',
  'allow-symlinks',
  'allow-external-symlinks',
  'no-ignore-git-paths',
  'strict',
] as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; args: string[] }>>['values'];

function capabilities(): object {
  return {
    protocol_version: 1,
    flags: [
      '--hash-algorithm',
      '--serialization',
      '--shard-size',
      '--allow-symlinks',
      '--allow-external-symlinks',
      '--no-ignore-git-paths',
      '--strict',
      '--result-json',
    ],
    hash_algorithms: ['sha256', 'blake2b', 'blake3'],
    oms: {
      protocol: 2,
      roles: ['sign', 'verify'],
      profiles: ['core', 'shards', 'blake2b', 'blake3', 'symlinks', 'historical'],
    },
  };
}

function wordsOf(operation: 'sign' | 'verify', values: Values): string[] {
  const words = [operation, values.method ?? '', values['model-path'] ?? '', '--json'];
  words.push('--signature', (operation === 'sign' ? values['output-bundle'] : values.bundle) ?? '');
  for (const name of same) {
    const value = values[name];
    if (value !== undefined) words.push(...(value === true ? [`--${name}`] : [`--${name}`, String(value)]));
  }
  for (const ignored of values['ignore-paths'] ?? []) words.push('--ignore-paths', ignored);
  if (values['hash-algorithm'] !== undefined) words.push('--hash', values['hash-algorithm']);
  const shards = values.serialization === 'shards' ? '1000000000' : undefined;
  const size = values['shard-size'] ?? shards;
  if (size !== undefined) words.push('--shard-size', size);
  return words;
}

interface Answer {
  readonly ok: boolean;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly differences: readonly { readonly kind: string }[];
  };
  readonly [member: string]: unknown;
}

/** Refusals of the command itself that are about what the format asks, with their class. */
const commandReasons: Readonly<Record<string, string>> = { 'command/usage': 'model/ignore-path-outside' };

function resultOf(answer: Answer, exitCode: number): object {
  if (answer.ok) {
    const { signer, rootDigest, resourceCount, ignored, unsigned, externalLinks, warnings } = answer;
    return {
      outcome: 'accept',
      signer: (signer as { hint?: string }).hint,
      rootDigest: String(rootDigest).replace('sha256:', ''),
      resources: resourceCount,
      ignored,
      unsigned,
      externalLinks,
      warnings: (warnings as { code: string; message: string }[] | undefined)?.map(({ code, message }) => ({
        class: code,
        message,
      })),
    };
  }
  const { code, message, differences } = answer.error;
  const known = code === 'model/mismatch' ? `model/${differences[0]?.kind}` : (commandReasons[code] ?? code);
  if (exitCode !== 1 && known.startsWith('command/')) return { outcome: 'error', reason: { message } };
  return { outcome: 'reject', reason: { class: known, message }, differences };
}

function main([name, ...args]: string[]): number {
  if (name === 'capabilities') {
    process.stdout.write(`${JSON.stringify(capabilities())}\n`);
    return 0;
  }
  if (name !== 'sign-model' && name !== 'verify-model') return 2;
  const { values } = parseArgs({ args, options });
  const words = wordsOf(name === 'sign-model' ? 'sign' : 'verify', values);
  const { stdout, stderr, status } = spawnSync(process.execPath, [command, ...words], { encoding: 'utf8' });
  process.stderr.write(stderr);
  if (status === null) process.kill(process.pid, 'SIGKILL');
  const result = resultOf(JSON.parse(stdout), status ?? 0);
  if (values['result-json']) writeFileSync(values['result-json'], JSON.stringify(result));
  return status === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
