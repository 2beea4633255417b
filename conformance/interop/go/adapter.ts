/**
 * Conformance adapter for the Go implementation: translates calls into its command line. The first argument is the path of its
 * command; the rest is a call of level 1.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { goFlags, goList } from './flags.ts';

/**
 * What the command has: it signs whole files with SHA-256 and reads method, digest and size of shards from the bundle. BLAKE3,
 * times, timestamps, results as JSON and links out of the model have no flag.
 */
const capabilities = {
  flags: ['--allow-symlinks', '--no-ignore-git-paths', '--trusted-root'],
  hash_algorithms: ['sha256', 'blake2b'],
  oms: {
    protocol: 2,
    roles: ['sign', 'verify'],
    profiles: ['core', 'certificate', 'sigstore', 'shards', 'blake2b', 'symlinks', 'historical'],
  },
};

/** The exit codes of the protocol. */
const WRONG_COMMAND_LINE = 2;
const CRASHED = 134;

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const onOff = { type: 'boolean' } as const;

const options = {
  method: text,
  'model-path': text,
  'output-bundle': text,
  bundle: text,
  'private-key': text,
  'public-key': text,
  'signing-cert': text,
  'cert-chain': texts,
  identity: text,
  'identity-provider': text,
  'trusted-root': text,
  'ignore-paths': texts,
  'ignore-unsigned-files': onOff,
  'allow-symlinks': onOff,
  'no-ignore-git-paths': onOff,
} as const;

/** The words for the peer's command. @throws {Error} if the call is not one of the protocol, or is none that the peer has */
export function goWords([operation, ...rest]: readonly string[]): string[] {
  if (operation !== 'sign-model' && operation !== 'verify-model') throw new Error(`unknown subcommand: ${operation}`);
  const { values } = parseArgs({ args: [...rest], options });
  const { method, 'model-path': model } = values;
  const sign = operation === 'sign-model';
  const signature = sign ? values['output-bundle'] : values.bundle;
  if (method === undefined || model === undefined || signature === undefined) throw new Error('an argument is missing');
  if (sign && method === 'sigstore')
    throw new Error('a keyless signature needs a token, which the protocol has no flag for');
  return [
    sign ? 'sign' : 'verify',
    method,
    ...goFlags({
      signature,
      ...(method === 'certificate' || sign ? { 'private-key': values['private-key'] } : {}),
      ...(method === 'key' ? { 'public-key': values['public-key'] } : {}),
      ...(method === 'certificate' ? { 'signing-certificate': values['signing-cert'] } : {}),
      ...(method === 'sigstore'
        ? {
            identity: values.identity,
            'identity-provider': values['identity-provider'],
            'trust-config': values['trusted-root'],
          }
        : {}),
      'allow-symlinks': values['allow-symlinks'],
      'ignore-git-paths': values['no-ignore-git-paths'] ? false : undefined,
      'ignore-unsigned-files': sign ? undefined : (values['ignore-unsigned-files'] ?? false),
    }),
    ...(method === 'certificate' ? goList('certificate-chain', values['cert-chain'] ?? []) : []),
    ...goList('ignore-paths', values['ignore-paths'] ?? []),
    '--',
    model,
  ];
}

const USAGE =
  /^(?:error during command execution: |Error: )?(?:unknown (?:shorthand )?flag|unknown command|required flag)/m;

/** The command ends with 1 for a refusal and for a mistake of the caller alike, and with 2 when it crashes. */
export function exitCodeOf(status: number | null, printed: string): number {
  const crashed = /^(?:panic|fatal error): /m.test(printed) && /^goroutine \d/m.test(printed);
  if (status === null || crashed) return CRASHED;
  return USAGE.test(printed) ? WRONG_COMMAND_LINE : status;
}

function main([program = '', ...call]: readonly string[]): number {
  if (call[0] === 'capabilities') {
    process.stdout.write(`${JSON.stringify(capabilities)}\n`);
    return 0;
  }
  let words: string[];
  try {
    words = goWords(call);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return WRONG_COMMAND_LINE;
  }
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
  process.stdout.write(stdout ?? '');
  process.stderr.write(stderr ?? '');
  if (error) process.stderr.write(`${program} could not be run: ${error.message}\n`);
  return error ? CRASHED : exitCodeOf(status, `${stdout}\n${stderr}`);
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
