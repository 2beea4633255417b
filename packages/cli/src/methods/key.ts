import type { PullFlags } from '../commands/pull.ts';
import type { SignKeyFlags } from '../commands/sign-key.ts';
import type { KeyTrustFlags, VerifyKeyFlags } from '../commands/verify-key.ts';
import { type Command, collect, type Flag } from '../grammar.ts';
import {
  attestationFlags,
  keyFlag,
  model,
  pinFileFlag,
  privateKeyFlags,
  pullFlags,
  signatureToVerify,
  signFlags,
  storedModel,
  verifyFlags,
} from '../options.ts';
import { extensionFlag } from './extension.ts';
import { keyTimestampFlags, keyTimestampRootsFlag, requireLogFlags, signLogFlags } from './log.ts';
import { type TimestampAlias, timestamped } from './timestamp.ts';

/** The flags that say whose key to trust. */
export const keyTrustFlags: readonly Flag[] = [
  {
    name: 'public-key',
    value: 'file',
    description: 'a public key that you trust, in PEM form; can be repeated, and any one of them may have signed',
    required: true,
    reads: true,
    repeatable: true,
    parse: collect,
    variable: 'MODEL_SIGNING_PUBLIC_KEY',
    alternative: 'key',
    conflicts: ['key'],
  },
  { ...keyFlag('where the public key is asked for'), repeatable: true, parse: collect },
  pinFileFlag,
];

/** `sign key`. */
export const signKey: Command = {
  name: 'key',
  description: 'sign a model with a private key on P-256, P-384 or P-521',
  operand: model,
  flags: [...privateKeyFlags, ...keyTimestampFlags, ...signLogFlags, extensionFlag, ...signFlags],
  examples: [
    'sign key my-model --private-key key.pem',
    'sign key my-model --key openbao://my-key',
    'sign key my-model --private-key key.pem --hash blake3 --shard-size 1GB --signature my-model.sig',
    'sign key oci://registry.example/org/my-model:v1 --private-key key.pem',
    'sign key my-model --private-key key.pem --draft 1.1 --log https://rekor.sigstore.dev',
  ],
  run: async (path, flags: SignKeyFlags & TimestampAlias, context) =>
    (await import('../commands/sign-key.ts')).signWithKey(path, timestamped(flags), context),
};

/** `verify key`. */
export const verifyKey: Command = {
  name: 'key',
  description: 'verify a model that was signed with a private key',
  operand: model,
  flags: [
    signatureToVerify,
    ...keyTrustFlags,
    keyTimestampRootsFlag,
    ...requireLogFlags,
    extensionFlag,
    ...attestationFlags,
    ...verifyFlags,
  ],
  examples: [
    'verify key my-model --public-key key.pub.pem',
    'verify key my-model --signature model.sig --public-key old.pub.pem --public-key new.pub.pem',
    'verify key hf://org/my-model --public-key key.pub.pem --metadata-only',
    'verify key my-model --key openbao://my-key',
    'verify key my-model --public-key key.pub.pem --draft 1.1 --trusted-root trusted_root.json --require-log',
  ],
  run: async (path, flags: VerifyKeyFlags, context) =>
    (await import('../commands/verify-key.ts')).verifyWithKey(path, flags, context),
};

/** `pull key`. */
export const pullKey: Command = {
  name: 'key',
  description: 'fetch a model that was signed with a private key',
  operand: storedModel,
  flags: [...keyTrustFlags, ...pullFlags],
  examples: [
    'pull key hf://org/my-model --to my-model --public-key key.pub.pem',
    'pull key oci://registry.example/org/my-model:v1 --to my-model --public-key key.pub.pem',
  ],
  run: async (name, flags: PullFlags & KeyTrustFlags, context) => {
    const { keyTrust } = await import('../commands/verify-key.ts');
    await (await import('../commands/pull.ts')).pull(name, flags, keyTrust(flags, context), context);
  },
};
