import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OURS, Stage, skipReason, verifyArguments } from './stage.ts';
import { LAB_VARIABLE, NO_NETWORK_VARIABLE } from './surroundings.ts';

const reason = skipReason(LAB_VARIABLE, NO_NETWORK_VARIABLE);

/** Tries to reach the issuer, which listens on loopback; prints what comes of it. */
const REACH = `fetch(process.argv[1]).then(() => console.log('reached'), (error) => console.log(error.cause.code))`;

function withoutNetwork(stage: Stage, command: readonly string[]) {
  return stage.run([...(process.env[NO_NETWORK_VARIABLE] ?? '').split(' '), ...command]);
}

describe.skipIf(reason)(`without any network${reason}`, () => {
  it('not even loopback is there', async () => {
    const stage = new Stage();
    const { stdout } = await withoutNetwork(stage, [process.execPath, '-e', REACH, 'http://127.0.0.1:9/']);
    expect(stdout.trim()).toBe('ENETUNREACH');
  });

  it('a keyless signature is verified', async () => {
    const stage = new Stage();
    await stage.sign();
    const { code, stderr } = await withoutNetwork(stage, [...OURS, ...verifyArguments()]);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
  });

  it('a signature with a key is made and verified', async () => {
    const stage = new Stage();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    stage.write('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    stage.write('key.pub', publicKey.export({ type: 'spki', format: 'pem' }));
    const signed = ['model', '--signature', 'model.sig'];
    expect((await withoutNetwork(stage, [...OURS, 'sign', 'key', ...signed, '--private-key', 'key.pem'])).code).toBe(0);
    expect((await withoutNetwork(stage, [...OURS, 'verify', 'key', ...signed, '--public-key', 'key.pub'])).code).toBe(
      0,
    );
  });
});
