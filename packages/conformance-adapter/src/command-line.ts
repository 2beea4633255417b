/** The adapter for our command, at level 1 of the protocol: it runs what a person would type. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Difference } from '@model-signing/core';
import { type Arguments, optionalText, text } from './arguments.ts';
import { type Operation, runAdapter } from './once.ts';
import { classOf, type Result } from './result.ts';

const command = path.resolve(import.meta.dirname, '../../cli/bin/model-signing.js');

/** The flags of the command whose names differ from those of the protocol. */
const renamed: Readonly<Record<string, string>> = {
  'hash-algorithm': 'hash',
  'signing-cert': 'signing-certificate',
  'cert-chain': 'certificate-chain',
  'timestamp-authority': 'timestamp-roots',
};

/** Flags that only the subcommands of these methods have. */
const methodsOf: Readonly<Record<string, readonly string[]>> = {
  'private-key': ['key', 'certificate'],
  'public-key': ['key'],
  'signing-cert': ['certificate'],
  'cert-chain': ['certificate'],
  'timestamp-authority': ['key', 'certificate'],
  'verification-time': ['certificate'],
  identity: ['sigstore'],
  'identity-provider': ['sigstore'],
  'trusted-root': ['sigstore', 'key', 'certificate'],
  'require-log': ['key', 'certificate'],
};

/** Arguments that the command line expresses without a flag of the same meaning. */
const special = new Set([
  'method',
  'model-path',
  'output-bundle',
  'bundle',
  'serialization',
  'shard-size',
  'result-json',
  'oci-manifest',
]);

function wordsOf(operation: Operation, args: Arguments): string[] {
  const method = text(args, 'method');
  if (method === 'policy') return policyWords(args);
  const signature = text(args, operation === 'sign' ? 'output-bundle' : 'bundle');
  const flags = Object.entries(args).flatMap(([name, value]) => {
    const left = special.has(name) || methodsOf[name]?.includes(method) === false;
    return left ? [] : flagWords(renamed[name] ?? name, value);
  });
  const size = optionalText(args, 'shard-size') ?? (args.serialization === 'shards' ? '1000000000' : undefined);
  const shards = size === undefined ? [] : ['--shard-size', size];
  // In the protocol, strict mode is about warnings.
  const ignored = args.strict === true && operation === 'verify' ? ['--ignored-files'] : [];
  const model = args['oci-manifest'] === true ? ['--oci-manifest'] : [];
  const words = [operation, method, ...model, text(args, 'model-path'), '--json', '--signature', signature];
  return [...words, ...flags, ...shards, ...ignored];
}

/** `verify` without a method, since the policy says how its signers sign. */
function policyWords(args: Arguments): string[] {
  const flags = ['policy', 'as', 'signature', 'attestations'].flatMap((name) =>
    args[name] ? flagWords(name, args[name]) : [],
  );
  return ['verify', text(args, 'model-path'), '--json', ...flags];
}

function flagWords(name: string, value: unknown): string[] {
  if (value === true) return [`--${name}`];
  return [value].flat().flatMap((one) => [`--${name}`, String(one)]);
}

/** The JSON that the command prints. */
type Printed =
  | { readonly ok: true; readonly signer: Record<string, string>; readonly [member: string]: unknown }
  | { readonly ok: false; readonly error: Failure };

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly differences: readonly Difference[];
}

/** An ignore path outside the model is a usage error of the command but a verdict in the protocol. */
function reasonOf({ code, message, differences }: Failure): string {
  if (code === 'model/mismatch') return `model/${differences[0]?.kind}`;
  return code === 'command/usage' && message.includes(' cannot be ignored: ')
    ? 'model/ignore-path-outside'
    : classOf(code);
}

/** What the command says of the files that it looked at. */
interface Checked {
  readonly unchecked?: number;
  readonly advertisedFiles?: readonly string[];
}

/** How a policy judged, as the command prints it. */
interface Judged {
  readonly mode: string;
  readonly counted: readonly { readonly signer: string }[];
}

function judgedBy(policy: unknown): { readonly counted?: readonly string[]; readonly enforced?: boolean } {
  if (policy === undefined) return {};
  const { mode, counted } = policy as Judged;
  return { counted: counted.map(({ signer }) => signer), enforced: mode === 'enforce' };
}

/** An entry of a file of attestations, as the command prints it. */
interface PrintedEntry {
  readonly line: number;
  readonly verdict: string;
  readonly predicateType: string | null;
}

function attestedBy(entries: unknown): { readonly attestations?: readonly object[] } {
  if (entries === undefined) return {};
  const told = ({ line, verdict, predicateType }: PrintedEntry) =>
    verdict === 'accepted' ? { line, verdict, type: predicateType } : { line, verdict };
  return { attestations: (entries as readonly PrintedEntry[]).map(told) };
}

/** What a policy refuses without being enforced. */
function unenforced({ code, message }: Pick<Failure, 'code' | 'message'>, policy: unknown): Result {
  const [kind] = /\b(?:modified|missing|unsigned)\b/.exec(message) ?? [];
  const reason = code === 'model/mismatch' ? `model/${kind}` : classOf(code);
  return { outcome: 'accept', ...judgedBy(policy), warnings: [{ class: reason, message }] };
}

function resultOf(printed: Printed, exitCode: number): Result {
  if (printed.ok && printed.refusal) return unenforced(printed.refusal as Failure, printed.policy);
  if (printed.ok) {
    const { signer, rootDigest, resourceCount, ignored, unsigned, externalLinks, annotations, warnings } = printed;
    const { unchecked, advertisedFiles = [] } = (printed.checked ?? {}) as Checked;
    return {
      outcome: 'accept',
      signer: signer.hint ?? signer.subject ?? signer.identity,
      rootDigest: String(rootDigest).replace('sha256:', ''),
      resources: resourceCount,
      ignored,
      unsigned,
      externalLinks,
      verdict: printed.verdict,
      ...(printed.checked === undefined ? {} : { advertised: advertisedFiles }),
      unchecked,
      ...judgedBy(printed.policy),
      ...attestedBy(printed.attestations),
      annotations,
      warnings: (warnings as { code: string; message: string }[] | undefined)?.map(({ code, message }) => ({
        class: code,
        message,
      })),
    };
  }
  const { message, differences } = printed.error;
  const reason = reasonOf(printed.error);
  if (exitCode !== 1 && reason.startsWith('command/')) return { outcome: 'error', reason: { message } };
  return { outcome: 'reject', reason: { class: reason, message }, differences };
}

/** In bytes: a file of attestations may have ten thousand entries, each of which the command prints. */
const MAX_OUTPUT = 64 * 1024 * 1024;

async function carryOut(operation: Operation, args: Arguments): Promise<Result> {
  const words = [command, ...wordsOf(operation, args)];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8', maxBuffer: MAX_OUTPUT });
  process.stderr.write(stderr);
  if (status === null) process.kill(process.pid, 'SIGKILL');
  return resultOf(JSON.parse(stdout) as Printed, status ?? 0);
}

/** The command has no flag for what only the draft's extensions need. */
const lacking = ['extension', 'side-file', 'range'] as const;

process.exitCode = await runAdapter(process.argv.slice(2), carryOut, { lacking });
