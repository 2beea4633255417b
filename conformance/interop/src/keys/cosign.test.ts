import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fileOf, skipReason } from '../needed-programs.ts';
import { accepted } from '../stage.ts';
import { cosign } from './environment.ts';
import { succeeded, Workplace } from './workplace.ts';

const needed = { cosign: cosign() };
const isSkipped = 'unavailable' in needed.cosign;

const TYPE = 'https://model_signing/signature/v1.0';
const offline = '--insecure-ignore-tlog';

/** A folder with the plugin, a model, and a reference to a key on the only curve that cosign verifies with. */
function openPlace() {
  const place = new Workplace();
  place.addPlugin();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = `filekey://${place.write('held.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }))}`;
  const run = (...args: readonly string[]) => place.other([fileOf(needed.cosign), ...args]);
  const about = (digest: string) => ['--digest', digest, '--digestAlg', 'sha256'];
  const verify = (bundle: string, digest: string, type: string) =>
    run('verify-blob-attestation', '--bundle', bundle, '--key', key, ...about(digest), '--type', type, offline);
  return { place, key, publicKey: publicKey.export({ type: 'spki', format: 'pem' }), run, verify };
}

describe(`cosign and our plugin${skipReason(needed)}`, () => {
  it.skipIf(isSkipped)('cosign reads the public key, and verifies what our command signs with the plugin', async () => {
    const { place, key, publicKey, run, verify } = openPlace();
    expect(await run('public-key', '--key', key)).toMatchObject({ ...succeeded, stdout: publicKey });
    const sign = ['sign', 'key', 'model', '--key', key, '--signature', 'model.sig'];
    expect(await place.ours(...sign)).toMatchObject(accepted());
    const { rootDigest } = place.payloadOf('model.sig');
    expect(await verify('model.sig', rootDigest, TYPE)).toMatchObject(succeeded);
    expect(await verify('model.sig', '0'.repeat(64), TYPE)).toMatchObject({ code: 1 });
  });

  it.skipIf(isSkipped)('cosign signs with the plugin, and verifies what it signed', async () => {
    const { place, key, run, verify } = openPlace();
    // No log, and no trusted root that would be fetched.
    expect(await run('signing-config', 'create', '--out', 'signing.json')).toMatchObject(succeeded);
    expect(await run('trusted-root', 'create', '--out', 'root.json')).toMatchObject(succeeded);
    place.write('predicate.json', '{}');
    const digest = 'ab'.repeat(32);
    const what = ['--hash', digest, '--type', 'https://example.org/test', '--predicate', 'predicate.json'];
    const services = ['--signing-config', 'signing.json', '--trusted-root', 'root.json'];
    const file = 'model/config.json';
    const signed = await run('attest-blob', '--key', key, ...what, ...services, '--bundle', 'made.json', file);
    expect(signed).toMatchObject(succeeded);
    expect(await verify('made.json', digest, 'https://example.org/test')).toMatchObject(succeeded);
  });
});
