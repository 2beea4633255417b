import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../testing/command.ts';
import { hubWith, signedHub, storedModel } from '../testing/stores.ts';

describe('signatures', () => {
  it('the signature beside a directory is listed with its claims, and nothing is verified', async () => {
    const box = new Sandbox();
    await box.sign();
    box.write('model/config.json', 'changed');
    const { code, result } = await box.json(['signatures', 'model']);
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { command: 'signatures', verified: false, used: 'model.sig', signatures: [{ name: 'model.sig' }] },
    });
    expect(result).toMatchObject({
      signatures: [
        {
          kind: 'model-signature',
          isUsed: true,
          signer: { method: 'key' },
          model: 'model',
          resourceCount: 3,
          error: null,
        },
      ],
    });
    const { stdout } = await box.run(['signatures', 'model']);
    expect(stdout).toMatch(/^NOT VERIFIED: /);
    expect(stdout).toContain('signature: model.sig (verify uses it if none is named)');
    expect(stdout).toMatch(/signed by: +key with hint [0-9a-f]{64}/);
  });

  it('a model without a signature has none to list, and why is said', async () => {
    const { code, result, stdout } = await new Sandbox().json(['signatures', 'model']);
    expect({ code, result }).toMatchObject({ code: 0, result: { signatures: [], used: null } });
    expect(stdout).toContain('there is no signature');
  });

  it('signatures in a directory are listed besides, and of two that verify would find it uses none', async () => {
    const box = new Sandbox();
    await box.sign();
    const signature = readFileSync(box.path('model.sig'));
    box.write('model/model.sig', signature);
    box.write('model/notes/copy.json', signature);
    const { result } = await box.json(['signatures', 'model']);
    expect(result).toMatchObject({
      used: null,
      usedReason: expect.stringContaining('there are two signatures'),
      signatures: [{ name: 'model/model.sig' }, { name: 'model/notes/copy.json' }],
    });
  });

  it('a file that begins like a signature and is none is listed as unreadable', async () => {
    const box = new Sandbox();
    box.write('model/model.sig', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}');
    const { code, result } = await box.json(['signatures', 'model']);
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { signatures: [{ kind: 'unreadable', signer: null, error: { code: 'bundle/malformed' } }] },
    });
  });

  it('the signatures on a hub are listed in their order, of which the first is the one that is used', async () => {
    const { files } = await signedHub();
    const box = new Sandbox();
    const both = { ...files, 'other.oms.sig': files['model.sig'] as Uint8Array };
    const { hub, env } = await hubWith({ repositories: { 'org/model': both } });
    const { code, result } = await box.json(['signatures', 'hf://org/model'], { env });
    expect({ code, result }).toMatchObject({
      code: 0,
      result: {
        source: { pinned: `hf://org/model@${hub.head('org/model')}` },
        used: 'model.sig',
        signatures: [
          { name: 'model.sig', isUsed: true },
          { name: 'other.oms.sig', isUsed: false },
        ],
      },
    });
  });

  it('the signatures that are attached in a registry are listed by the digests of their manifests', async () => {
    const { box, env, name } = await storedModel();
    expect(await box.json(['signatures', name], { env })).toMatchObject({ code: 0, result: { signatures: [] } });
    await box.run(['sign', 'key', name, '--private-key', 'key.pem'], { env });
    const { code, result } = await box.json(['signatures', name], { env });
    expect({ code, result }).toMatchObject({
      code: 0,
      result: { signatures: [{ name: expect.stringMatching(/^sha256:/), kind: 'model-signature', isUsed: true }] },
    });
  });

  it('what a signature claims is printed without control characters', async () => {
    const { files } = await signedHub();
    const box = new Sandbox();
    const hostile = { ...files, 'a\u001b[31m.oms.sig': files['model.sig'] as Uint8Array };
    const { env } = await hubWith({ repositories: { 'org/model': hostile } });
    const { stdout, stderr } = await box.run(['signatures', 'hf://org/model'], { env });
    expect(stdout + stderr).not.toContain('\u001b');
  });
});
