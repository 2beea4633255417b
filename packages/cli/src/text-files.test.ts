import { readFileSync } from 'node:fs';
import { makeChain } from '@model-signing/testing/certificates';
import { expect, test } from 'vitest';
import { Sandbox } from './testing/command.ts';

/** A sandbox with every kind of text that the command reads, and signatures to verify. */
async function texts(): Promise<Sandbox> {
  const box = new Sandbox();
  box.writeKeys('locked', 'secret');
  box.write('passphrase.txt', 'secret\n');
  const { root, intermediates, leaf } = makeChain();
  box.write('leaf.key', leaf.privateKeyPem);
  box.write('leaf.pem', leaf.pem);
  box.write('ca.pem', intermediates.map(({ pem }) => pem).join(''));
  box.write('root.pem', root.pem);
  await box.sign();
  const signing =
    'sign certificate model --private-key leaf.key --signing-certificate leaf.pem --certificate-chain ca.pem';
  await box.run([...signing.split(' '), '--signature', 'certified.sig']);
  return box;
}

/** One line for each text, and the file in it that is changed. */
const lines: readonly [file: string, line: string][] = [
  ['key.pem', 'sign key model --private-key key.pem --signature new.sig'],
  ['locked.pem', 'sign key model --private-key locked.pem --passphrase-file passphrase.txt --signature new.sig'],
  ['passphrase.txt', 'sign key model --private-key locked.pem --passphrase-file passphrase.txt --signature new.sig'],
  ['key.pub', 'verify key model --signature model.sig --public-key key.pub'],
  ['leaf.pem', 'sign certificate model --private-key leaf.key --signing-certificate leaf.pem --signature new.sig'],
  [
    'ca.pem',
    'sign certificate model --private-key leaf.key --signing-certificate leaf.pem --certificate-chain ca.pem --signature new.sig',
  ],
  [
    'root.pem',
    'verify certificate model --signature certified.sig --certificate-chain root.pem --ignore-paths model.sig',
  ],
  [
    'root.pem',
    'verify certificate model --signature certified.sig --certificate-chain root.pem --timestamp-roots root.pem',
  ],
];

test.each(lines)('a byte order mark before %s changes nothing for: %s', async (file, line) => {
  const box = await texts();
  box.write(file, `\ufeff${readFileSync(box.path(file), 'utf8')}`);
  const { code, stderr } = await box.run(line.replace(' --ignore-paths model.sig', '').split(' '));
  expect({ code, stderr }).toMatchObject({ code: 0 });
});

test.each(lines)('UTF-16 in %s is named by: %s', async (file, line) => {
  const box = await texts();
  box.write(file, Buffer.from(`\ufeff${readFileSync(box.path(file), 'utf8')}`, 'utf16le'));
  const { code, stderr } = await box.run(line.replace(' --ignore-paths model.sig', '').split(' '));
  expect(code).toBe(3);
  expect(stderr).toContain('in UTF-16');
  expect(stderr).toContain('iconv -f UTF-16 -t UTF-8');
});

test('a byte order mark before a trust root, a trust configuration or a signing configuration changes nothing', async () => {
  const box = await texts();
  const line = 'verify sigstore model --signature model.sig --identity me --identity-provider https://idp.example';
  for (const flag of ['--trusted-root', '--trust-config']) {
    const found: string[] = [];
    for (const mark of ['', '\ufeff']) {
      box.write('trust.json', `${mark}{"mediaType":"x"}`);
      found.push((await box.json([...line.split(' '), flag, 'trust.json'])).stdout);
    }
    expect(found[0]).toBe(found[1]);
    box.write('trust.json', Buffer.from('\ufeff{}', 'utf16le'));
    expect((await box.run([...line.split(' '), flag, 'trust.json'])).stderr).toContain('it is in UTF-16');
  }
});

test.each([
  ['\ufeff', 'byte order mark'],
  ['utf16', 'UTF-16'],
])('a signature after %j is refused, and the message says why', async (mark, reason) => {
  const box = await texts();
  const text = readFileSync(box.path('model.sig'), 'utf8');
  box.write('model.sig', mark === 'utf16' ? Buffer.from(`\ufeff${text}`, 'utf16le') : `${mark}${text}`);
  const { code, result } = await box.verify();
  expect({ code, error: result.error.code }).toEqual({ code: 1, error: 'bundle/not-json' });
  expect(result.error.message).toContain(reason);
});

test('a key or a token that is given in place of the name of its file is not repeated', async () => {
  const box = await texts();
  const pem = readFileSync(box.path('key.pem'), 'utf8');
  const base64 = pem.split('\n').slice(1, -2).join('');
  const token = `eyJ${'a'.repeat(40)}.eyJ${'b'.repeat(40)}.${'c'.repeat(40)}`;
  for (const args of [
    ['sign', 'key', 'model', '--private-key', pem],
    ['sign', 'key', 'model', '--private-key', base64],
    ['sign', 'key', 'model', '--private-key', 'locked.pem', '--passphrase-file', pem],
    ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', pem],
    ['sign', 'sigstore', 'model', '--identity-token-file', token],
  ]) {
    const { code, stdout, stderr } = await box.run([...args, '--json', '--log-level', 'debug']);
    expect(code === 2 || code === 3).toBe(true);
    expect(stderr).toMatch(/must be given as the name of a file|takes a file, not the key itself/);
    for (const secret of [base64.slice(60, 80), token.slice(50, 70)]) expect(stdout + stderr).not.toContain(secret);
  }
});
