import type { PolicyCheckFlags } from '../commands/policy-check.ts';
import type { PolicyExplainFlags } from '../commands/policy-explain.ts';
import type { VerifyPolicyFlags } from '../commands/verify-policy.ts';
import { type Command, collect, type Flag, type Group } from '../grammar.ts';
import { attestationsFlag, model, signatureToVerify, verifyFlags } from '../options.ts';
import { extentFlags, policyInit } from './trust.ts';

/** The flags of verifying that a policy decides itself, or that leave open what it has to decide. */
const decidedByPolicy: readonly string[] = [...extentFlags, 'allow-symlinks'];

/** The name under which a policy looks for the rule of a model. */
const asFlag: Flag = {
  name: 'as',
  value: 'name',
  description:
    'the name of the model, which decides which rule applies (default: hf://… or oci://… as the model is named, or its real path)',
};

/** Who must have signed the policy itself. */
export const policySignerFlags: readonly Flag[] = [
  {
    name: 'policy-signer',
    value: 'file',
    description: 'a public key that must have signed the policy; can be repeated, and any one of them may have signed',
    reads: true,
    repeatable: true,
    parse: collect,
  },
  {
    name: 'policy-signature',
    value: 'file',
    description: 'the signature of the policy (default: its name with .sig at the end)',
    reads: true,
  },
];

/** `verify policy`, which is also `verify` with `--policy` or `--as`. */
export const verifyPolicy: Command = {
  name: 'policy',
  description: 'verify a model by a policy, or by the signers that trust has stored',
  operand: model,
  isApart: true,
  flags: [
    {
      name: 'policy',
      value: 'file',
      description: 'the policy, which says who may sign what (default: the signers that trust has stored, with --as)',
      reads: true,
      selects: true,
      alternative: 'as',
    },
    asFlag,
    {
      ...signatureToVerify,
      description: `${signatureToVerify.description}; can be repeated`,
      repeatable: true,
      parse: collect,
    },
    attestationsFlag,
    ...policySignerFlags,
    {
      name: 'refresh-trust',
      description: 'fetch the current trust root of the public instance of Sigstore, and store it',
    },
    ...verifyFlags.filter(({ name }) => !decidedByPolicy.includes(name)),
  ],
  examples: [
    'verify my-model --policy policy.json --as hf://org/my-model',
    'verify hf://org/my-model --policy policy.json',
    'verify my-model --policy policy.json --signature alice.sig --signature bob.sig',
    'verify my-model --as hf://org/my-model',
  ],
  run: async (path, flags: VerifyPolicyFlags, context) =>
    (await import('../commands/verify-policy.ts')).verifyByPolicy(path, flags, context),
};

/** The operand of a command about a policy. */
const policyFile = {
  name: 'policy',
  description: 'the policy, a file in JSON',
  reads: true,
} as const;

const policyCheck: Command = {
  name: 'check',
  description: 'check a policy: its form, the files that it names, and rules that cannot mean what they say',
  operand: policyFile,
  flags: [...policySignerFlags, { name: 'strict', description: 'treat what is only worth a look as a failure' }],
  examples: ['policy check policy.json', 'policy check policy.json --strict'],
  run: async (path, flags: PolicyCheckFlags, context) =>
    (await import('../commands/policy-check.ts')).policyCheck(path, flags, context),
};

const policyExplain: Command = {
  name: 'explain',
  description: 'show which rule of a policy decides for a model, and what it requires',
  operand: policyFile,
  flags: [
    ...policySignerFlags,
    { ...asFlag, description: 'the name of the model, which decides which rule applies', required: true },
  ],
  examples: ['policy explain policy.json --as hf://org/my-model'],
  run: async (path, flags: PolicyExplainFlags, context) =>
    (await import('../commands/policy-explain.ts')).policyExplain(path, flags, context),
};

/** `policy`: what can be done with a policy besides verifying with it. */
export const policy: Group = {
  name: 'policy',
  description: 'check, explain or begin a policy, which says who may sign what',
  usage: '<command>',
  noun: 'command',
  commands: [policyCheck, policyExplain, policyInit],
  examples: ['policy check policy.json', 'policy explain policy.json --as hf://org/my-model'],
};
