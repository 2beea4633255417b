import type { LineageFlags } from '../commands/lineage.ts';
import { type Command, collect, type Flag } from '../grammar.ts';
import { draftFlag } from '../options.ts';
import { certificateTrustFlags } from './certificate.ts';
import { keyTrustFlags } from './key.ts';
import { policySignerFlags } from './policy.ts';
import { identityFlags, instanceFlags } from './sigstore.ts';

/** Whom to trust without a policy: any of these, since the models of a lineage are by different signers. */
const trustFlags: readonly Flag[] = [
  ...keyTrustFlags,
  ...certificateTrustFlags.filter(({ name }) => name !== 'log-fingerprints'),
  ...identityFlags,
  ...instanceFlags,
].map(({ required: _, variable: __, ...flag }) => flag);

const decidedByPolicy = trustFlags.map(({ name }) => name).filter((name) => name !== 'refresh-trust');

const formatFlags: readonly Flag[] = [
  { name: 'mermaid', description: 'print the graph for Markdown (Mermaid)', conflicts: ['html', 'svg'] },
  {
    name: 'html',
    description: 'print a page with the picture and all that is in it, in one file without scripts',
    conflicts: ['svg'],
  },
  { name: 'svg', description: 'print the picture alone' },
];

/** `lineage`. */
export const lineage: Command = {
  name: 'lineage',
  description: 'show what models were made from, by their signatures and attestations',
  operand: {
    name: 'file',
    description: 'a signature or a file of attestations (.sig, .json, .jsonl or "-"), or a model, for those beside it',
    reads: true,
    repeatable: true,
  },
  flags: [
    {
      name: 'policy',
      value: 'file',
      description: 'the policy, whose signers are accepted for each model and each type of attestation',
      reads: true,
      conflicts: decidedByPolicy,
    },
    {
      name: 'as',
      value: 'file=name',
      description:
        'with --policy: the name of one of the files or models, which decides which rule applies; can be repeated (default: hf://… or oci://… as it is named, or the real path of the model)',
      repeatable: true,
      parse: collect,
    },
    ...policySignerFlags,
    ...trustFlags,
    {
      name: 'require-verified',
      description:
        'refuse a lineage in which anything is only claimed or absent, or in which claims contradict each other',
    },
    draftFlag('accept signatures in this DRAFT of the format as well'),
    ...formatFlags,
  ],
  examples: [
    'lineage my-model base-model --policy policy.json',
    'lineage model.sig my-model.attestations.jsonl base.sig --public-key key.pub.pem',
    'lineage my-model base-model --policy policy.json --html > lineage.html',
  ],
  run: async (operand, flags: LineageFlags, context) =>
    (await import('../commands/lineage.ts')).lineage(operand, flags, context),
};
