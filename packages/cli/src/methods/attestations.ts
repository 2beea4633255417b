import type { AttestationsFlags } from '../commands/attestations.ts';
import type { CertificateTrustFlags } from '../commands/verify-certificate.ts';
import type { KeyTrustFlags } from '../commands/verify-key.ts';
import type { SigstoreTrustFlags } from '../commands/verify-sigstore.ts';
import type { Command, Flag, Group } from '../grammar.ts';
import { draftFlag, predicateType, strictFlag } from '../options.ts';
import { requirePinnedFlag } from '../source-options.ts';
import { certificateTrustFlags } from './certificate.ts';
import { keyTrustFlags } from './key.ts';
import { identityFlags, instanceFlags } from './sigstore.ts';

const operand = {
  name: 'file',
  description: 'the attestations: a file in JSON Lines or of one alone, or a model oci://… or hf://…',
  reads: true,
} as const;

const listFlags: readonly Flag[] = [
  {
    name: 'signature',
    value: 'file',
    description:
      'the signature of the model that they must be about, by the same signer: a file, or its name in the store (default: they are not compared)',
    reads: true,
  },
  {
    name: 'extract',
    value: 'type',
    description:
      'print the claims of this type alone, byte for byte as they were signed, each with a line feed after it',
    parse: predicateType,
  },
  {
    name: 'check-predicate',
    description:
      'refuse claims that are not as their type says: of slsaprovenance1 and cyclonedx (1.6); others are not checked',
  },
  requirePinnedFlag,
  strictFlag,
  draftFlag('accept a signature in this DRAFT of the format as well'),
];

const listKey: Command = {
  name: 'key',
  description: 'verify attestations that were signed with a private key',
  operand,
  flags: [...keyTrustFlags, ...listFlags],
  examples: [
    'attestations key my-model.attestations.jsonl --public-key key.pub.pem --signature model.sig',
    'attestations key my-model.attestations.jsonl --public-key key.pub.pem --extract slsaprovenance1',
    'attestations key oci://registry.example/org/my-model:v1 --public-key key.pub.pem',
  ],
  run: async (file, flags: AttestationsFlags & KeyTrustFlags, context) => {
    const { keyTrust } = await import('../commands/verify-key.ts');
    await (await import('../commands/attestations.ts')).attestations(file, flags, keyTrust(flags, context), context);
  },
};

const listCertificate: Command = {
  name: 'certificate',
  description: 'verify attestations that were signed with a certificate',
  operand,
  flags: [...certificateTrustFlags, ...listFlags],
  examples: ['attestations certificate my-model.attestations.jsonl --certificate-chain ca.pem'],
  run: async (file, flags: AttestationsFlags & CertificateTrustFlags, context) => {
    const { certificateTrust } = await import('../commands/verify-certificate.ts');
    const trust = certificateTrust(flags, context);
    await (await import('../commands/attestations.ts')).attestations(file, flags, trust, context);
  },
};

const listSigstore: Command = {
  name: 'sigstore',
  description: 'verify attestations that were signed with an identity (default)',
  operand,
  flags: [...identityFlags, ...instanceFlags, ...listFlags],
  examples: [
    'attestations my-model.attestations.jsonl --identity me@example.com --identity-provider https://accounts.google.com',
  ],
  run: async (file, flags: AttestationsFlags & SigstoreTrustFlags, context) => {
    const { sigstoreTrust } = await import('../commands/verify-sigstore.ts');
    await (await import('../commands/attestations.ts')).attestations(
      file,
      flags,
      sigstoreTrust(flags, context),
      context,
    );
  },
};

/** `attestations`. */
export const attestations: Group = {
  name: 'attestations',
  description: 'verify and list the attestations in a file or store, or print what they claim',
  usage: '[method] <file>',
  noun: 'method',
  commands: [listSigstore, listKey, listCertificate],
  fallback: listSigstore,
  examples: ['attestations key --help'],
};
