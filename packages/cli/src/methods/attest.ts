import type { AttestFlags } from '../commands/attest.ts';
import type { SignedByFlags } from '../commands/attest-methods.ts';
import type { SignCertificateFlags } from '../commands/sign-certificate.ts';
import type { SignSigstoreFlags } from '../commands/sign-sigstore.ts';
import type { SigningKeyFlags } from '../commands/signing-key.ts';
import { type Command, collect, type Flag, type Group } from '../grammar.ts';
import {
  draftFlag,
  model,
  modelFlags,
  predicateType,
  privateKeyFlags,
  signatureToVerify,
  strictFlag,
} from '../options.ts';
import { requirePinnedFlag } from '../source-options.ts';
import { signingCertificateFlags } from './certificate.ts';
import { instanceFlags, signingConfigFlag, tokenFlags } from './sigstore.ts';
import { type TimestampAlias, timestamped } from './timestamp.ts';

/** The flags that say who must have signed the model. */
const signedByFlags: readonly Flag[] = [
  {
    name: 'signer-key',
    value: 'file',
    description:
      'the public key that must have signed the model; can be repeated (default: the key or certificate that attests)',
    reads: true,
    repeatable: true,
    parse: collect,
    conflicts: ['signer-certificate', 'signer-identity'],
  },
  {
    name: 'signer-certificate',
    value: 'file',
    description: 'certificates that must have certified who signed the model; can be repeated',
    reads: true,
    repeatable: true,
    parse: collect,
    conflicts: ['signer-identity'],
  },
  {
    name: 'signer-identity',
    value: 'name',
    description: 'the identity that must have signed the model; can be repeated',
    repeatable: true,
    parse: collect,
  },
  {
    name: 'signer-identity-provider',
    value: 'issuer',
    description: 'the identity provider of --signer-identity',
    conflicts: ['signer-key', 'signer-certificate'],
  },
];

const attestFlags: readonly Flag[] = [
  {
    name: 'predicate',
    value: 'file',
    description: 'the claim: a JSON object of at most 16 MiB',
    required: true,
    reads: true,
  },
  {
    name: 'type',
    value: 'type',
    description: 'the type of the claim: a URI, or a short name such as slsaprovenance1, cyclonedx, spdxjson, vuln',
    required: true,
    parse: predicateType,
  },
  {
    name: 'check-predicate',
    description: 'refuse a claim that is not as its type says: for slsaprovenance1 and cyclonedx (1.6)',
    conflicts: ['predicate-schema'],
  },
  {
    name: 'predicate-schema',
    value: 'file',
    description:
      'refuse a claim that is not as this JSON Schema says (draft-07 or 2020-12); nothing that it refers to is fetched',
    reads: true,
  },
  {
    name: 'from',
    value: 'file',
    description:
      'attest what this signature is of, without its model, of which nothing is read; beside an artifact oci://…, attach the attestation to that',
    reads: true,
    isOperand: true,
    besides: (operand) => /^oci:/i.test(operand),
    conflicts: ['signature', ...modelFlags.map(({ name }) => name)],
  },
  {
    name: 'attestations',
    value: 'file',
    description:
      'the file to add the attestation to (default: MODEL.attestations.jsonl, beside the model; in a registry, it is attached to the model)',
    writes: true,
  },
  { name: 'per-file', description: 'claim it of each file too, so that other tools can check a file alone' },
  signatureToVerify,
  ...signedByFlags,
  requirePinnedFlag,
  strictFlag,
  draftFlag('accept a signature in this DRAFT of the format as well'),
  ...modelFlags,
];

const attestKey: Command = {
  name: 'key',
  description: 'attest with a private key on P-256, P-384 or P-521',
  operand: model,
  flags: [...privateKeyFlags, ...attestFlags],
  examples: [
    'attest key my-model --private-key key.pem --predicate slsa.json --type slsaprovenance1',
    'attest key --from model.sig --private-key scanner.pem --signer-key key.pub.pem --predicate scan.json --type vuln',
    'attest key oci://registry.example/org/my-model:v1 --private-key key.pem --predicate bom.json --type cyclonedx',
  ],
  run: async (path, flags: AttestFlags & SigningKeyFlags & SignedByFlags, context) =>
    (await import('../commands/attest-methods.ts')).attestWithKey(path, flags, context),
};

const attestCertificate: Command = {
  name: 'certificate',
  description: 'attest with a private key and its X.509 certificate',
  operand: model,
  flags: [...privateKeyFlags, ...signingCertificateFlags, ...attestFlags],
  examples: [
    'attest certificate my-model --private-key key.pem --signing-certificate cert.pem \\\n    --predicate bom.json --type cyclonedx --signer-certificate ca.pem',
  ],
  run: async (path, flags: AttestFlags & SignCertificateFlags & SignedByFlags & TimestampAlias, context) =>
    (await import('../commands/attest-methods.ts')).attestWithCertificate(path, timestamped(flags), context),
};

const attestSigstore: Command = {
  name: 'sigstore',
  description: 'attest with an identity, such as an email address (default)',
  operand: model,
  flags: [...tokenFlags, ...instanceFlags, signingConfigFlag, ...attestFlags],
  examples: [
    'attest my-model --predicate slsa.json --type slsaprovenance1 \\\n    --signer-identity me@example.com --signer-identity-provider https://accounts.google.com',
  ],
  run: async (path, flags: AttestFlags & SignSigstoreFlags & SignedByFlags, context) =>
    (await import('../commands/attest-methods.ts')).attestWithSigstore(path, flags, context),
};

/** `attest`. */
export const attest: Group = {
  name: 'attest',
  description: 'sign a claim about a signed model, such as how it was made',
  usage: '[method] <model>',
  noun: 'method',
  commands: [attestSigstore, attestKey, attestCertificate],
  fallback: attestSigstore,
  examples: ['attest key --help'],
};
