/** Prints a session in a terminal: attestations are made, required and refused, by a policy too. */
import { mkdirSync, readFileSync } from 'node:fs';
import { startRegistry } from '@model-signing/testing/registry';
import { Terminal } from '../terminal.ts';

/** The release signs the model and says how it was made; the scanner says what it found, and nothing else. */
const POLICY = {
  policyVersion: 1,
  signers: {
    release: { method: 'key', publicKeyFile: 'release.pub.pem' },
    scanner: { method: 'key', publicKeyFile: 'scanner.pub.pem' },
  },
  models: [
    {
      match: ['hf://acme/*'],
      require: {
        signedBy: ['release'],
        attestations: [
          { predicateType: 'https://slsa.dev/provenance/v1', signedBy: ['release'] },
          { predicateType: 'https://cosign.sigstore.dev/attestation/vuln/v1', signedBy: ['scanner'] },
        ],
      },
    },
  ],
};

using terminal = new Terminal();
const run = (line: string, expected = 0) => terminal.type(`model-signing ${line}`, expected);
const verify = (expected: number) => run('verify model --policy policy.json --as hf://acme/granite', expected);

async function prepare(): Promise<void> {
  terminal.say('A model, the model that it was made from, and two keys');
  mkdirSync(terminal.path('model'));
  mkdirSync(terminal.path('base'));
  terminal.write('model/config.json', '{"model_type": "granite", "hidden_size": 64}\n');
  terminal.write('base/model.safetensors', Buffer.alloc(100_000, 'b'));
  terminal.write('scan.json', '{"scanner": {"uri": "https://scanner.example", "result": []}}\n');
  terminal.write('policy.json', `${JSON.stringify(POLICY, null, 2)}\n`);
  for (const name of ['release', 'scanner']) await run(`key generate ${name}.pem -q`);
  await run('sign key base --private-key release.pem --signature base.sig -q');
  await run('sign key model --private-key release.pem -q');
}

async function attesting(): Promise<void> {
  terminal.say('The release attests how the model was made');
  const kinds = '--build-type https://acme.example/train/v1 --builder https://acme.example/trainer';
  await terminal.type(`model-signing predicate slsa model.sig ${kinds} --base-model base.sig > slsa.json`);
  await terminal.type('cat slsa.json');
  await run('attest key model --private-key release.pem --predicate slsa.json --type slsaprovenance1');
  await run('verify key model --public-key release.pub.pem --require-attestation slsaprovenance1');
  terminal.say('No attestation of this type: statement/attestation-missing');
  await run('verify key model --public-key release.pub.pem --require-attestation cyclonedx', 1);
}

async function policy(): Promise<void> {
  terminal.say('The policy wants the word of the scanner as well: policy/attestation');
  await verify(1);
  terminal.say('The release may not speak for the scanner');
  const scan = '--predicate scan.json --type vuln --attestations model.attestations.jsonl';
  await run(`attest key --from model.sig --private-key release.pem ${scan} -q`);
  await verify(1);
  terminal.say('The scanner attests what the release signed, without the model');
  await run(`attest key --from model.sig --private-key scanner.pem --signer-key release.pub.pem ${scan}`);
  await verify(0);
  await run('attestations key model.attestations.jsonl --public-key scanner.pub.pem');
}

async function confusions(): Promise<void> {
  terminal.say('An attestation is no signature, and a signature is no attestation: statement/predicate-type');
  const [first = ''] = readFileSync(terminal.path('model.attestations.jsonl'), 'utf8').split('\n');
  terminal.write('one.json', first);
  await run('verify key model --public-key release.pub.pem --signature one.json', 1);
  await run('attestations key model.sig --public-key release.pub.pem', 1);
  terminal.say('A file of several bundles is not one signature');
  await run('verify key model --public-key release.pub.pem --signature model.attestations.jsonl', 1);
  terminal.say('Another model has none of these attestations: statement/other-subject');
  terminal.write('model/config.json', '{"model_type": "granite", "hidden_size": 65}\n');
  await run('sign key model --private-key release.pem --overwrite -q');
  await verify(1);
}

async function inRegistry(): Promise<void> {
  const registry = await startRegistry({});
  registry.push('acme/granite', 'v1', { 'config.json': '{"model_type": "granite", "hidden_size": 64}\n' });
  const model = `oci://${registry.host}/acme/granite:v1`;
  const environment = { DOCKER_CONFIG: terminal.folder };
  const there = (line: string, expected = 0) => terminal.type(`model-signing ${line}`, expected, environment);
  try {
    terminal.say('In a registry (on loopback), the signature and the attestations are attached to the model');
    await there(`sign key ${model} --private-key release.pem`);
    const claim = '--predicate slsa.json --type slsaprovenance1 --check-predicate';
    await there(`attest key ${model} --private-key release.pem ${claim}`);
    await there(
      `attest key ${model} --private-key scanner.pem --signer-key release.pub.pem --predicate scan.json --type vuln`,
    );
    await there(`verify key ${model} --public-key release.pub.pem --require-attestation slsaprovenance1`);
    terminal.say('The scanner is not the release: statement/attestation-missing');
    await there(`verify key ${model} --public-key release.pub.pem --require-attestation vuln`, 1);
    await there(`attestations key ${model} --public-key scanner.pub.pem --extract vuln`);
    terminal.say('What is pulled has its attestations beside it');
    await there(`pull key ${model} --public-key release.pub.pem --to pulled`);
  } finally {
    await registry.stop();
  }
}

await prepare();
await attesting();
await policy();
await inRegistry();
await confusions();
