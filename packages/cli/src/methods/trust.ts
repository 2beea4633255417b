import type { KeepFlags } from '../commands/verified-signer.ts';
import type { Context } from '../context.ts';
import type { Command, Flag, Group } from '../grammar.ts';
import { verifyCertificate } from './certificate.ts';
import { verifyKey } from './key.ts';
import { verifySigstore } from './sigstore.ts';

/** The flags of verifying that say how much of a model is looked at, and what beside it is accepted. */
export const extentFlags: readonly string[] = [
  'only',
  'only-from',
  'lfs-pointers',
  'oci-manifest',
  'metadata-only',
  'ignore-unsigned-files',
  'no-ignore-unsigned-files',
  'ignored-files',
  'no-ignored-files',
  'strict',
  'allow-external-symlinks',
];

/** The flags of verifying with which not all of a model is verified by its bytes, so that no signer is trusted for it. */
const lessThanVerified: readonly string[] = [
  ...extentFlags,
  'copy-to',
  'reflink',
  'no-sync',
  'draft',
  'system-roots',
  'require-self-signed-root',
  'verification-time',
  'any-usage',
  'log-fingerprints',
  'trust-config',
  'use-staging',
];

/** Flags of verifying that are not needed to look at a signer first. */
const optional: readonly string[] = ['identity-provider'];

const nameFlag: Flag = {
  name: 'as',
  value: 'name',
  description: 'the name to trust the signer for: hf://ORG/MODEL, oci://REGISTRY/NAME, a real path, or a name of yours',
  required: true,
};

const trustFlags: readonly Flag[] = [
  nameFlag,
  { name: 'yes', description: 'do not ask' },
  { name: 'replace', description: 'let the signer take the place of the one that was trusted for this name before' },
];

const initFlags: readonly Flag[] = [
  {
    ...nameFlag,
    description:
      'the name that the rule is for, where * stands for anything in one segment (default: as the model is named, or its real path)',
    required: false,
  },
  { name: 'policy', value: 'file', description: 'where the policy is written (default: policy.json)', writes: true },
];

type Run = (method: Command, operand: string, flags: KeepFlags, context: Context) => Promise<void>;

/** The ways to verify a signer by hand. */
const methods: readonly (readonly [base: Command, description: string, example: string])[] = [
  [verifySigstore, 'a model that was signed with an identity (default)', ''],
  [verifyKey, 'a model that was signed with a private key', ' --public-key key.pub.pem'],
  [verifyCertificate, 'a model that was signed with a certificate', ' --certificate-chain ca.pem'],
];

/** Commands that verify a model as `verify` does, and then keep who signed it. */
function keeping(purpose: string, words: string, extra: readonly Flag[], run: Run): Command[] {
  return methods.map(([base, who, example]) => ({
    name: base.name,
    description: `${purpose} ${who}`,
    operand: base.operand,
    flags: [...extra, ...base.flags.filter(({ name }) => !lessThanVerified.includes(name)).map(asOptional)],
    examples: [`${words.replace('[method]', base.name)}${example}`],
    run: (path, flags: KeepFlags, context) => run(base, path, flags, context),
  }));
}

function asOptional(flag: Flag): Flag {
  return optional.includes(flag.name) ? { ...flag, required: false } : flag;
}

const trusting = keeping(
  'trust the signer of',
  'trust [method] my-model --as hf://org/my-model',
  trustFlags,
  async (method, path, flags, context) =>
    (await import('../commands/trust-model.ts')).trustModel(method, path, flags, context),
);

/** `trust`: remembers who signed a model, so that a later change of the signer is noticed. */
export const trust: Group = {
  name: 'trust',
  description: 'remember who signed a model, for verify --as to compare with',
  usage: '[method] <model>',
  noun: 'method',
  commands: trusting,
  fallback: trusting[0] as Command,
  examples: [
    'trust my-model --as hf://org/my-model',
    'trust my-model --as hf://org/my-model --public-key key.pub.pem',
    'verify my-model --as hf://org/my-model',
  ],
};

const beginning = keeping(
  'begin a policy with the signer of',
  'policy init [method] my-model --as "hf://org/*"',
  initFlags,
  async (method, path, flags, context) =>
    (await import('../commands/policy-init.ts')).policyInit(method, path, flags, context),
);

/** `policy init`: begins a policy from a signature that is verified by hand. */
export const policyInit: Group = {
  name: 'init',
  description: 'begin a policy with the signer of a model, whose signature is verified first',
  usage: '[method] <model>',
  noun: 'method',
  commands: beginning,
  fallback: beginning[0] as Command,
  examples: [
    'policy init my-model --as "hf://org/*" --public-key key.pub.pem',
    'policy init my-model --identity me@example.com --identity-provider https://accounts.google.com',
  ],
};
