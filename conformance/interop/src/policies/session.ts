/** Prints a session in a terminal: a policy that wants two signers, one refusal for each code of a policy, and trust on first use. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { Terminal } from '../terminal.ts';

const MODEL = 'hf://acme/granite';

/** Two signers of three have to sign models of an organisation; a folder of it is refused, no matter who signed. */
const POLICY = {
  policyVersion: 1,
  signers: {
    alice: { method: 'key', publicKeyFile: 'alice.pub.pem' },
    bob: { method: 'key', publicKeyFile: 'bob.pub.pem' },
    carol: { method: 'key', publicKeyFile: 'carol.pub.pem', validUntil: '2020-12-31' },
  },
  models: [
    { match: ['hf://acme/quarantine-*'], reject: true },
    { match: ['hf://acme/*'], require: { signedBy: ['alice', 'bob', 'carol'], threshold: 2, ignoredPaths: [] } },
    { match: ['hf://labs/*'], require: { signedBy: ['alice'], hashAlgorithms: ['blake3'] } },
    { match: ['hf://bob/*'], require: { signedBy: ['bob'] } },
  ],
};

using terminal = new Terminal();
terminal.environment = { XDG_CONFIG_HOME: terminal.path('configuration') };
const run = (line: string, expected = 0) => terminal.type(`model-signing ${line}`, expected);
const verify = (signatures: readonly string[], as: string, expected: number, policy = 'policy.json') =>
  run(
    `verify model --policy ${policy} --as ${as}${signatures.map((each) => ` --signature ${each}`).join('')}`,
    expected,
  );
const write = (name: string, policy: object) => terminal.write(name, `${JSON.stringify(policy, null, 2)}\n`);

async function prepare(): Promise<void> {
  terminal.say('Three signers, a model, and a policy');
  mkdirSync(terminal.path('model'));
  terminal.write('model/config.json', '{"model_type": "granite", "hidden_size": 64}\n');
  terminal.write('model/model.safetensors', Buffer.alloc(1_000_000, 'w'));
  write('policy.json', POLICY);
  for (const name of ['alice', 'bob', 'carol', 'mallory']) {
    await run(`key generate ${name}.pem -q`);
    await run(`sign key model --private-key ${name}.pem --signature ${name}.sig -q`);
  }
  await terminal.type('cat policy.json');
  await run('policy check policy.json');
  await run(`policy explain policy.json --as ${MODEL}`);
}

async function twoSigners(): Promise<void> {
  terminal.say('Two signers of the list have signed');
  await verify(['alice.sig', 'bob.sig'], MODEL, 0);
  terminal.say('One signer, and one signer twice: policy/threshold');
  await verify(['alice.sig'], MODEL, 1);
  await run('sign key model --private-key alice.pem --signature again.sig -q');
  await verify(['alice.sig', 'again.sig'], MODEL, 1);
  terminal.say('The key of the second one is valid no more, and nothing says when it signed');
  await verify(['alice.sig', 'carol.sig'], MODEL, 1);
  terminal.say('Another file than the one that was signed is a mismatch, whatever a policy says');
  terminal.write('model/config.json', '{"model_type": "granite", "hidden_size": 65}\n');
  await verify(['alice.sig', 'bob.sig'], MODEL, 1);
  terminal.write('model/config.json', '{"model_type": "granite", "hidden_size": 64}\n');
}

async function refusals(): Promise<void> {
  terminal.say('No signer of the list: policy/signer');
  await verify(['mallory.sig'], MODEL, 1);
  terminal.say('No rule: policy/no-rule');
  await verify(['alice.sig', 'bob.sig'], 'hf://other/granite', 1);
  terminal.say('A rule that refuses every model: policy/rejected');
  await verify(['alice.sig', 'bob.sig'], 'hf://acme/quarantine-1', 1);
  terminal.say('Another requirement of the rule: policy/requirement');
  await verify(['alice.sig'], 'hf://labs/granite', 1);
  terminal.say('A signer that is revoked: policy/revoked');
  write('revoked.json', { ...POLICY, revoked: { signers: { bob: '2026-01-01' } } });
  await verify(['bob.sig'], 'hf://bob/granite', 1, 'revoked.json');
  terminal.say('A misspelt member: policy/invalid');
  write('typo.json', { ...POLICY, modle: 'warn' });
  await verify(['alice.sig', 'bob.sig'], MODEL, 3, 'typo.json');
  await run('policy check typo.json', 1);
  terminal.say('A key file that is not there: policy/file-unusable');
  write('absent.json', {
    ...POLICY,
    signers: { ...POLICY.signers, bob: { method: 'key', publicKeyFile: 'bbo.pub.pem' } },
  });
  await verify(['alice.sig', 'bob.sig'], MODEL, 3, 'absent.json');
  terminal.say('A warning in place of a refusal: the verdict is the same, the exit code is 0, and it is not enforced');
  write('warn.json', { ...POLICY, mode: 'warn' });
  await verify(['mallory.sig'], MODEL, 0, 'warn.json');
  terminal.say('A method beside a policy');
  await run(`verify key model --policy policy.json --public-key alice.pub.pem`, 2);
}

async function signedPolicy(): Promise<void> {
  terminal.say('The policy is signed, and the key of its signer is demanded. It names each file with a digest');
  const withDigest = ({ publicKeyFile, ...signer }: (typeof POLICY.signers)['alice' | 'carol']) => {
    const sha256 = createHash('sha256')
      .update(readFileSync(terminal.path(publicKeyFile)))
      .digest('hex');
    return { ...signer, publicKeyFile: { path: publicKeyFile, sha256 } };
  };
  const signersWithDigests = Object.entries(POLICY.signers).map(([name, signer]) => [name, withDigest(signer)]);
  write('policy.json', { ...POLICY, signers: Object.fromEntries(signersWithDigests) });
  const signers = '--policy-signer carol.pub.pem --signature alice.sig --signature bob.sig';
  await run('sign key policy.json --private-key carol.pem --signature policy.json.sig');
  await run(`verify model --policy policy.json --as ${MODEL} ${signers}`);
  terminal.say('A signature of another key than the one that is demanded: policy/unsigned');
  await run(`verify model --policy policy.json --as ${MODEL} ${signers.replace('carol', 'mallory')}`, 1);
}

async function firstUse(): Promise<void> {
  terminal.say('Trust on first use');
  await run(`trust model --as ${MODEL} --public-key alice.pub.pem --signature alice.sig --yes`);
  await run(`verify model --as ${MODEL} --signature alice.sig`);
  terminal.say('Another signer than the first one: policy/signer-changed');
  await run(`verify model --as ${MODEL} --signature mallory.sig`, 1);
}

await prepare();
await twoSigners();
await refusals();
await signedPolicy();
await firstUse();
