import type { SignKeyFlags } from '../commands/sign-key.ts';
import type { VerifyKeyFlags } from '../commands/verify-key.ts';
import { type Command, collect } from '../grammar.ts';
import { model, privateKeyFlags, signatureToVerify, signFlags, verifyFlags } from '../options.ts';

/** `sign key`. */
export const signKey: Command = {
  name: 'key',
  description: 'sign a model with a private key on P-256, P-384 or P-521',
  operand: model,
  flags: [...privateKeyFlags, ...signFlags],
  examples: [
    'sign key my-model --private-key key.pem',
    'sign key my-model --private-key key.pem --hash blake3 --shard-size 1GB --signature my-model.sig',
  ],
  run: async (path, flags: SignKeyFlags, context) =>
    (await import('../commands/sign-key.ts')).signWithKey(path, flags, context),
};

/** `verify key`. */
export const verifyKey: Command = {
  name: 'key',
  description: 'verify a model that was signed with a private key',
  operand: model,
  flags: [
    signatureToVerify,
    {
      name: 'public-key',
      value: 'file',
      description: 'a public key that you trust, in PEM form; can be repeated, and any one of them may have signed',
      required: true,
      reads: true,
      repeatable: true,
      parse: collect,
      variable: 'MODEL_SIGNING_PUBLIC_KEY',
    },
    ...verifyFlags,
  ],
  examples: [
    'verify key my-model --signature model.sig --public-key key.pub',
    'verify key my-model --signature model.sig --public-key key.pub --json',
  ],
  run: async (path, flags: VerifyKeyFlags, context) =>
    (await import('../commands/verify-key.ts')).verifyWithKey(path, flags, context),
};
