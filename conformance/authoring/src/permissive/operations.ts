import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import type { Arguments } from '../../../suite/src/adapter/flags.ts';
import { signVector } from '../../../suite/src/oracle/sign.ts';
import { judgeVerification } from '../../../suite/src/oracle/verify.ts';
import type { HashAlgorithm, Method, Vector, VectorInputs } from '../../../suite/src/vectors/vector.ts';
import { everyChoice } from '../proof/public-power.ts';
import type { Behaviour } from '../proof/public-verdict.ts';
import { readDiskModel } from './disk-model.ts';

/** The answer to one call. */
export type Answer =
  | { readonly outcome: 'accept' }
  | { readonly outcome: 'reject'; readonly reason: { readonly class: null; readonly message: string } }
  | { readonly outcome: 'unsupported'; readonly reason: { readonly class: null; readonly message: string } };

const rejected = (message: string): Answer => ({ outcome: 'reject', reason: { class: null, message } });

/** Verifies as the oracle would with every choice that the public text leaves to a verifier. */
export function verify(args: Arguments): Answer {
  const { model, inWorkspace } = readDiskModel(text(args, 'model-path'));
  const bundle = text(args, 'bundle');
  const inputs: VectorInputs = {
    ...commonInputs(args),
    ...given('publicKey', optional(args, 'public-key')),
    roots: list(args, 'cert-chain'),
    timestampRoots: list(args, 'timestamp-authority'),
    ...given('verificationTime', optional(args, 'verification-time')),
    ignoreUnsignedFiles: args['ignore-unsigned-files'] === true,
    strict: args.strict === true,
    signature: inWorkspace(bundle),
  };
  const judgement = judgeVerification(
    { model, inputs, bundle: readFileSync(bundle), read: (file) => readFileSync(file) },
    new Set(everyChoice.verifier as readonly never[]),
  );
  return judgement.outcome === 'accept' ? { outcome: 'accept' } : rejected(judgement.message);
}

/** Signs as the oracle would with every choice that the public text leaves to a signer. */
export function sign(args: Arguments): Answer {
  const { model, inWorkspace } = readDiskModel(text(args, 'model-path'));
  const output = text(args, 'output-bundle');
  const inputs: VectorInputs = {
    ...commonInputs(args),
    ...given('privateKey', optional(args, 'private-key')),
    ...given('certificate', optional(args, 'signing-cert')),
    chain: list(args, 'cert-chain'),
    ...given('hashAlgorithm', optional(args, 'hash-algorithm') as HashAlgorithm | undefined),
    ...given('serialization', optional(args, 'serialization') as 'files' | 'shards' | undefined),
    ...(args['shard-size'] === undefined ? {} : { shardSize: Number(args['shard-size']) }),
    signature: inWorkspace(output),
  };
  const vector = { model, inputs } as Vector; // the oracle looks at nothing else of a vector when it signs
  const signing = signVector(vector, (file) => readFileSync(file), new Set(everyChoice.signer as readonly Behaviour[]));
  if ('refusal' in signing) return rejected(signing.refusal.message);
  writeFileSync(output, signing.bundle);
  return { outcome: 'accept' };
}

function commonInputs(args: Arguments): VectorInputs {
  const roots = [text(args, 'model-path'), realpathOf(text(args, 'model-path'))];
  const relative = (path: string) => {
    const root = roots.find((each) => path.startsWith(`${each}/`));
    return root === undefined ? path : path.slice(root.length + 1);
  };
  return {
    method: text(args, 'method') as Method,
    ignorePaths: list(args, 'ignore-paths').map(relative),
    ignoreGitPaths: args['no-ignore-git-paths'] !== true,
    allowSymlinks: args['allow-symlinks'] === true,
    allowExternalSymlinks: args['allow-external-symlinks'] === true,
  };
}

function realpathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // a broken link has no other spelling
  }
}

function text(args: Arguments, name: string): string {
  const value = args[name];
  if (typeof value !== 'string') throw new Error(`the argument ${name} is missing`);
  return value;
}

function optional(args: Arguments, name: string): string | undefined {
  return args[name] === undefined ? undefined : text(args, name);
}

function list(args: Arguments, name: string): readonly string[] {
  const value = args[name];
  return value === undefined || value === true ? [] : [value].flat();
}

function given<N extends string, T>(name: N, value: T | undefined): { [key in N]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [key in N]: T });
}
