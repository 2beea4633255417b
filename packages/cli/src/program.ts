import type { DigestFlags } from './commands/digest.ts';
import type { InspectFlags } from './commands/inspect.ts';
import type { Command, Group, Program } from './grammar.ts';
import { signCertificate, verifyCertificate } from './methods/certificate.ts';
import { signKey, verifyKey } from './methods/key.ts';
import { signSigstore, verifySigstore } from './methods/sigstore.ts';
import { globalFlags, hashFlags, model } from './options.ts';

const sign: Group = {
  name: 'sign',
  description: 'sign a model',
  usage: '[method] <model>',
  noun: 'method',
  commands: [signSigstore, signKey, signCertificate],
  fallback: signSigstore,
  future: ['pkcs11-key', 'pkcs11-certificate'],
  examples: ['sign key --help'],
};

const verify: Group = {
  name: 'verify',
  description: 'verify that a model is what was signed',
  usage: '[method] <model>',
  noun: 'method',
  commands: [verifySigstore, verifyKey, verifyCertificate],
  fallback: verifySigstore,
  examples: ['verify key --help'],
};

const digest: Command = {
  name: 'digest',
  description: 'print one digest of the contents of all files, which does not cover their names, without signing',
  operand: model,
  flags: [
    {
      name: 'signature',
      value: 'file',
      description: 'a signature to leave out (default: the signatures of the model that are in it)',
      reads: true,
    },
    ...hashFlags,
  ],
  examples: ['digest my-model', 'digest my-model --signature my-model/model.sig'],
  run: async (path, flags: DigestFlags, context) => (await import('./commands/digest.ts')).digest(path, flags, context),
};

const inspect: Command = {
  name: 'inspect',
  description: 'show what a signature or attestation claims, without verifying anything',
  operand: { name: 'signature', description: 'the signature file, or a file of bundles in JSON Lines', reads: true },
  flags: [{ name: 'all', description: 'list every file, however many there are' }],
  examples: ['inspect model.sig', 'inspect model.sig --json'],
  run: async (path, flags: InspectFlags, context) =>
    (await import('./commands/inspect.ts')).inspect(path, flags, context),
};

const completion: Command = {
  name: 'completion',
  description: 'print a script that completes this command in a shell',
  operand: { name: 'shell', description: 'bash, zsh or fish', choices: ['bash', 'zsh', 'fish'] },
  flags: [],
  examples: [
    'source <(model-signing completion bash)',
    'completion fish > ~/.config/fish/completions/model-signing.fish',
  ],
  run: async (shell, _flags, context) => (await import('./commands/completion.ts')).completion(shell, program, context),
};

/** The command `model-signing`: everything that can be typed. */
export const program: Program = {
  name: 'model-signing',
  description: 'Sign machine-learning models and verify their signatures (OpenSSF Model Signing 1.0).',
  usage: '[options] [command]',
  noun: 'command',
  commands: [sign, verify, digest, inspect, completion],
  flags: globalFlags,
  examples: [
    'sign my-model',
    'verify my-model --signature model.sig --identity me@example.com --identity-provider https://issuer.example',
    'sign key my-model --private-key key.pem',
    'verify key my-model --signature model.sig --public-key key.pub.pem',
  ],
  closing: [
    'The flags select the method if none is named: sign my-model --private-key key.pem signs with a key. Without such a flag, MODEL_SIGNING_PRIVATE_KEY selects signing and MODEL_SIGNING_PUBLIC_KEY verifying with a key. A model that has the name of a method is written ./key.',
    'Where a flag takes a file, "-" is standard input, or standard output for the signature of sign, and pipes work too.',
    'Exits with 0 done or verified, 1 rejected, 2 wrong command line, 3 could not run.',
  ],
};
