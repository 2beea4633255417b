import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { goFlags, goList } from '../../go/flags.ts';
import type { CertificateFiles } from './certificates.ts';
import type { KeyFiles } from './keys.ts';
import { type Outcome, run } from './process.ts';
import { programOf } from './python-environment.ts';

/** Options to sign or verify a model. Paths are relative to the working directory. */
export interface Options {
  readonly ignorePaths?: readonly string[];
  /** Default true. */
  readonly ignoreGitPaths?: boolean;
  readonly allowSymlinks?: boolean;
  readonly ignoreUnsignedFiles?: boolean;
  readonly hash?: 'sha256' | 'blake2b' | 'blake3';
  /** Bytes; without it, one digest per file. */
  readonly shardSize?: number;
}

/** The files that a signer signs with, and those that a verifier trusts. */
export type Credentials = KeyFiles | CertificateFiles;

interface Request {
  readonly cwd: string;
  readonly model: string;
  readonly signature: string;
  readonly credentials: Credentials;
  readonly options: Options;
}

interface SignRequest extends Request {}

/**
 * The part of the peer that verifies: its command, its library with the way the model was hashed, or its library without.
 * For an implementation without a library, all three mean its command.
 */
export type Through = 'command' | 'library' | 'automatic';

export interface VerifyRequest extends Request {
  readonly through: Through;
}

/** An implementation of the format, known only by its command line. */
export interface Implementation {
  readonly name: 'ours' | 'python' | 'go' | 'other';
  /** Whether it can sign with other digests than SHA-256 and with shards. */
  readonly signsAnyHash: boolean;
  /** Its message when a model differs from what was signed, or null if that is not known. */
  readonly mismatch: RegExp | null;
  sign(request: SignRequest): Promise<Outcome>;
  verify(request: VerifyRequest): Promise<Outcome>;
  /** Prints `sha256:<root digest>`; absent if an implementation has no such command. */
  digest?(cwd: string, model: string): Promise<Outcome>;
}

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');

/** This repository's command line. */
export function ourImplementation(): Implementation {
  const program = path.join(repository, 'packages/cli/bin/model-signing.js');
  const call = (cwd: string, ...args: string[]) => run('ours', [process.execPath, program, ...args], cwd);
  return {
    name: 'ours',
    signsAnyHash: true,
    mismatch: /model\/mismatch/,
    sign: ({ cwd, model, signature, credentials, options }) => {
      const files = ['--signature', signature, ...signingFiles(credentials)];
      return call(cwd, 'sign', methodOf(credentials), model, '--json', ...files, ...ourFlags(options));
    },
    verify: ({ cwd, model, signature, credentials, options }) => {
      const { hash: _, shardSize: __, ...rest } = options;
      const files = ['--signature', signature, ...trustedFiles(credentials)];
      return call(cwd, 'verify', methodOf(credentials), model, '--json', ...files, ...ourFlags(rest));
    },
    digest: (cwd, model) => call(cwd, 'digest', model),
  };
}

function methodOf(credentials: Credentials): 'key' | 'certificate' {
  return 'publicKey' in credentials ? 'key' : 'certificate';
}

/** The spelling of the Python command, which ours accepts too. */
function signingFiles(credentials: Credentials): string[] {
  const key = ['--private_key', credentials.privateKey];
  if ('publicKey' in credentials) return key;
  const chain = credentials.chain.flatMap((file) => ['--certificate_chain', file]);
  return [...key, '--signing_certificate', credentials.certificate, ...chain];
}

function trustedFiles(credentials: Credentials): string[] {
  if ('publicKey' in credentials) return ['--public_key', credentials.publicKey];
  return ['--certificate_chain', credentials.trusted];
}

function ourFlags(options: Options): string[] {
  return [
    ...(options.ignorePaths ?? []).flatMap((ignored) => ['--ignore-paths', ignored]),
    ...(options.ignoreGitPaths === false ? ['--no-ignore-git-paths'] : []),
    ...(options.allowSymlinks ? ['--allow-symlinks'] : []),
    ...(options.ignoreUnsignedFiles ? ['--ignore-unsigned-files'] : []),
    ...(options.hash ? ['--hash', options.hash] : []),
    ...(options.shardSize ? ['--shard-size', String(options.shardSize)] : []),
  ];
}

/** The Python peer in a virtual environment: its command, and its library for what the command cannot do. */
export function pythonImplementation(environment: string): Implementation {
  const command = peerCommand('python', [programOf(environment, 'model_signing')]);
  const library = [programOf(environment, 'python'), path.join(repository, 'conformance/interop/python/library.py')];
  const callLibrary = (cwd: string, ...args: string[]) =>
    run('python', [...(library as [string, string]), ...args], cwd);
  return {
    ...command,
    signsAnyHash: true,
    mismatch: /Signature mismatch: .*(Hash mismatch|Extra files|Missing files)/,
    sign: (request) =>
      usesLibrary(request.options)
        ? callLibrary(request.cwd, ...signArguments(request, libraryFlags))
        : command.sign(request),
    verify: (request) => {
      if (request.through === 'command') return command.verify(request);
      const automatic = request.through === 'automatic' ? ['--automatic'] : [];
      return callLibrary(request.cwd, ...verifyArguments(request, libraryFlags), ...automatic);
    },
    digest: (cwd, model) => callLibrary(cwd, 'digest', model),
  };
}

/** Prints what is installed in a virtual environment and what the peer's package requires, one per line. */
export function pythonPackages(environment: string): Promise<Outcome> {
  const script = path.join(repository, 'conformance/interop/python/library.py');
  return run('python', [programOf(environment, 'python'), script, 'packages'], repository);
}

/** The Go peer's command. It requires that ignored paths exist, and takes no paths relative to the model. */
export function goImplementation(program: string): Implementation {
  const call = (action: 'sign' | 'verify', request: Request, files: Readonly<Record<string, string>>) => {
    const { cwd, model, signature, credentials, options } = request;
    const { ignorePaths = [], ignoreGitPaths, allowSymlinks, ignoreUnsignedFiles = false } = options;
    const chain = 'publicKey' in credentials ? [] : action === 'sign' ? credentials.chain : [credentials.trusted];
    const words = [
      ...goFlags({ signature, ...files, 'ignore-git-paths': ignoreGitPaths, 'allow-symlinks': allowSymlinks }),
      ...(action === 'verify' ? goFlags({ 'ignore-unsigned-files': ignoreUnsignedFiles }) : []),
      ...goList('certificate-chain', chain),
      ...goList(
        'ignore-paths',
        ignorePaths.map((each) => path.resolve(cwd, each)),
      ),
    ];
    return run('go', [program, action, methodOf(credentials), ...words, '--', model], cwd);
  };
  return {
    name: 'go',
    signsAnyHash: false,
    mismatch: null,
    sign: (request) => {
      const { credentials } = request;
      const certificate = 'publicKey' in credentials ? {} : { 'signing-certificate': credentials.certificate };
      return call('sign', request, { 'private-key': credentials.privateKey, ...certificate });
    },
    verify: (request) => {
      const { credentials } = request;
      return call('verify', request, 'publicKey' in credentials ? { 'public-key': credentials.publicKey } : {});
    },
  };
}

/** Any command that takes the arguments of the Python one. */
export function otherImplementation(program: string): Implementation {
  return peerCommand('other', [program]);
}

function peerCommand(name: Implementation['name'], program: readonly [string]): Implementation {
  return {
    name,
    signsAnyHash: false,
    mismatch: null,
    sign: (request) => run(name, [...program, ...withMethod(request, signArguments(request, peerFlags))], request.cwd),
    verify: (request) =>
      run(name, [...program, ...withMethod(request, verifyArguments(request, peerFlags))], request.cwd),
  };
}

/** Turns `sign MODEL` into `sign key MODEL`, the form of the command. */
function withMethod({ credentials }: Request, [action, ...rest]: string[]): string[] {
  return [action as string, methodOf(credentials), ...rest];
}

type Flags = (options: Options) => string[];

function signArguments({ model, signature, credentials, options }: SignRequest, flags: Flags): string[] {
  return ['sign', model, '--signature', signature, ...signingFiles(credentials), ...flags(options)];
}

function verifyArguments({ model, signature, credentials, options }: VerifyRequest, flags: Flags): string[] {
  return ['verify', model, '--signature', signature, ...trustedFiles(credentials), ...flags(options)];
}

/** The spelling of the Python command, which mixes `-` and `_`. */
function peerFlags(options: Options): string[] {
  return [
    ...(options.ignorePaths ?? []).flatMap((ignored) => ['--ignore-paths', ignored]),
    ...(options.ignoreGitPaths === false ? ['--no-ignore-git-paths'] : []),
    ...(options.allowSymlinks ? ['--allow_symlinks'] : []),
    ...(options.ignoreUnsignedFiles ? ['--ignore_unsigned_files'] : []),
  ];
}

function libraryFlags(options: Options): string[] {
  return [
    ...peerFlags(options),
    ...(options.hash ? ['--hash', options.hash] : []),
    ...(options.shardSize ? ['--shard-size', String(options.shardSize)] : []),
  ];
}

/** Whether signing needs the peer's library, because its command has no flags for the options. */
export function usesLibrary({ hash, shardSize }: Options): boolean {
  return hash !== undefined || shardSize !== undefined;
}
