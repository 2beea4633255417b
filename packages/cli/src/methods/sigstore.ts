import type { PullFlags } from '../commands/pull.ts';
import type { SignSigstoreFlags } from '../commands/sign-sigstore.ts';
import type { SigstoreTrustFlags, VerifySigstoreFlags } from '../commands/verify-sigstore.ts';
import { type Command, collect, type Flag } from '../grammar.ts';
import {
  attestationFlags,
  model,
  pullFlags,
  signatureToVerify,
  signFlags,
  storedModel,
  verifyFlags,
} from '../options.ts';

const tokenSources = ['identity-token', 'identity-token-file', 'use-ambient-credentials', 'oauth-force-oob'];

/** A source of the identity token. Without one, a person signs in with a browser. */
function tokenSource(flag: Flag): Flag {
  return { ...flag, conflicts: tokenSources.filter((name) => name !== flag.name) };
}

export const tokenFlags: readonly Flag[] = [
  tokenSource({ name: 'use-ambient-credentials', description: 'use the identity that the CI system gives this job' }),
  tokenSource({
    name: 'identity-token-file',
    value: 'file',
    description: 'a file that holds an identity token',
    reads: true,
  }),
  tokenSource({
    name: 'identity-token',
    value: 'token',
    description: 'the token itself, visible to other users',
    secret: true,
  }),
  tokenSource({
    name: 'oauth-force-oob',
    description: 'sign in with a browser elsewhere, and type the code that it shows',
  }),
  {
    name: 'client-id',
    value: 'id',
    description: 'the OAuth client to sign in as, and the audience of a token (default: sigstore)',
  },
  {
    name: 'client-secret-file',
    value: 'file',
    description: 'a file that holds the secret of the client, if it has one',
    reads: true,
  },
  {
    name: 'client-secret',
    value: 'secret',
    description: 'the secret itself, visible to other users',
    secret: true,
    conflicts: ['client-secret-file'],
  },
];

/** The flags that choose the Sigstore instance to trust. */
export const instanceFlags: readonly Flag[] = [
  {
    name: 'trusted-root',
    value: 'file',
    description: 'the trust root of a private instance of Sigstore',
    reads: true,
  },
  {
    name: 'trust-config',
    value: 'file',
    description: 'the trust root and services of a private instance, in one file',
    reads: true,
    conflicts: ['trusted-root'],
  },
  {
    name: 'use-staging',
    description: 'use the staging instance instead of the public one',
    conflicts: ['trusted-root', 'trust-config'],
  },
  {
    name: 'refresh-trust',
    description: "fetch the instance's current trust root, and store it",
    conflicts: ['trusted-root', 'trust-config'],
  },
];

export const signingConfigFlag: Flag = {
  name: 'signing-config',
  value: 'file',
  description: 'the services of a private instance, with --trusted-root',
  reads: true,
  conflicts: ['trust-config', 'use-staging', 'refresh-trust'],
};
/** The flags that say who must have made an earlier signature. */
const reuseIdentityFlags: readonly Flag[] = [
  {
    name: 'reuse-identity',
    value: 'name',
    description: 'with --reuse: who made the earlier signature, compared exactly; can be repeated',
    repeatable: true,
    parse: collect,
  },
  {
    name: 'reuse-identity-regexp',
    value: 'pattern',
    description: 'instead of --reuse-identity: a pattern for the whole name, in RE2 syntax; can be repeated',
    repeatable: true,
    parse: collect,
    conflicts: ['reuse-identity'],
  },
  {
    name: 'reuse-identity-provider',
    value: 'issuer',
    description: 'with --reuse: the identity provider of that identity',
  },
];

/** `sign sigstore`, which is also `sign` without a method. */
export const signSigstore: Command = {
  name: 'sigstore',
  description: 'sign a model with an identity, such as an email address (default)',
  operand: model,
  flags: [...tokenFlags, ...instanceFlags, signingConfigFlag, ...signFlags, ...reuseIdentityFlags],
  examples: [
    'sign my-model',
    'sign my-model --use-ambient-credentials',
    'sign sigstore my-model --trust-config private.json --identity-token-file token.txt',
  ],
  run: async (path, flags: SignSigstoreFlags, context) =>
    (await import('../commands/sign-sigstore.ts')).signWithSigstore(path, flags, context),
};

/** The flags that say which identities to trust. */
export const identityFlags: readonly Flag[] = [
  {
    name: 'identity',
    value: 'name',
    description:
      'the expected signer: an email address, a URI or a user name, compared exactly; can be repeated, and any one of them may have signed',
    repeatable: true,
    parse: collect,
  },
  {
    name: 'identity-regexp',
    value: 'pattern',
    description: 'instead of --identity: a pattern for the whole name, in RE2 syntax; can be repeated likewise',
    repeatable: true,
    parse: collect,
    conflicts: ['identity'],
  },
  {
    name: 'identity-provider',
    value: 'issuer',
    description: 'the expected identity provider, such as https://accounts.google.com',
    required: true,
  },
];

/** `verify sigstore`, which is also `verify` without a method. */
export const verifySigstore: Command = {
  name: 'sigstore',
  description: 'verify a model that was signed with an identity (default)',
  operand: model,
  flags: [signatureToVerify, ...identityFlags, ...instanceFlags, ...attestationFlags, ...verifyFlags],
  examples: [
    'verify my-model --signature model.sig --identity me@example.com --identity-provider https://accounts.google.com',
    'verify sigstore my-model --signature model.sig --identity me@example.com \\\n    --identity-provider https://issuer.example --trusted-root trusted_root.json',
  ],
  run: async (path, flags: VerifySigstoreFlags, context) =>
    (await import('../commands/verify-sigstore.ts')).verifyWithSigstore(path, flags, context),
};

/** `pull sigstore`, which is also `pull` without a method. */
export const pullSigstore: Command = {
  name: 'sigstore',
  description: 'fetch a model that was signed with an identity (default)',
  operand: storedModel,
  flags: [...identityFlags, ...instanceFlags, ...pullFlags],
  examples: [
    'pull hf://org/my-model --to my-model --identity me@example.com --identity-provider https://accounts.google.com',
    'pull sigstore hf://org/my-model --to tokenizer --only tokenizer --identity me@example.com \\\n    --identity-provider https://issuer.example',
  ],
  run: async (name, flags: PullFlags & SigstoreTrustFlags, context) => {
    const { sigstoreTrust } = await import('../commands/verify-sigstore.ts');
    await (await import('../commands/pull.ts')).pull(name, flags, sigstoreTrust(flags, context), context);
  },
};
