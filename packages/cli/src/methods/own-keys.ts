import type { KeyGenerateFlags } from '../commands/key-generate.ts';
import type { KeyPublicFlags } from '../commands/key-public.ts';
import type { Command, Group } from '../grammar.ts';
import { pinFileFlag } from '../options.ts';

/** `key public`. */
const keyPublic: Command = {
  name: 'public',
  description: 'print the public key of a key, with its curve and its fingerprint',
  operand: {
    name: 'reference',
    description:
      'the key: a PEM file, pkcs11:…, openbao://KEY, hashivault://KEY, or NAME://… by the program sigstore-kms-NAME',
    reads: true,
  },
  flags: [
    {
      name: 'passphrase-file',
      value: 'file',
      description: 'a file that holds the passphrase of a private key',
      reads: true,
      variable: 'MODEL_SIGNING_PASSPHRASE',
    },
    pinFileFlag,
  ],
  examples: [
    'key public key.pem',
    'key public openbao://my-key > key.pub.pem',
    "key public 'pkcs11:token=my-token;object=my-key' --json",
  ],
  run: async (reference, flags: KeyPublicFlags, context) =>
    (await import('../commands/key-public.ts')).keyPublic(reference, flags, context),
};

/** `key generate`. */
const keyGenerate: Command = {
  name: 'generate',
  description: 'make a key pair in two files that only you can read; no file is ever replaced',
  operand: {
    name: 'file',
    description: 'where the private key goes (default: key.pem); the public key goes beside it, as key.pub.pem',
    preset: 'key.pem',
  },
  flags: [
    {
      name: 'curve',
      value: 'curve',
      description: 'the curve of the key; every Sigstore verifier takes P-256',
      choices: ['P-256', 'P-384', 'P-521'],
      preset: 'P-256',
    },
    {
      name: 'passphrase-file',
      value: 'file',
      description: 'a file that holds a passphrase to encrypt the private key with',
      reads: true,
      variable: 'MODEL_SIGNING_PASSPHRASE',
    },
  ],
  examples: ['key generate', 'key generate release.pem --curve P-384 --passphrase-file passphrase.txt'],
  run: async (file, flags: KeyGenerateFlags, context) =>
    (await import('../commands/key-generate.ts')).keyGenerate(file, flags, context),
};

/** `key`: keys of the user's own, in files and elsewhere. */
export const key: Group = {
  name: 'key',
  description: 'make a key, or print the public half of one',
  usage: '[command]',
  noun: 'command',
  commands: [keyPublic, keyGenerate],
  examples: ['key generate', 'key public --help'],
};
