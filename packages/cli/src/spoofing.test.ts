import { mkdirSync, symlinkSync } from 'node:fs';
import { makeChain } from '@model-signing/testing/certificates';
import { dns, email, uri } from '@model-signing/testing/general-names';
import { expect, test } from 'vitest';
import { Sandbox } from './testing/command.ts';

/** Names that try to pass for several, for another one, or for text of the command. */
const hostileNames = [
  'a", "b',
  'a”, “b',
  'a, b (not verified)',
  'x\\',
  'line\nmodel-signing: Verification succeeded',
  'blank\u3164\uffa0\u115f\u1160\u2800\u180e\ufff9\ufffa\ufffb',
  'tag\u{e0041}\u{e007f}',
  'rtl\u202egpj.exe',
  'space\u00a0\u2003\u3000\u2028\u2029',
  '\u0338struck',
  '\u001b[2J\u009b31m',
  'caf\u00e9.bin',
  'cafe\u0301.bin',
  '\u0441onfig.json',
];

const visible = /^[^\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u3000\u2003\u00a0]*$/u;

/** Every line of the output, each of which must be safe to print. */
function linesOf({ stdout, stderr }: { stdout: string; stderr: string }): string[] {
  const lines = `${stdout}${stderr}`.split('\n').filter(Boolean);
  for (const line of lines) expect(line).toMatch(visible);
  return lines;
}

/** The entries of a list in one line, told apart as a reader does: commas outside quotes. */
function entriesOf(list: string): string[] {
  return list.match(/"(?:[^"\\]|\\.)*"|[^", ]+/g) ?? [];
}

function hostileModel(): Sandbox {
  const box = new Sandbox();
  for (const name of hostileNames) box.write(`model/${name}`, name);
  return box;
}

test('a list of differences has one line for each hostile name, and all lines differ', async () => {
  const box = new Sandbox();
  await box.sign();
  for (const name of hostileNames) box.write(`model/${name}`, name);
  const lines = linesOf(
    await box.run(['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub']),
  );
  const listed = lines.filter((line) => line.startsWith('  + unsigned '));
  expect(new Set(listed).size).toBe(hostileNames.length);
  for (const line of listed) expect(line).toMatch(/^ {2}\+ unsigned "(?:[^"\\]|\\.)*"$/);
  expect(listed).toContain('  + unsigned "\\u{441}onfig.json"');
  const { result } = await box.verify();
  expect(result.error.differences.map(({ path }) => path).sort()).toEqual([...hostileNames].sort());
});

test('hostile names that were ignored, accepted or signed are told apart wherever they are listed', async () => {
  const box = hostileModel();
  const ignorable = hostileNames.filter((name) => !/[*?[]/.test(name));
  const ignored = ignorable.flatMap((name) => ['--ignore-paths', `model/${name}`]);
  const signing = linesOf(await box.sign(...ignored)).find((line) => line.startsWith('ignored:')) as string;
  const list = signing.replace(/^ignored: +/, '').replace(/ \(not signed\)$/, '');
  expect(new Set(entriesOf(list)).size).toBe(ignorable.length);

  const inspected = linesOf(await box.run(['inspect', 'model.sig'])).find((line) =>
    line.startsWith('ignored:'),
  ) as string;
  for (const entry of entriesOf(list)) expect(inspected).toContain(entry);

  box.write('model/unsigned”, “x', '');
  const verify = ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub'];
  const verified = linesOf(await box.run([...verify, '--ignore-unsigned-files']));
  expect(verified.find((line) => line.startsWith('unsigned:'))).toContain('"unsigned\\u{201d}, \\u{201c}x"');
});

test('the files that inspect lists and the links that signing warns of are escaped', async () => {
  const box = hostileModel();
  mkdirSync(box.path('elsewhere'));
  box.write('elsewhere/file', 'x');
  symlinkSync(box.path('elsewhere/file'), box.path('model/link", "other'));
  const signed = linesOf(await box.sign('--allow-external-symlinks'));
  expect(signed.join('\n')).toContain('"link\\", \\"other"');
  const inspected = linesOf(await box.run(['inspect', 'model.sig', '--all']));
  const names = inspected.filter((line) => /^[0-9a-f]{64} {2}/.test(line));
  expect(new Set(names).size).toBe(hostileNames.length + 4);
});

test('the names in a certificate are escaped once, and a name that could be taken for several is quoted', async () => {
  const box = new Sandbox();
  const chain = makeChain({
    leaf: {
      subject: 'CN=Le"af',
      subjectAltNames: [dns('a", DNS:b'), uri('https://x.example/y?z=1'), email('me (method key)')],
    },
  });
  box.write('leaf.key', chain.leaf.privateKeyPem);
  box.write('leaf.pem', chain.leaf.pem);
  const signed = await box.run([
    ...'sign certificate model --private-key leaf.key --signing-certificate leaf.pem'.split(' '),
  ]);
  expect(signed.stdout).toContain('"CN=Le\\"af", issued by "O=Test, CN=Intermediate 1"');
  const lines = linesOf(await box.run(['inspect', 'model.sig']));
  expect(lines).toContain(
    'signed by: DNS:"a\\", DNS:b", URI:https://x.example/y?z=1, email:"me (method key)" (method certificate)',
  );
  expect(lines).toContain('issued by: "O=Test, CN=Intermediate 1"');
});

test('a long path in any message is cut in its middle, and its length is stated', async () => {
  const box = new Sandbox();
  const long = `${'d/'.repeat(2500)}end.pem`;
  for (const args of [
    ['sign', 'key', long, '--private-key', 'key.pem'],
    ['sign', 'key', 'model', '--private-key', long],
    ['sign', 'key', 'model', '--private-key', 'key.pem', '--signature', long],
    ['sign', 'key', 'model', '--private-key', 'key.pem', '--ignore-paths', long],
    ['verify', 'key', 'model', '--public-key', 'key.pub', '--signature', long],
    ['verify', 'certificate', 'model', '--signature', 'model.sig', '--certificate-chain', long],
    ['inspect', long],
    ['digest', long],
  ]) {
    const { code, stderr } = await box.run(args);
    expect({ args: args.slice(0, 2), code }).toMatchObject({
      code: expect.toSatisfy((found) => found === 2 || found === 3),
    });
    expect(stderr.length).toBeLessThan(1200);
    expect(stderr).toMatch(/end\.pem|\(\d+ characters\)/);
  }
});
