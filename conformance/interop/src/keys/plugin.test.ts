import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, skipReason } from '../needed-programs.ts';
import { accepted, refused } from '../stage.ts';
import { CURVES } from './curves.ts';
import { commandOfPeer, programFor } from './environment.ts';
import { type LocalKms, startLocalKms } from './local-kms.ts';
import { succeeded, Workplace } from './workplace.ts';

const signature = ['--signature', 'model.sig'];
const sign = ['sign', 'key', 'model', ...signature, '--key'];
const verify = ['verify', 'key', 'model', ...signature];

const needed = {
  'local-kms': programFor('local-kms'),
  'sigstore-kms': programFor('sigstore-kms'),
  'Python peer': commandOfPeer(),
};
const isSkipped = Object.values(needed).some((each) => 'unavailable' in each);

let aws: LocalKms;
beforeAll(async () => {
  if (isSkipped) return;
  aws = await startLocalKms(fileOf(needed['local-kms']));
  for (const { aws: spec } of CURVES) await aws.createKey(spec, spec);
});
afterAll(() => aws?.stop());

describe(`keys behind plugins and the command${skipReason(needed)}`, () => {
  it.skipIf(isSkipped).each(CURVES)(
    "AWS by Sigstore's provider signs on $name, and Python verifies it",
    async (curve) => {
      const place = new Workplace(aws.environment);
      place.addProgram('sigstore-kms-awskms', fileOf(needed['sigstore-kms']));
      await signAndVerify(place, `awskms:///alias/${curve.aws}`, curve.name);
    },
  );

  it.skipIf(isSkipped).each(CURVES)(
    'a plugin for keys in files signs on $name, and Python verifies it',
    async (curve) => {
      const place = new Workplace();
      place.addPlugin();
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve.name });
      const file = place.write('plugin.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
      await signAndVerify(place, `filekey://${file}`, curve.name);
    },
  );

  async function signAndVerify(place: Workplace, key: string, curve: string): Promise<void> {
    const read = await place.ours('key', 'public', key);
    expect(read).toMatchObject(accepted({ curve }));
    place.write('service.pub', String(read.result.publicKey));
    expect(await place.ours(...sign, key)).toMatchObject(accepted());
    expect(await place.ours(...verify, '--key', key)).toMatchObject(accepted({ verdict: 'verified' }));
    expect(await place.peer(...verify, '--public_key', 'service.pub')).toMatchObject(succeeded);
  }

  it.skipIf(isSkipped)('what the key service of a plugin refuses is told in its words', async () => {
    const place = new Workplace(aws.environment);
    place.addProgram('sigstore-kms-awskms', fileOf(needed['sigstore-kms']));
    const outcome = await place.ours(...sign, 'awskms:///alias/no-such-key');
    expect(outcome).toMatchObject(refused(3, 'key/refused'));
    expect(outcome.error?.message).toMatch(/NotFoundException|not found|no-such-key/);
  });
});

const pem = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve });
const encoded = (key: ReturnType<typeof pem>) =>
  Buffer.from(key.publicKey.export({ type: 'spki', format: 'pem' })).toString('base64');

/** A plugin that says one key is its own, and does something else when it signs. */
function script(publicKeyPEM: string, whenSigning: string): string {
  const read = `printf '%s' '{"publicKey":{"publicKeyPEM":"${publicKeyPEM}"}}'`;
  return `#!/bin/sh\ncase "$2" in\n*'"methodName":"publicKey"'*) ${read} ;;\n*) ${whenSigning} ;;\nesac\n`;
}

describe('plugins that misbehave, and the command', () => {
  const respond = (text: string) => `printf '%s' '${text}'`;
  const cases: readonly (readonly [string, string, object])[] = [
    ['prints rubbish', respond('rubbish'), refused(3, 'key/response-invalid')],
    ['prints nothing', 'exit 0', refused(3, 'key/response-invalid')],
    ['prints without an end', 'yes', refused(3, 'key/response-invalid')],
    ['refuses', respond('{"errorMessage":"the vault is closed"}'), refused(3, 'key/refused')],
    ['does not respond', 'sleep 3600', refused(3, 'key/unreachable')],
    [
      'signs with rubbish',
      respond('{"signMessage":{"signature":"cnViYmlzaA=="}}'),
      refused(3, 'signer/key-answer-invalid'),
    ],
  ];

  it.each(cases)('one that %s makes no bundle', async (_title, whenSigning, outcome) => {
    const place = new Workplace();
    place.addScript('sigstore-kms-hostile', script(encoded(pem()), whenSigning));
    expect(await place.ours(...sign, 'hostile://key')).toMatchObject(outcome);
    expect(() => place.read('model.sig')).toThrow('ENOENT');
  });

  it('one that signs with another key than it says makes no bundle', async () => {
    const place = new Workplace();
    place.addPlugin();
    const other = place.write('other.pem', pem().privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const real = `"$(dirname "$0")/sigstore-kms-filekey" "$1" "$(printf '%s' "$2" | sed 's#"keyResourceID":"key"#"keyResourceID":"${other}"#')"`;
    place.addScript('sigstore-kms-hostile', script(encoded(pem()), real));
    const outcome = await place.ours(...sign, 'hostile://key');
    expect(outcome).toMatchObject(refused(3, 'signer/key-answer-invalid'));
    expect(() => place.read('model.sig')).toThrow('ENOENT');
  });

  it('one in the working directory is not run, even if PATH has it', async () => {
    const place = new Workplace({ PATH: `${process.env.PATH}::.` });
    place.addScript('sigstore-kms-hostile', '#!/bin/sh\ntouch was-run\n', '.');
    expect(await place.ours(...sign, 'hostile://key')).toMatchObject(refused(3, 'key/module-missing'));
    expect(() => place.read('was-run')).toThrow('ENOENT');
  });
});
