import { existsSync, readFileSync } from 'node:fs';
import { makeChain } from '@model-signing/testing/certificates';
import { testIdentity, testIssuer } from '@model-signing/testing/sigstore-instance';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { expect, test } from 'vitest';
import { Sandbox } from '../testing/command.ts';

const claim = ['--predicate', 'claim.json', '--type', 'vuln'];
const required = ['--require-attestation', 'vuln'];

function boxWithClaim(): Sandbox {
  const box = new Sandbox();
  box.write('claim.json', '{"passed":12}');
  return box;
}

/** Writes the key and the certificates of a new chain into files that begin with `name`. */
function writeChain(box: Sandbox, name: string): string[] {
  const { root, intermediates, leaf } = makeChain();
  box.write(`${name}.key`, leaf.privateKeyPem);
  box.write(`${name}.pem`, leaf.pem);
  box.write(`${name}-ca.pem`, intermediates.map(({ pem }) => pem).join(''));
  box.write(`${name}-root.pem`, root.pem);
  const chain = ['--certificate-chain', `${name}-ca.pem`];
  return ['--private-key', `${name}.key`, '--signing-certificate', `${name}.pem`, ...chain];
}

test('attest certificate attests what a certificate of the authority signed, and verify requires it', async () => {
  const box = boxWithClaim();
  const own = writeChain(box, 'own');
  const trusting = ['verify', 'certificate', 'model', '--certificate-chain', 'own-root.pem', ...required];
  expect((await box.json(['sign', 'certificate', 'model', ...own])).code).toBe(0);
  expect(await box.json(trusting)).toMatchObject({
    code: 1,
    result: { error: { code: 'statement/attestation-missing' } },
  });
  const args = ['attest', 'certificate', 'model', ...own, ...claim, '--signer-certificate', 'own-root.pem'];
  const signer = { method: 'certificate', subject: 'O=Test, CN=Leaf' };
  expect(await box.json(args)).toMatchObject({ code: 0, result: { added: true, signer, signedBy: signer } });
  const { code, result } = await box.json(trusting);
  expect({ code, result }).toMatchObject({ code: 0, result: { attestations: [{ verdict: 'accepted', signer }] } });
});

test('attest certificate attests what its own certificate signed, and nothing of another authority', async () => {
  const box = boxWithClaim();
  const own = writeChain(box, 'own');
  const other = writeChain(box, 'other');
  expect((await box.json(['sign', 'certificate', 'model', ...own])).code).toBe(0);
  const refused = await box.json(['attest', 'certificate', 'model', ...other, ...claim]);
  expect(refused).toMatchObject({ code: 1, result: { error: { code: expect.stringMatching(/^signer\//) } } });
  expect(existsSync(box.path('model.attestations.jsonl'))).toBe(false);
  expect((await box.json(['attest', 'certificate', 'model', ...own, ...claim])).code).toBe(0);
});

test('attest sigstore attests with an identity, and verify requires it of the identity that it trusts', async () => {
  const services = await TestServices.start();
  const box = boxWithClaim();
  const mediaType = 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json';
  const trustedRoot = services.instance.trustedRoot();
  box.write('trust.json', JSON.stringify({ mediaType, trustedRoot, signingConfig: services.signingConfig() }));
  box.write('token', `${services.token()}\n`);
  box.write('other-token', `${services.token({ email: 'other@example.com' })}\n`);
  const trust = ['--trust-config', 'trust.json'];
  expect((await box.json(['sign', 'model', ...trust, '--identity-token-file', 'token'])).code).toBe(0);
  const signedBy = ['--signer-identity', testIdentity, '--signer-identity-provider', testIssuer];
  const attesting = ['attest', 'model', ...claim, ...trust, ...signedBy, '--identity-token-file'];
  const who = ['--identity', testIdentity, '--identity-provider', testIssuer];
  const trusting = ['verify', 'model', ...who, ...trust, ...required];

  expect((await box.json([...attesting, 'other-token'])).code).toBe(0);
  expect(await box.json(trusting)).toMatchObject({
    code: 1,
    result: { error: { code: 'statement/attestation-missing' } },
  });

  const signer = { method: 'sigstore', identity: testIdentity };
  expect(await box.json([...attesting, 'token'])).toMatchObject({ code: 0, result: { signer, signedBy: signer } });
  const { code, result } = await box.json(trusting);
  const attestations = [{ verdict: 'refused' }, { verdict: 'accepted', signer }];
  expect({ code, result }).toMatchObject({ code: 0, result: { attestations } });
});

test('a model without a required attestation is not copied, and one with it is', async () => {
  const box = boxWithClaim();
  box.writeKeys('other');
  await box.sign();
  const copying = ['verify', 'key', 'model', '--public-key', 'key.pub', '--copy-to', 'copied', ...required];
  expect(await box.json(copying)).toMatchObject({
    code: 1,
    result: { error: { code: 'statement/attestation-missing' } },
  });
  expect(existsSync(box.path('copied'))).toBe(false);
  expect((await box.json(['attest', 'key', 'model', '--private-key', 'key.pem', ...claim])).code).toBe(0);
  const { code, result } = await box.json(copying);
  expect({ code, result }).toMatchObject({ code: 0, result: { copy: {}, attestations: [{ verdict: 'accepted' }] } });
  expect(readFileSync(box.path('copied/config.json'))).toEqual(readFileSync(box.path('model/config.json')));
});
