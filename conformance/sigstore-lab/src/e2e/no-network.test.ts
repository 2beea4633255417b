import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeAuthority, makeSigner } from '../authority.ts';
import { lab, OURS, Stage, skipReason, verifyArguments } from './stage.ts';
import { LAB_VARIABLE, NO_NETWORK_VARIABLE } from './surroundings.ts';

const reason = skipReason(LAB_VARIABLE, NO_NETWORK_VARIABLE);

/** Tries to connect to a port of loopback, and prints the result. */
const REACH = `require('node:net').connect(Number(process.argv[1]), '127.0.0.1')
  .on('connect', () => { console.log('reached'); process.exit(); })
  .on('error', (error) => console.log(error.code));`;

function withoutNetwork(stage: Stage, command: readonly string[]) {
  return stage.run([...(process.env[NO_NETWORK_VARIABLE] ?? '').split(' '), ...command]);
}

describe.skipIf(reason)(`without any network${reason}`, () => {
  it('a process without a network cannot reach even loopback', async () => {
    const stage = new Stage();
    const reach = [process.execPath, '-e', REACH, new URL(lab.services.issuer).port];
    expect((await stage.run(reach)).stdout).toBe('reached\n');
    expect((await withoutNetwork(stage, reach)).stdout).toBe('ENETUNREACH\n');
  });

  it('the command verifies a keyless signature without a network', async () => {
    const stage = new Stage();
    await stage.sign();
    const { code, stderr } = await withoutNetwork(stage, [...OURS, ...verifyArguments()]);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('the command verifies a signature with a certificate and the timestamp of a real authority without a network', async () => {
    const stage = new Stage();
    mkdirSync(stage.path('config'));
    makeAuthority(stage.path('config'));
    makeSigner(stage.path('config'));
    const chain = await fetch(`${lab.services.timestampAuthority}/api/v1/timestamp/certchain`);
    stage.write('config/tsa.pem', await chain.text());

    const common = ['certificate', 'model', '--signature', 'model.sig'];
    const key = ['--private-key', 'config/signer.pem', '--signing-certificate', 'config/signer.crt'];
    const time = ['--timestamp-url', `${lab.services.timestampAuthority}/api/v1/timestamp`];
    const path = ['--certificate-chain', 'config/fulcio-chain.pem'];
    expect((await stage.ours(['sign', ...common, ...key, ...path, ...time])).result.error).toBeUndefined();

    const trust = ['--certificate-chain', 'config/fulcio-root.crt', '--timestamp-roots', 'config/tsa.pem'];
    const { code, stderr } = await withoutNetwork(stage, [...OURS, 'verify', ...common, ...trust]);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('the command makes and verifies a signature with a key without a network', async () => {
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
