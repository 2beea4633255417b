import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { lab, Stage, skipReason } from './stage.ts';
import { LAB_VARIABLE } from './surroundings.ts';

const reason = skipReason(LAB_VARIABLE);

interface Bundle {
  readonly verificationMaterial: {
    readonly tlogEntries: readonly { readonly kindVersion: { readonly kind: string; readonly version: string } }[];
  };
}

/** A folder with a model and key pairs in `NAME.pem` and `NAME.pub.pem`. */
class KeyStage extends Stage {
  writeKeys(name: string, namedCurve = 'P-256'): void {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    this.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    this.write(`${name}.pub.pem`, publicKey.export({ type: 'spki', format: 'pem' }));
  }

  signKey(version: '1' | '2', name = 'key', signature = 'model.sig') {
    const { rekor, rekorV1, timestampAuthority } = lab.services;
    const log = ['--log', version === '1' ? rekorV1 : rekor, '--log-version', version];
    const time = version === '1' ? [] : ['--timestamp-url', `${timestampAuthority}/api/v1/timestamp`];
    const what = ['--private-key', `${name}.pem`, '--signature', signature, '--draft', '1.1'];
    return this.ours(['sign', 'key', 'model', ...what, ...log, ...time, '--trusted-root', lab.file('trustedRoot')]);
  }

  verifyKey(name = 'key', signature = 'model.sig') {
    const what = ['--public-key', `${name}.pub.pem`, '--signature', signature, '--draft', '1.1', '--require-log'];
    return this.ours(['verify', 'key', 'model', ...what, '--trusted-root', lab.file('trustedRoot')]);
  }
}

const LOGS = [
  { version: '1', kind: { kind: 'dsse', version: '0.0.1' } },
  { version: '2', kind: { kind: 'hashedrekord', version: '0.0.2' } },
] as const;

describe.skipIf(reason)(`signatures with a key in a log${reason}`, () => {
  it.each(LOGS)(
    'the command logs a signature with a key in Rekor v$version and requires the entry',
    async ({ version, kind }) => {
      const stage = new KeyStage();
      stage.writeKeys('key');
      const signed = await stage.signKey(version);
      expect([signed.result.error, signed.code]).toEqual([undefined, 0]);
      const { tlogEntries } = stage.readJson<Bundle>('model.sig').verificationMaterial;
      expect(tlogEntries.map(({ kindVersion }) => kindVersion)).toEqual([kind]);
      const verified = await stage.verifyKey();
      expect([verified.result.error, verified.code]).toEqual([undefined, 0]);
      expect(verified.result.signer).toMatchObject({ method: 'key', loggedAt: expect.stringMatching(/Z$/) });
    },
  );

  it.each(LOGS)('the command logs a signature with a key on P-384 in Rekor v$version', async ({ version }) => {
    const stage = new KeyStage();
    stage.writeKeys('key', 'P-384');
    expect((await stage.signKey(version)).result.error).toBeUndefined();
    expect((await stage.verifyKey()).code).toBe(0);
  });

  it.each(LOGS)(
    'the command refuses a signature with the entry of another key in Rekor v$version',
    async ({ version }) => {
      const stage = new KeyStage();
      for (const name of ['key', 'other']) stage.writeKeys(name);
      await stage.signKey(version);
      await stage.signKey(version, 'other', 'other.sig');
      const [bundle, other] = [stage.readJson<Bundle>('model.sig'), stage.readJson<Bundle>('other.sig')];
      const { tlogEntries } = other.verificationMaterial;
      const material = { ...bundle.verificationMaterial, tlogEntries };
      stage.writeJson('model.sig', { ...bundle, verificationMaterial: material });
      expect((await stage.verifyKey()).result.error?.code).toBe('signer/log-invalid');
    },
  );

  it('the command refuses a signature with a key that is not logged if an entry is required', async () => {
    const stage = new KeyStage();
    stage.writeKeys('key');
    await stage.ours([
      'sign',
      'key',
      'model',
      '--private-key',
      'key.pem',
      '--signature',
      'model.sig',
      '--draft',
      '1.1',
    ]);
    expect((await stage.verifyKey()).result.error?.code).toBe('signer/log-missing');
  });
});
