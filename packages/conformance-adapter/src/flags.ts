import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Arguments, BadCall } from './arguments.ts';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;
const onOff = { type: 'boolean' } as const;

/** The flags that every adapter has. */
const basic = {
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
  'ignore-paths': list,
  'ignore-unsigned-files': onOff,
} as const;

/** Optional flags, which an adapter declares if it has them. */
const optional = {
  'hash-algorithm': text,
  serialization: text,
  'shard-size': text,
  'allow-symlinks': onOff,
  'allow-external-symlinks': onOff,
  'no-ignore-git-paths': onOff,
  strict: onOff,
  'trusted-root': text,
  'require-log': onOff,
  'timestamp-authority': list,
  'verification-time': text,
  draft: text,
  extension: list,
  'side-file': text,
  range: text,
  annotation: list,
  'exclude-attestations': onOff,
  only: list,
  'lfs-pointers': onOff,
  'oci-manifest': onOff,
  policy: text,
  as: text,
  signature: list,
  attestations: list,
  'require-attestation': list,
  'result-json': text,
} as const;

export type OptionalFlag = keyof typeof optional;

/**
 * The capabilities of our library and our command, in the terms of the protocol. An adapter with `serve` is at level 2.
 * @param lacking optional flags that the program does not have
 */
export function capabilities(serve: boolean, lacking: readonly OptionalFlag[] = []): object {
  const flags = (Object.keys(optional) as OptionalFlag[]).filter((name) => !lacking.includes(name));
  const manifest = readFileSync(new URL('../../cli/package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return {
    protocol_version: 1,
    client_version: version,
    flags: flags.map((name) => `--${name}`),
    hash_algorithms: ['sha256', 'blake2b', 'blake3'],
    benchmark_model: false,
    oms: {
      protocol: 2,
      spec: ['1.0'],
      roles: ['sign', 'verify'],
      profiles: [
        'core',
        'certificate',
        'sigstore',
        'shards',
        'blake2b',
        'blake3',
        'symlinks',
        'historical',
        'partial',
        'advertised',
        'policy',
        'attestations',
        'draft',
      ],
      serve,
    },
  };
}

/**
 * Parses the flags of one call. A value may look like a flag.
 * @throws {BadCall}
 */
export function parseFlags(words: readonly string[]): Arguments {
  const options = { ...basic, ...optional };
  const { values, tokens } = parseArgs({
    args: [...words],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') throw new BadCall(`a flag was expected in place of "${words[token.index]}"`);
    if (!Object.hasOwn(options, token.name)) throw new BadCall(`there is no flag ${token.rawName}`);
    const takesValue = options[token.name as keyof typeof options].type === 'string';
    if (takesValue !== (token.value !== undefined))
      throw new BadCall(`${token.rawName} ${takesValue ? 'needs a' : 'takes no'} value`);
  }
  return values;
}
