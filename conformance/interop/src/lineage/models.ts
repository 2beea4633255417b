import type { World } from './world.ts';

/** A model of the example: its files, what it was made from, and who signs and attests it. */
export interface ExampleModel {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** The words of `predicate` after the signature. */
  readonly claim: readonly string[];
  readonly claimType: 'slsaprovenance1' | 'cyclonedx';
  /** The method, and the flags of signing and attesting with it. */
  method(world: World): readonly [method: string, ...flags: string[]];
  /** The flags by which `attest` knows who signed the model, if that is not who attests. */
  signer(world: World): readonly string[];
}

const build = (what: string) => [
  ...['--build-type', `https://acme.example/${what}/v1`, '--builder', 'https://acme.example/cluster'],
];

/** From the data to the model that is released, each by another method. */
export const models: readonly ExampleModel[] = [
  {
    name: 'corpus',
    files: { 'train.jsonl': '{"text":"A model is what it was trained on."}\n', LICENSE: 'CC0-1.0\n' },
    claim: ['slsa', ...build('collect')],
    claimType: 'slsaprovenance1',
    method: (world) => ['key', '--private-key', world.path('data.pem')],
    signer: () => [],
  },
  {
    name: 'base',
    files: { 'config.json': '{"model_type":"example"}\n', 'model.safetensors': 'base weights\n' },
    claim: ['slsa', ...build('pretrain'), '--dataset', 'corpus.sig'],
    claimType: 'slsaprovenance1',
    method: (world) => [
      'certificate',
      ...['--private-key', world.path('lab.key'), '--signing-certificate', world.path('lab.pem')],
      ...['--certificate-chain', world.path('lab-chain.pem'), '--timestamp-url', world.timestampUrl],
    ],
    signer: () => ['--signer-certificate', 'trust/acme-root.pem'],
  },
  {
    name: 'assistant',
    files: { 'config.json': '{"model_type":"example"}\n', 'model.safetensors': 'tuned weights\n' },
    claim: ['cyclonedx', '--base-model', 'base.sig'],
    claimType: 'cyclonedx',
    method: (world) => [
      'sigstore',
      ...['--trust-config', world.path('trust.json'), '--identity-token-file', world.path('token')],
    ],
    signer: () => [
      '--signer-identity',
      'training@acme.example',
      '--signer-identity-provider',
      'https://issuer.example',
    ],
  },
  {
    name: 'assistant-q4',
    files: { 'assistant-q4.gguf': 'tuned weights in 4 bits\n' },
    claim: ['slsa', ...build('quantize'), '--base-model', 'assistant.sig'],
    claimType: 'slsaprovenance1',
    method: () => ['key', '--key', 'acme://release'],
    signer: () => [],
  },
];

const slsa = 'https://slsa.dev/provenance/v1';
const cyclonedx = 'https://cyclonedx.org/bom';

const rule = (name: string, signer: string, predicateType = slsa) => ({
  match: [`**/${name}`],
  require: { signedBy: [signer], attestations: [{ predicateType, signedBy: [signer] }] },
});

/** Who may sign and attest which of them. */
export const policy = {
  policyVersion: 1,
  signers: {
    'data-team': { method: 'key', publicKeyFile: 'trust/data.pub.pem' },
    'base-model-lab': {
      method: 'certificate',
      trustedFiles: ['trust/acme-root.pem'],
      timestampRootFiles: ['trust/timestamps.pem'],
      subject: 'O=Acme, CN=Base Model Lab',
    },
    'training-job': {
      method: 'sigstore',
      issuer: 'https://issuer.example',
      identity: 'training@acme.example',
      trustedRootFile: 'trust/trusted-root.json',
    },
    release: { method: 'key', publicKeyFile: 'trust/release.pub.pem' },
  },
  models: [
    rule('corpus', 'data-team'),
    rule('base', 'base-model-lab'),
    rule('assistant', 'training-job', cyclonedx),
    rule('assistant-q4', 'release'),
  ],
};
