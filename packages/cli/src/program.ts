import type { InspectFlags } from './commands/inspect.ts';
import type { HashFlags } from './commands/model.ts';
import type { Command, Group } from './grammar.ts';
import { signCertificate, verifyCertificate } from './methods/certificate.ts';
import { signKey, verifyKey } from './methods/key.ts';
import { signSigstore, verifySigstore } from './methods/sigstore.ts';
import { hashFlags, model } from './options.ts';

/** The commands that are followed by a signing method. */
export const groups: readonly Group[] = [
  {
    name: 'sign',
    description: 'sign a model',
    commands: [signSigstore, signKey, signCertificate],
    future: ['pkcs11-key', 'pkcs11-certificate'],
  },
  {
    name: 'verify',
    description: 'verify that a model is what was signed',
    commands: [verifySigstore, verifyKey, verifyCertificate],
    future: [],
  },
];

const digest: Command = {
  name: 'digest',
  description: 'print the digest of a model, without signing it',
  operand: model,
  flags: hashFlags,
  examples: ['digest my-model', 'digest my-model --ignore-paths my-model/model.sig'],
  run: async (path, flags: HashFlags, context) => (await import('./commands/digest.ts')).digest(path, flags, context),
};

const inspect: Command = {
  name: 'inspect',
  description: 'show what a signature file claims, without verifying anything',
  operand: { name: 'signature', description: 'the signature file' },
  flags: [{ name: 'all', description: 'list every file, however many there are' }],
  examples: ['inspect model.sig', 'inspect model.sig --json'],
  run: async (path, flags: InspectFlags, context) =>
    (await import('./commands/inspect.ts')).inspect(path, flags, context),
};

/** The commands of one word. */
export const commands: readonly Command[] = [digest, inspect];
