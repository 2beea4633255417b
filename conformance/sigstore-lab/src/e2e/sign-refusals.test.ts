import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadAddress, type LateLog, startLateLog, type TrustConfig } from './forgery.ts';
import { lab, Stage, skipReason } from './stage.ts';
import { LAB_VARIABLE } from './surroundings.ts';

const reason = skipReason(LAB_VARIABLE);

let lateLog: LateLog;
beforeAll(async () => {
  if (!reason) lateLog = await startLateLog();
});
afterAll(() => lateLog?.close());

/** A trust configuration in which one thing is changed. */
async function changedConfig(stage: Stage, change: (config: TrustConfig['signingConfig']) => unknown): Promise<string> {
  const config = stage.readJson<TrustConfig>(lab.file('trustConfig'));
  await change(config.signingConfig);
  return stage.writeJson('config/trust.json', config);
}

describe.skipIf(reason)(`signing without a key${reason}`, () => {
  it.each([
    ['with a token that has expired', 'signer/token-expired', () => lab.token({ lifetime: -60 })],
    ['with a token for another audience', 'signer/token-audience', () => lab.token({ audience: 'other' })],
    ['with an invalid token', 'signer/token-invalid', () => 'not-a-token'],
    ['with the token of an issuer that the authority does not know', 'signer/service-failed', foreignToken],
  ])('the command fails to sign and writes nothing %s', async (_, code, token) => {
    const stage = new Stage();
    const secret = token();
    const { result, stderr, stdout } = await stage.sign([], { token: secret });
    expect(result.error?.code).toBe(code);
    expect(stage.list()).toEqual([]);
    expect(stdout + stderr).not.toContain(secret);
  });

  it.each([
    ['certificate authority', 'caUrls'],
    ['log', 'rekorTlogUrls'],
    ['timestamp authority', 'tsaUrls'],
  ] as const)(
    'the command fails to sign and writes nothing when the %s cannot be reached, and says which',
    async (_, service) => {
      const stage = new Stage();
      const dead = await deadAddress();
      const trust = await changedConfig(stage, (config) => {
        for (const each of config[service]) each.url = dead;
      });
      const { result, code } = await stage.sign([], { trust });
      expect([result.error?.code, code]).toEqual(['signer/service-failed', 3]);
      expect(result.error?.message).toContain(dead);
      expect(stage.list()).toEqual([]);
    },
  );

  it('the command fails to sign and writes nothing when the log takes the entry after the certificate has expired', async () => {
    const stage = new Stage();
    const trust = await changedConfig(stage, ({ rekorTlogUrls }) => {
      for (const each of rekorTlogUrls) each.url = lateLog.address;
    });
    expect((await stage.sign([], { trust })).result.error?.code).toBe('signer/certificate-untrusted');
    expect(stage.list()).toEqual([]);
  });
});

function foreignToken(): string {
  return lab.token({ issuer: 'http://127.0.0.1:9' });
}
