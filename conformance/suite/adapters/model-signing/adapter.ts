/** Conformance adapter, level 1, for this repository's command line. Its library has another adapter, at level 2. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { capabilities } from '../constant.ts';

const command = path.resolve(import.meta.dirname, '../../../../packages/cli/bin/model-signing.js');

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
  'signing-cert': text,
  'cert-chain': list,
  identity: text,
  'identity-provider': text,
  'trusted-root': text,
  'timestamp-authority': list,
  'verification-time': text,
  'ignore-paths': list,
  'ignore-unsigned-files': onOff,
  'hash-algorithm': text,
  serialization: text,
  'shard-size': text,
  'allow-symlinks': onOff,
  'allow-external-symlinks': onOff,
  'no-ignore-git-paths': onOff,
  strict: onOff,
  draft: text,
  annotation: list,
  'result-json': text,
} as const;

/** Flags with the same name in the command and in the protocol. */
const same = [
  'private-key',
  'public-key',
  'identity',
  'identity-provider',
  'trusted-root',
  'verification-time',
  'ignore-paths',
  'ignore-unsigned-files',
  'allow-symlinks',
  'allow-external-symlinks',
  'no-ignore-git-paths',
  'strict',
  'draft',
  'annotation',
] as const;

/** Flags that only the subcommands of some methods have. */
const ofMethods: Readonly<Record<string, readonly string[]>> = {
  'private-key': ['key', 'certificate'],
  'public-key': ['key'],
  'signing-cert': ['certificate'],
  'cert-chain': ['certificate'],
  'timestamp-authority': ['certificate'],
  'verification-time': ['certificate'],
  identity: ['sigstore'],
  'identity-provider': ['sigstore'],
  'trusted-root': ['sigstore'],
};

/** Flags with another name in the command. */
const renamed = {
  'hash-algorithm': 'hash',
  'signing-cert': 'signing-certificate',
  'cert-chain': 'certificate-chain',
  'timestamp-authority': 'timestamp-roots',
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; args: string[] }>>['values'];

/** The command supports everything but calls in one process. */
function ownCapabilities(): object {
  const { serve, ...oms } = capabilities.oms;
  return {
    ...capabilities,
    flags: [...capabilities.flags, '--result-json'],
    hash_algorithms: ['sha256', 'blake2b', 'blake3'],
    oms: { ...oms, roles: ['sign', 'verify'] },
  };
}

function flagWords(name: string, value: string | boolean | readonly string[] | undefined): string[] {
  if (value === true) return [`--${name}`];
  return [value ?? []].flat().flatMap((one) => [`--${name}`, String(one)]);
}

function wordsOf(operation: 'sign' | 'verify', values: Values): string[] {
  const words = [operation, values.method ?? '', values['model-path'] ?? '', '--json'];
  words.push('--signature', (operation === 'sign' ? values['output-bundle'] : values.bundle) ?? '');
  const own = { ...Object.fromEntries(same.map((name) => [name, name])), ...renamed };
  for (const [name, flag] of Object.entries(own)) {
    const methods = ofMethods[name];
    if (!methods || methods.includes(values.method ?? '')) words.push(...flagWords(flag, values[name as keyof Values]));
  }
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

/** A usage error of the command is about a requirement of the format in one case, and a wrong call in all others. */
function reasonOf({ code, message, differences }: Answer['error']): string {
  if (code === 'model/mismatch') return `model/${differences[0]?.kind}`;
  return code === 'command/usage' && message.includes(' cannot be ignored: ') ? 'model/ignore-path-outside' : code;
}

function resultOf(answer: Answer, exitCode: number): object {
  if (answer.ok) {
    const { signer, rootDigest, resourceCount, ignored, unsigned, externalLinks, annotations, warnings } = answer;
    const { hint, subject, identity } = signer as { hint?: string; subject?: string; identity?: string };
    return {
      outcome: 'accept',
      signer: hint ?? subject ?? identity,
      rootDigest: String(rootDigest).replace('sha256:', ''),
      resources: resourceCount,
      ignored,
      unsigned,
      externalLinks,
      annotations,
      warnings: (warnings as { code: string; message: string }[] | undefined)?.map(({ code, message }) => ({
        class: code,
        message,
      })),
    };
  }
  const { message, differences } = answer.error;
  const known = reasonOf(answer.error);
  if (exitCode !== 1 && known.startsWith('command/')) return { outcome: 'error', reason: { message } };
  return { outcome: 'reject', reason: { class: known, message }, differences };
}

function main([name, ...args]: string[]): number {
  if (name === 'capabilities') {
    process.stdout.write(`${JSON.stringify(ownCapabilities())}\n`);
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
