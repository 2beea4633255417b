import { TestServices } from '@model-signing/testing/sigstore-services';
import { opensslAuthority } from '@model-signing/testing/timestamp-authority';
import { describe, expect, test } from 'vitest';
import { Sandbox } from '../testing/command.ts';

/** A folder with a key in `key.pem` and `key.pub`, and the trust root of the services in `root.json`. */
class Logged extends Sandbox {
  constructor(services?: TestServices) {
    super();
    if (services) this.write('root.json', JSON.stringify(services.instance.trustedRoot()));
  }

  signKey(...more: string[]) {
    return this.json(['sign', 'key', 'model', '--private-key', 'key.pem', ...more]);
  }

  verifyKey(...more: string[]) {
    const key = ['--public-key', 'key.pub', '--draft', '1.1'];
    return this.json(['verify', 'key', 'model', '--signature', 'model.sig', ...key, ...more]);
  }
}

const REQUIRE = ['--trusted-root', 'root.json', '--require-log'];

describe('sign key with a log', () => {
  test('a signature with a key is logged on request, which is said to be public, and verified with --require-log', async () => {
    const services = await TestServices.start();
    const box = new Logged(services);
    const signed = await box.signKey('--draft', '1.1', '--log', services.url, '--trusted-root', 'root.json');
    expect(signed).toMatchObject({ code: 0, result: { warnings: [{ code: 'command/public-log' }] } });
    expect(signed.stderr).toMatch(/never removes/);
    const verified = await box.verifyKey(...REQUIRE);
    expect(verified).toMatchObject({ code: 0, result: { signer: { loggedAt: expect.stringMatching(/Z$/) } } });
    expect((await box.verifyKey('--strict')).code).toBe(0);
  });

  test('a signature that is not logged is refused with --require-log', async () => {
    const services = await TestServices.start();
    const box = new Logged(services);
    await box.signKey('--draft', '1.1');
    expect(services.requests).toEqual([]);
    expect(await box.verifyKey(...REQUIRE)).toMatchObject({
      code: 1,
      result: { error: { code: 'signer/log-missing', requirement: 'OMS-KEYLOG-6' } },
    });
  });

  test.each([
    [['--log', 'https://log.example'], 'draft'],
    [['--timestamp-url', 'https://tsa.example'], 'draft'],
    [['--draft', '1.1', '--log-version', '2'], '--log'],
    [['--draft', '1.1', '--trusted-root', 'root.json'], '--log'],
    [['--draft', '1.1', '--log', 'https://log.example', '--log-version', '2'], '--timestamp-url'],
    [['--draft', '1.1', '--log', 'http://log.example'], '--log'],
  ])('sign key refuses %j as wrong and writes nothing', async (flags, named) => {
    const box = new Logged();
    const { code, result, stderr } = await box.signKey(...flags);
    expect([code, result.error.code]).toEqual([2, 'command/usage']);
    expect(stderr).toContain(named);
    expect(box.list()).not.toContain('model.sig');
  });

  test('verify key refuses a trust root that nothing uses', async () => {
    const box = new Logged(await TestServices.start());
    await box.signKey();
    expect(await box.verifyKey('--trusted-root', 'root.json')).toMatchObject({ code: 2 });
  });
});

test('a signature with a key is timestamped on request, and the timestamp is verified with --timestamp-roots', async () => {
  const box = new Logged();
  const authority = await opensslAuthority();
  box.write('tsa.pem', authority.rootPem);
  box.write('other.pem', (await opensslAuthority()).rootPem);
  expect((await box.signKey('--draft', '1.1', '--tsa-url', authority.url)).code).toBe(0);
  const verified = await box.verifyKey('--timestamp-roots', 'tsa.pem');
  expect(verified).toMatchObject({ code: 0, result: { signer: { timestampedAt: expect.stringMatching(/Z$/) } } });
  expect(await box.verifyKey('--timestamp-roots', 'other.pem')).toMatchObject({
    code: 1,
    result: { error: { code: 'signer/timestamp-untrusted' } },
  });
  expect((await box.verifyKey()).code).toBe(0);
});
