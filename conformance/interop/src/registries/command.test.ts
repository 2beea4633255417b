import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accepted, MODEL, refused, Stage } from '../stage.ts';
import { digestOf, pushModel } from './push.ts';
import type { RunningServer } from './servers.ts';
import { realSubjects } from './subjects.ts';

const SIGN = ['--private-key', 'key.pem'];
const VERIFY = ['--public-key', 'key.pub.pem'];

describe.each(realSubjects)('the command and $title', ({ isSkipped, start }) => {
  let server: RunningServer;
  beforeAll(async () => {
    if (!isSkipped) server = await start();
  });
  afterAll(() => server?.stop());

  /** A model that was pushed, and the names to call it by. */
  async function push(name: string, files = MODEL) {
    const { digest, text } = await pushModel(server.host, name, 'v1', files);
    const base = `oci://${server.host}/${name}`;
    return { tagged: `${base}:v1`, pinned: `${base}@${digest}`, digest, text };
  }

  it.skipIf(isSkipped)('a model is signed, its signature is listed, and the model is verified', async () => {
    const stage = new Stage();
    const { tagged, pinned, digest } = await push('org/command');
    expect(await stage.ours('sign', 'key', tagged, ...SIGN)).toMatchObject(accepted());

    const listed = await stage.ours('signatures', tagged);
    expect(listed).toMatchObject(accepted({ signatures: [{ name: expect.stringMatching(/^sha256:/) }] }));
    const verified = await stage.ours('verify', 'key', tagged, ...VERIFY);
    const source = { reference: tagged, pinned, revision: digest, isPinned: false };
    expect(verified).toMatchObject(accepted({ verdict: 'verified', view: 'files', source }));
  });

  it.skipIf(isSkipped)(
    'the metadata alone is called advertised, and a name that is not pinned can be refused',
    async () => {
      const stage = new Stage();
      const { tagged, pinned } = await push('org/advertised');
      await stage.ours('sign', 'key', tagged, ...SIGN);
      const advertised = await stage.ours('verify', 'key', tagged, '--metadata-only', ...VERIFY);
      expect(advertised).toMatchObject(accepted({ verdict: 'advertised', listing: 'complete' }));
      const movable = await stage.ours('verify', 'key', tagged, '--require-pinned', ...VERIFY);
      expect(movable).toMatchObject(refused(2, 'source/not-pinned'));
      expect(await stage.ours('verify', 'key', pinned, '--require-pinned', ...VERIFY)).toMatchObject(accepted());
    },
  );

  it.skipIf(isSkipped)('a bundle in a file is attached, and pulled models are the signed bytes', async () => {
    const stage = new Stage();
    const { tagged, pinned } = await push('org/pulled');
    await stage.ours('sign', 'key', tagged, '--signature', 'model.sig', ...SIGN);
    expect(existsSync(stage.path('model.sig'))).toBe(true);
    expect(await stage.ours('attach', pinned, '--signature', 'model.sig')).toMatchObject(accepted());

    const pulled = await stage.ours('pull', 'key', tagged, '--to', 'model', ...VERIFY);
    expect(pulled).toMatchObject(accepted({ verdict: 'verified' }));
    for (const [name, content] of Object.entries(MODEL)) {
      expect(digestOf(stage.read(`model/${name}`))).toBe(digestOf(content));
    }
    const local = await stage.ours('verify', 'key', 'model', '--signature', 'model/model.sig', ...VERIFY);
    expect(local).toMatchObject(accepted({ verdict: 'verified' }));
  });

  it.skipIf(isSkipped)('attestations are attached, listed, required, read by a policy and pulled', async () => {
    const stage = new Stage();
    const { tagged } = await push('org/attested');
    await stage.ours('sign', 'key', tagged, '--signature', 'model.sig', ...SIGN);
    await stage.ours('attach', tagged, '--signature', 'model.sig');
    stage.write('scan.json', '{"passed":12345678901234567890}');
    const required = ['verify', 'key', tagged, ...VERIFY, '--require-attestation', 'vuln'];
    expect(await stage.ours(...required)).toMatchObject(refused(1, 'statement/attestation-missing'));

    const claim = ['--predicate', 'scan.json', '--type', 'vuln'];
    const attested = await stage.ours('attest', 'key', tagged, ...SIGN, ...claim);
    expect(attested).toMatchObject(accepted({ added: true, attached: { wasThere: false } }));
    const again = ['attest', 'key', '--from', 'model.sig', ...SIGN, '--predicate', 'scan.json', '--type', 'custom'];
    expect(await stage.ours(...again, '--attestations', 'more.jsonl')).toMatchObject(accepted());
    const attaching = ['attach', tagged, '--attestations', 'more.jsonl'];
    expect(await stage.ours(...attaching)).toMatchObject(accepted({ attached: [{ wasThere: false }] }));
    expect(await stage.ours(...attaching)).toMatchObject(accepted({ attached: [{ wasThere: true }] }));

    expect(await stage.ours(...required)).toMatchObject(accepted({ verdict: 'verified' }));
    const listed = await stage.ours('attestations', 'key', tagged, ...VERIFY, '--signature', 'model.sig');
    expect(listed).toMatchObject(accepted({ accepted: 2, entries: [{ line: null }, { line: null }] }));
    const pulled = await stage.ours('pull', 'key', tagged, '--to', 'attested', ...VERIFY);
    expect(pulled).toMatchObject(accepted({ attestations: [{ verdict: 'accepted' }, { verdict: 'accepted' }] }));
    const local = ['verify', 'key', 'attested', '--signature', 'attested/model.sig', ...VERIFY];
    expect(await stage.ours(...local, '--require-attestation', 'custom')).toMatchObject(accepted());
  });

  it.skipIf(isSkipped)('some files are pulled, and the result is called partial', async () => {
    const stage = new Stage();
    const { tagged } = await push('org/some');
    await stage.ours('sign', 'key', tagged, ...SIGN);
    const pulled = await stage.ours('pull', 'key', tagged, '--to', 'model', '--only', 'onnx', ...VERIFY);
    expect(pulled).toMatchObject(accepted({ verdict: 'partial', listing: 'not-compared' }));
    expect(existsSync(stage.path('model/onnx/model.onnx'))).toBe(true);
    expect(existsSync(stage.path('model/config.json'))).toBe(false);
  });

  it.skipIf(isSkipped)('a changed layer is a mismatch, to verify and to pull, and nothing is left behind', async () => {
    const stage = new Stage();
    const { tagged } = await push('org/tampered');
    await stage.ours('sign', 'key', tagged, '--signature', 'model.sig', ...SIGN);
    await push('org/tampered', { ...MODEL, 'onnx/model.onnx': `${'w'.repeat(299_999)}x` });
    await stage.ours('attach', tagged, '--signature', 'model.sig');
    const mismatch = refused(1, 'model/mismatch');
    expect(await stage.ours('verify', 'key', tagged, ...VERIFY)).toMatchObject(mismatch);
    expect(await stage.ours('verify', 'key', tagged, '--metadata-only', ...VERIFY)).toMatchObject(mismatch);
    expect(await stage.ours('pull', 'key', tagged, '--to', 'model', ...VERIFY)).toMatchObject(mismatch);
    expect(existsSync(stage.path('model'))).toBe(false);
  });
});
