import type { AttachFlags } from './commands/attach.ts';
import type { DigestFlags } from './commands/digest.ts';
import type { InspectFlags } from './commands/inspect.ts';
import type { SignaturesFlags } from './commands/signatures.ts';
import type { Command, Group, Program } from './grammar.ts';
import { attest } from './methods/attest.ts';
import { attestations } from './methods/attestations.ts';
import { pullCertificate, signCertificate, verifyCertificate } from './methods/certificate.ts';
import { pullKey, signKey, verifyKey } from './methods/key.ts';
import { lineage } from './methods/lineage.ts';
import { key } from './methods/own-keys.ts';
import { hash, plan } from './methods/parts.ts';
import { signPkcs11Certificate, signPkcs11Key } from './methods/pkcs11.ts';
import { policy, verifyPolicy } from './methods/policy.ts';
import { predicate } from './methods/predicate.ts';
import { pullSigstore, signSigstore, verifySigstore } from './methods/sigstore.ts';
import { trust } from './methods/trust.ts';
import { globalFlags, hashFlags, model } from './options.ts';
import { ociLayersFlag, requirePinnedFlag } from './source-options.ts';

const sign: Group = {
  name: 'sign',
  description: 'sign a model',
  usage: '[method] <model>',
  noun: 'method',
  commands: [signSigstore, signKey, signCertificate, signPkcs11Key, signPkcs11Certificate],
  fallback: signSigstore,
  examples: ['sign key --help'],
};

const verify: Group = {
  name: 'verify',
  description: 'verify that a model is what was signed',
  usage: '[method] <model>',
  noun: 'method',
  commands: [verifySigstore, verifyKey, verifyCertificate, verifyPolicy],
  fallback: verifySigstore,
  examples: ['verify key --help'],
};

const pull: Group = {
  name: 'pull',
  description: 'fetch a model from a hub or registry, and put it in place only if it is what was signed',
  usage: '[method] <model>',
  noun: 'method',
  commands: [pullSigstore, pullKey, pullCertificate],
  fallback: pullSigstore,
  examples: ['pull key --help'],
};

const attach: Command = {
  name: 'attach',
  description: 'attach a signature, or attestations, to an artifact in a registry, where verify finds it',
  operand: { name: 'model', description: 'the artifact: oci://REGISTRY/NAME[:TAG][@DIGEST]' },
  flags: [
    {
      name: 'signature',
      value: 'file',
      description: 'the signature to attach',
      required: true,
      reads: true,
      alternative: 'attestations',
      conflicts: ['attestations'],
    },
    {
      name: 'attestations',
      value: 'file',
      description: 'a file of attestations to attach in place of a signature, in JSON Lines or one alone',
      reads: true,
    },
    requirePinnedFlag,
    { name: 'strict', description: 'refuse a signature that lists other files than the artifact has' },
  ],
  examples: [
    'attach oci://registry.example/org/my-model:v1 --signature model.sig',
    'attach oci://registry.example/org/my-model:v1 --attestations my-model.attestations.jsonl',
  ],
  run: async (name, flags: AttachFlags, context) => (await import('./commands/attach.ts')).attach(name, flags, context),
};

const signatures: Command = {
  name: 'signatures',
  description: 'list the signatures of a model and who they claim to be by, without verifying anything',
  operand: { name: 'model', description: 'the model: hf://…, oci://…, a directory or a file' },
  flags: [requirePinnedFlag],
  examples: [
    'signatures hf://org/my-model',
    'signatures oci://registry.example/org/my-model:v1 --json',
    'signatures my-model',
  ],
  run: async (name, flags: SignaturesFlags, context) =>
    (await import('./commands/signatures.ts')).signatures(name, flags, context),
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
    ociLayersFlag,
    ...hashFlags,
  ],
  examples: ['digest my-model', 'digest my-model --signature my-model/model.sig'],
  run: async (path, flags: DigestFlags, context) => (await import('./commands/digest.ts')).digest(path, flags, context),
};

const inspect: Command = {
  name: 'inspect',
  description: 'show what a signature or attestation claims, without verifying anything',
  operand: {
    name: 'signature',
    description: 'the signature file, a file of bundles in JSON Lines, an https:// address, or a model in a store',
    reads: true,
  },
  flags: [
    { name: 'all', description: 'list every file, however many there are' },
    {
      name: 'signature',
      value: 'name',
      description: 'which signature of a model in a store (default: the one that verify uses)',
    },
    requirePinnedFlag,
  ],
  examples: ['inspect model.sig', 'inspect model.sig --json', 'inspect hf://org/my-model'],
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
  commands: [
    sign,
    verify,
    pull,
    attach,
    signatures,
    predicate,
    attest,
    attestations,
    lineage,
    digest,
    plan,
    hash,
    inspect,
    key,
    trust,
    policy,
    completion,
  ],
  flags: globalFlags,
  examples: [
    'sign my-model',
    'verify my-model --signature model.sig --identity me@example.com --identity-provider https://issuer.example',
    'sign key my-model --private-key key.pem',
    'sign key my-model --key openbao://my-key',
    'verify key my-model --signature model.sig --public-key key.pub.pem',
    'verify key hf://org/my-model --public-key key.pub.pem',
    'attest key my-model --private-key key.pem --predicate slsa.json --type slsaprovenance1',
    'pull key hf://org/my-model --to my-model --public-key key.pub.pem',
    'verify hf://org/my-model --policy policy.json',
  ],
  closing: [
    'The flags select the method if none is named: sign my-model --private-key key.pem signs with a key. Without such a flag, MODEL_SIGNING_PRIVATE_KEY selects signing and MODEL_SIGNING_PUBLIC_KEY verifying with a key. A model that has the name of a method is written ./key.',
    'A model is named by its path, or where it is kept: hf://ORG/MODEL[@REVISION], hf://datasets/ORG/NAME[@REVISION], oci://REGISTRY/NAME[:TAG][@DIGEST].',
    'Where a flag takes a file, "-" is standard input, or standard output for the signature of sign, and pipes work too.',
    'Exits with 0 done or verified, 1 rejected, 2 wrong command line, 3 could not run.',
  ],
};
