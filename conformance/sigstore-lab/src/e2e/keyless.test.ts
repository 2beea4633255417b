import { describe, expect, it } from 'vitest';
import { IDENTITY, lab, Stage, skipReason } from './stage.ts';
import { LAB_VARIABLE, PEER_VARIABLE } from './surroundings.ts';

const reason = skipReason(LAB_VARIABLE);
const peerReason = skipReason(LAB_VARIABLE, PEER_VARIABLE);

interface Material {
  readonly tlogEntries: readonly { readonly kindVersion: { readonly kind: string; readonly version: string } }[];
  readonly timestampVerificationData?: { readonly rfc3161Timestamps?: readonly unknown[] };
}

const LOGS = [
  { log: 'Rekor v1', config: 'trustConfig', kind: { kind: 'dsse', version: '0.0.1' } },
  { log: 'Rekor v2', config: 'trustConfigV2', kind: { kind: 'hashedrekord', version: '0.0.2' } },
] as const;

describe.skipIf(reason)(`keyless signatures${reason}`, () => {
  it.each(LOGS)('the command makes a keyless signature with $log and verifies it offline', async ({ config, kind }) => {
    const stage = new Stage();
    const signed = await stage.sign([], { trust: lab.file(config) });
    expect([signed.result.error, signed.code]).toEqual([undefined, 0]);

    const { verificationMaterial } = stage.readJson<{ verificationMaterial: Material }>('model.sig');
    expect(verificationMaterial.tlogEntries.map(({ kindVersion }) => kindVersion)).toEqual([kind]);
    expect(verificationMaterial.timestampVerificationData?.rfc3161Timestamps).toHaveLength(1);

    const verified = await stage.verify();
    expect([verified.result.error, verified.code]).toEqual([undefined, 0]);
    expect(verified.result.signer).toMatchObject({
      method: 'sigstore',
      identity: IDENTITY,
      issuer: lab.services.issuer,
    });
  });

  it('the command verifies with a single file that holds the trust root and the addresses', async () => {
    const stage = new Stage();
    await stage.sign();
    const whom = ['--identity', IDENTITY, '--identity-provider', lab.services.issuer];
    const file = ['--signature', 'model.sig', '--trust-config', lab.file('trustConfig')];
    expect((await stage.ours(['verify', 'sigstore', 'model', ...file, ...whom])).code).toBe(0);
  });

  it('the command makes and verifies a keyless signature if no method is named', async () => {
    const stage = new Stage();
    const common = ['model', '--signature', 'model.sig', '--trust-config', lab.file('trustConfig')];
    expect((await stage.ours(['sign', ...common, '--identity-token', lab.token()])).code).toBe(0);
    const whom = ['--identity', IDENTITY, '--identity-provider', lab.services.issuer];
    expect((await stage.ours(['verify', ...common, ...whom])).code).toBe(0);
  });

  it('the command refuses a changed model with a keyless signature', async () => {
    const stage = new Stage();
    await stage.sign();
    stage.write('model/weights.bin', 'x');
    expect((await stage.verify()).result.error?.code).toBe('model/mismatch');
  });
});

describe.skipIf(peerReason)(`keyless signatures and the Python peer${peerReason}`, () => {
  it.each(LOGS)('the command exchanges keyless signatures with the Python peer by $log', async ({ config }) => {
    const trust = ['--trust_config', lab.file(config)];
    const whom = ['--identity', IDENTITY, '--identity_provider', lab.services.issuer];

    const ours = new Stage();
    expect((await ours.sign([], { trust: lab.file(config) })).code).toBe(0);
    expect((await ours.peer('verify', [...trust, ...whom])).code).toBe(0);
    ours.write('model/weights.bin', 'x');
    expect((await ours.peer('verify', [...trust, ...whom])).code).not.toBe(0);

    const theirs = new Stage();
    expect((await theirs.peer('sign', [...trust, '--identity_token', lab.token()])).code).toBe(0);
    expect((await theirs.verify()).result.error).toBeUndefined();
    theirs.write('model/weights.bin', 'x');
    expect((await theirs.verify()).result.error?.code).toBe('model/mismatch');
  });

  it('the command refuses another identity, as the Python peer does', async () => {
    const stage = new Stage();
    await stage.sign();
    const trust = ['--trust_config', lab.file('trustConfig'), '--identity_provider', lab.services.issuer];
    const refused = await stage.peer('verify', [...trust, '--identity', 'other@example.com']);
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toMatch(/identity|SAN/i);
    expect((await stage.verify({ identity: 'other@example.com' })).result.error?.code).toBe('signer/identity-mismatch');
  });
});
