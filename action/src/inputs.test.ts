import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readCommandLine } from '../../packages/cli/src/command-line.ts';
import { program } from '../../packages/cli/src/program.ts';
import { argumentsFor, givenInputs, inputsOf, methodNames, type Verb } from './inputs.ts';
import { metadata } from './metadata.ts';

const verbs: readonly Verb[] = ['sign', 'verify'];

/** The arguments for a step with these inputs, as a runner passes them. */
function argumentsOf(verb: Verb, inputs: Readonly<Record<string, string>>): string[] {
  const environment = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  return argumentsFor(verb, givenInputs(verb, { PATH: '/bin', ...environment }));
}

it.each(verbs)('the metadata of %s is what is made from the flags of the command', (verb) => {
  expect(readFileSync(path.join(import.meta.dirname, '..', verb, 'action.yml'), 'utf8')).toBe(metadata(verb));
});

/** A value that each flag with a form of its own accepts. */
const values: Readonly<Record<string, string>> = {
  hash: 'sha256',
  'shard-size': '1GB',
  jobs: '2',
  draft: '1.1',
  annotation: 'key=value',
  'verification-time': '2024-05-01',
  'require-attestation': 'vuln',
  'log-version': '1',
};

it.each(verbs)('the command takes each input of %s in one of its methods', (verb) => {
  const others = inputsOf(verb).filter(({ kind }) => kind !== 'model' && kind !== 'method');
  expect(others.length).toBeGreaterThan(15);
  const required = {
    'private-key': 'k',
    'public-key': 'k',
    'signing-certificate': 'c',
    'identity-provider': 'i',
    policy: 'p',
  };
  for (const { name, kind } of others) {
    const takers = methodNames(verb).filter((method) => {
      const inputs = { ...required, [name]: kind === 'switch' ? 'true' : (values[name] ?? 'value') };
      const conflict = name === 'key' ? { 'private-key': '', 'public-key': '' } : {};
      const command = program.commands.flatMap((each) =>
        'commands' in each && each.name === verb ? each.commands : [],
      );
      const flags = command.flatMap((each) => (each.name === method && 'flags' in each ? each.flags : []));
      const own = Object.entries({ ...inputs, ...conflict }).filter(
        ([each]) => each === name || flags.some((flag) => flag.name === each),
      );
      if (!flags.some((flag) => flag.name === name)) return false;
      const read = readCommandLine(argumentsOf(verb, { model: 'm', method, ...Object.fromEntries(own) }), program, {});
      return read.kind === 'run' && read.command.name === method && read.operand === 'm';
    });
    expect(takers, name).not.toEqual([]);
  }
});

it('the arguments name the verb, the method and one value for each flag, and the model after all flags', () => {
  const inputs = {
    model: ' -model ',
    method: 'key',
    public_key: 'a.pub\r\n\n b.pub\n',
    strict: 'True',
    signature: '-m.sig',
  };
  expect(argumentsOf('verify', inputs)).toEqual([
    ...['verify', 'key', '--json', '--engine=node', '--signature=-m.sig', '--strict'],
    ...['--public-key=a.pub', '--public-key=b.pub', '--', '-model'],
  ]);
});

it('sign uses the identity of the job unless a token or another method is named', () => {
  const isAmbient = (inputs: Record<string, string>) =>
    argumentsOf('sign', { model: 'm', ...inputs }).includes('--use-ambient-credentials');
  expect([{}, { method: 'sigstore' }, { 'trust-config': 'a' }].map(isAmbient)).toEqual([true, true, true]);
  expect([{ 'identity-token-file': 't' }, { method: 'key', 'private-key': 'k' }].map(isAmbient)).toEqual([
    false,
    false,
  ]);
});

it('false turns off what has a flag for that, and leaves others out', () => {
  const flags = (inputs: Record<string, string>) => argumentsOf('verify', { model: 'm', ...inputs }).slice(4, -2);
  expect(flags({ 'ignored-files': 'false', 'ignore-git-paths': 'FALSE', strict: 'false' })).toEqual([
    '--no-ignored-files',
    '--no-ignore-git-paths',
  ]);
});

it.each([
  ['an unknown input', 'verify', { ignored_file: 'false' }, 'there is no input "ignored-file"'],
  ['an empty unknown input', 'verify', { identity_regex: '' }, 'there is no input "identity-regex"'],
  ['an input of the other action', 'sign', { identity: 'a@example.com' }, 'there is no input "identity"'],
  ['an input that the action decides', 'verify', { engine: 'native' }, 'there is no input "engine"'],
  ['a secret as an input', 'sign', { password: 'p' }, 'there is no input "password"'],
  ['an input twice', 'verify', { 'public-key': 'a', public_key: 'b' }, 'given twice'],
  ['no model', 'verify', { model: ' ' }, 'the input model is required'],
  ['another method', 'verify', { method: 'pkcs11-key' }, 'must be one of sigstore, key, certificate, policy'],
  ['a switch that is neither', 'verify', { strict: 'yes' }, 'must be true or false'],
  ['a signature from standard input', 'verify', { signature: '-' }, 'an action needs a file here'],
  ['a signature to standard output', 'sign', { signature: '/dev/stdout' }, 'an action needs a file here'],
  ['a key in a token', 'sign', { key: 'pkcs11:token=a' }, 'which a runner has not'],
] as const)('%s is refused', (_, verb, inputs, message) => {
  expect(argumentsOf(verb, { model: 'm' })).toContain(verb);
  expect(() => argumentsOf(verb, { model: 'm', ...inputs })).toThrow(message);
});

it('no input is a secret, and no flag is left out without a reason', () => {
  const names = verbs.flatMap((verb) => inputsOf(verb).map(({ name }) => name));
  for (const secret of ['password', 'identity-token', 'client-secret']) expect(names).not.toContain(secret);
  const flags = program.commands.flatMap((each) =>
    'commands' in each && verbs.includes(each.name as Verb) ? each.commands : [],
  );
  const missing = flags.flatMap((each) =>
    'flags' in each && !each.name.startsWith('pkcs11')
      ? each.flags.filter(({ name, hidden }) => !hidden && !names.includes(name))
      : [],
  );
  const isOther = (name: string) => !name.startsWith('no-') && !name.startsWith('reuse');
  const absent = new Set(missing.map(({ name }) => name).filter(isOther));
  expect([...absent].sort()).toEqual(
    [
      ...['client-secret', 'client-secret-file', 'identity-token', 'oauth-force-oob', 'password', 'pin-file'],
      ...['use-ambient-credentials', 'engine', 'oci-manifest'],
      ...['audit', 'rehash'], // with those of reuse
      ...['plan', 'digests', 'replicas', 'hmac-key-file'],
    ].sort(),
  );
});
