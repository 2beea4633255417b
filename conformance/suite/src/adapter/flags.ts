/** The operations of an adapter, with the subcommand of levels 0 and 1. */
export const subcommands = { sign: 'sign-model', verify: 'verify-model' } as const;

export type Operation = keyof typeof subcommands;

/** How an argument is written on a command line: with one value, once per value, or without a value. */
type Kind = 'text' | 'list' | 'switch';

interface Flag {
  readonly kind: Kind;
  /** Whether every adapter must know it. Others are sent only to adapters that declare them. */
  readonly base: boolean;
}

const base = (kind: Kind): Flag => ({ kind, base: true });
const declared = (kind: Kind): Flag => ({ kind, base: false });

/** Every argument of the protocol, by its name without the leading dashes (PROTOCOL.md). */
const flags: Readonly<Record<string, Flag>> = {
  method: base('text'),
  'model-path': base('text'),
  'output-bundle': base('text'),
  bundle: base('text'),
  'private-key': base('text'),
  'public-key': base('text'),
  'signing-cert': base('text'),
  'cert-chain': base('list'),
  identity: base('text'),
  'identity-provider': base('text'),
  'ignore-paths': base('list'),
  'ignore-unsigned-files': base('switch'),
  'hash-algorithm': declared('text'),
  serialization: declared('text'),
  'shard-size': declared('text'),
  'allow-symlinks': declared('switch'),
  'allow-external-symlinks': declared('switch'),
  'no-ignore-git-paths': declared('switch'),
  strict: declared('switch'),
  'trusted-root': declared('text'),
  'require-log': declared('switch'),
  'timestamp-authority': declared('list'),
  'verification-time': declared('text'),
  draft: declared('text'),
  extension: declared('list'),
  'side-file': declared('text'),
  range: declared('text'),
  annotation: declared('list'),
  'exclude-attestations': declared('switch'),
  only: declared('list'),
  'lfs-pointers': declared('switch'),
  'oci-manifest': declared('switch'),
  policy: declared('text'),
  as: declared('text'),
  signature: declared('list'),
  attestations: declared('list'),
  'require-attestation': declared('list'),
  'result-json': declared('text'),
};

/** The arguments of one call, by flag name. A switch that is off is omitted. */
export type Arguments = Readonly<Record<string, string | readonly string[] | true>>;

export interface Call {
  readonly operation: Operation;
  readonly args: Arguments;
}

/** The arguments that an adapter must declare. */
export function declaredArguments(args: Arguments): string[] {
  return Object.keys(args).filter((name) => !flagOf(name).base);
}

/** A call as the words of a command line, without the adapter itself. */
export function commandWords({ operation, args }: Call): string[] {
  return [subcommands[operation], ...Object.entries(args).flatMap(([name, value]) => wordsOf(name, value))];
}

function wordsOf(name: string, value: string | readonly string[] | true): string[] {
  const word = `--${name}`;
  switch (flagOf(name).kind) {
    case 'switch':
      return [word];
    case 'list':
      return [value].flat().flatMap((one) => [word, String(one)]);
    default:
      return [word, String(value)];
  }
}

function flagOf(name: string): Flag {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (!flag) throw new Error(`the protocol has no argument "${name}"`);
  return flag;
}
