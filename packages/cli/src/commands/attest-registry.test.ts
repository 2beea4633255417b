import { existsSync, readFileSync } from 'node:fs';
import { mediaTypes } from '@model-signing/testing/registry-content';
import { describe, expect, test } from 'vitest';
import type { JsonResult } from '../testing/command.ts';
import { hubWith, signedHub, storedModel } from '../testing/stores.ts';

/** What a script finds in results about attestations. */
interface Result extends JsonResult {
  readonly signature?: string;
  readonly attached?: { readonly digest: string };
  readonly attestationFile?: string;
  readonly attestations?: readonly { readonly verdict: string; readonly error: { readonly code: string } | null }[];
}

const claim = ['--predicate', 'claim.json', '--type', 'vuln'];
const required = ['--require-attestation', 'vuln'];
const VULN = 'https://cosign.sigstore.dev/attestation/vuln/v1';
const missing = { code: 1, result: { error: { code: 'statement/attestation-missing' } } };

/** A model that is signed in its registry, and another key. */
async function signedInRegistry(referrers: 'api' | 'none' = 'api') {
  const stored = await storedModel({ referrers });
  const { box, env, name } = stored;
  box.writeKeys('other');
  box.write('claim.json', '{"passed":12345678901234567890}');
  const json = async (args: readonly string[]) => {
    const { code, result } = await box.json(args, { env });
    return { code, result: result as Result };
  };
  expect(await json(['sign', 'key', name, '--private-key', 'key.pem'])).toMatchObject({ code: 0 });
  const attesting = ['attest', 'key', name, '--private-key', 'key.pem', ...claim];
  const verifying = ['verify', 'key', name, '--public-key', 'key.pub'];
  return { ...stored, json, attesting, verifying };
}

describe.each(['api', 'none'] as const)('a registry (referrers: %s)', (referrers) => {
  test('an attestation is attached to the model in its registry, and is listed, required and pulled from there', {
    timeout: 120_000,
  }, async () => {
    const { box, json, attesting, verifying, name, registry, pushed, env } = await signedInRegistry(referrers);
    expect(await json([...verifying, ...required])).toMatchObject(missing);

    const { result, code } = await json(attesting);
    const how = referrers === 'api' ? 'api' : 'tag';
    const source = { reference: name, revision: pushed.digest };
    const attached = { digest: expect.stringMatching(/^sha256:/), how, wasThere: false };
    expect({ code, result }).toMatchObject({ code: 0, result: { added: true, compared: true, source, attached } });
    expect(box.list()).not.toContain('model.attestations.jsonl');
    const stored = registry.repository('org/model').find(result.attached?.digest ?? '');
    expect(JSON.parse(Buffer.from(stored?.bytes ?? '').toString())).toMatchObject({
      annotations: { 'dev.sigstore.bundle.predicateType': VULN },
    });

    const entry = { file: result.attached?.digest, line: null, verdict: 'accepted', subject: { domain: 'root' } };
    expect(await json([...verifying, ...required])).toMatchObject({ code: 0, result: { attestations: [entry] } });
    const listing = ['attestations', 'key', name, '--public-key'];
    const listed = await json([...listing, 'key.pub', '--signature', result.signature ?? '']);
    expect(listed).toMatchObject({ code: 0, result: { source, accepted: 1, entries: [entry] } });
    expect(await json([...listing, 'other.pub'])).toMatchObject(missing);
    const { stdout } = await box.run([...listing, 'key.pub', '--extract', 'vuln'], { env });
    expect(stdout).toBe('{"passed":12345678901234567890}\n');

    const pulled = await json(['pull', 'key', name, '--to', 'pulled', '--public-key', 'key.pub']);
    expect(pulled).toMatchObject({ code: 0, result: { attestations: [entry] } });
    expect(pulled.result.attestationFile).toMatch(/pulled\.attestations\.jsonl$/);
    const local = ['verify', 'key', 'pulled', '--public-key', 'key.pub', ...required];
    const found = await box.json([...local, '--signature', 'pulled/model.sig']);
    expect(found).toMatchObject({ code: 0, result: { attestations: [{ verdict: 'accepted', line: 1 }] } });
  });
});

test('--from attests what a signature is of without reading the artifact, and attaches it there', async () => {
  const { box, json, name, registry, pushed, verifying } = await signedInRegistry();
  await json(['sign', 'key', name, '--private-key', 'key.pem', '--signature', 'model.sig']);
  registry.log.length = 0;
  const attesting = ['attest', 'key', name, '--from', 'model.sig', '--private-key', 'key.pem', ...claim];
  const { code, result } = await json(attesting);
  expect({ code, result }).toMatchObject({ code: 0, result: { compared: false, engine: null, attached: {} } });
  const reads = registry.log.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'));
  expect(reads.every(({ path }) => !pushed.manifest.layers.some(({ digest }) => path.endsWith(digest)))).toBe(true);
  expect(await json([...verifying, ...required])).toMatchObject({ code: 0 });

  box.write('elsewhere/file', 'x');
  await box.run(['sign', 'key', 'elsewhere', '--private-key', 'key.pem', '--signature', 'other.sig']);
  const foreign = ['attest', 'key', name, '--from', 'other.sig', '--private-key', 'key.pem', ...claim];
  expect(await json([...foreign, '--strict'])).toMatchObject({
    code: 1,
    result: { error: { code: 'command/other-model' } },
  });
  expect((await json(foreign)).result.warnings).toMatchObject([{ code: 'command/other-model' }]);
});

test('--from and a path are both the model, so that one of them is refused', async () => {
  const { json } = await signedInRegistry();
  const args = ['attest', 'key', 'model', '--from', 'model.sig', '--private-key', 'key.pem', ...claim];
  expect(await json(args)).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
});

test('an attestation of another signer is no attestation to verify, and is pulled and reported', async () => {
  const { json, name, verifying } = await signedInRegistry();
  const by = ['attest', 'key', name, '--private-key', 'other.pem', '--signer-key', 'key.pub', ...claim];
  expect(await json(by)).toMatchObject({ code: 0 });
  expect(await json([...verifying, ...required])).toMatchObject(missing);
  const refused = { verdict: 'refused', error: { code: 'signer/key-mismatch' } };
  const pulled = await json(['pull', 'key', name, '--to', 'pulled', '--public-key', 'key.pub']);
  expect(pulled).toMatchObject({ code: 0, result: { attestations: [refused] } });
  const file = pulled.result.attestationFile ?? '';
  expect(await json(['attestations', 'key', file, '--public-key', 'other.pub'])).toMatchObject({ code: 0 });
});

test('a signature that claims to be an attestation is never one, and what is no bundle spoils nothing', async () => {
  const { box, json, name, registry, pushed, attesting, verifying } = await signedInRegistry();
  await json(['sign', 'key', name, '--private-key', 'key.pem', '--signature', 'model.sig']);
  for (const content of [readFileSync(box.path('model.sig')), Buffer.from('no bundle')]) {
    const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
    registry.pushManifest('org/model', null, {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      artifactType: type,
      config: { mediaType: mediaTypes.empty, digest: registry.pushBlob('org/model', '{}'), size: 2 },
      layers: [{ mediaType: type, digest: registry.pushBlob('org/model', content), size: content.length }],
      subject: { mediaType: mediaTypes.manifest, digest: pushed.digest, size: 1 },
      annotations: { 'dev.sigstore.bundle.predicateType': VULN },
    });
  }
  expect(await json([...verifying, ...required])).toMatchObject(missing);
  expect(await json(attesting)).toMatchObject({ code: 0 });
  const { code, result } = await json([...verifying, ...required]);
  const found = (result.attestations ?? []).map(({ verdict, error }) => [verdict, error?.code ?? null]);
  expect({ code, found: found.sort() }).toEqual({
    code: 0,
    found: [
      ['accepted', null],
      ['refused', 'statement/predicate-type'],
      ['unknown', 'bundle/not-json'],
    ],
  });
});

test('attach --attestations attaches each attestation of a file once, and reports what is none', async () => {
  const { box, json, name, verifying } = await signedInRegistry();
  await json(['sign', 'key', name, '--private-key', 'key.pem', '--signature', 'model.sig']);
  const from = ['attest', 'key', '--from', 'model.sig', '--private-key', 'key.pem', ...claim];
  await json([...from, '--attestations', 'all.jsonl']);
  const signature = JSON.stringify(JSON.parse(readFileSync(box.path('model.sig'), 'utf8')));
  box.write('all.jsonl', `${readFileSync(box.path('all.jsonl'), 'utf8')}no bundle\n${signature}\n`);
  const attaching = ['attach', name, '--attestations', 'all.jsonl'];
  const attached = [{ line: 1, how: 'api', wasThere: false }];
  const unknown = { code: 'command/attestation-unknown' };
  expect(await json(attaching)).toMatchObject({ code: 0, result: { attached, warnings: [unknown, unknown] } });
  expect(await json(attaching)).toMatchObject({ code: 0, result: { attached: [{ wasThere: true }] } });
  expect(await json([...verifying, ...required])).toMatchObject({ code: 0 });
  expect(await json(['attach', name, '--attestations', 'model.sig'])).toMatchObject(missing);
  const both = ['attach', name, '--attestations', 'all.jsonl', '--signature', 'model.sig'];
  expect(await json(both)).toMatchObject({ code: 2 });
});

test('a policy takes the attestations that it requires from the registry', async () => {
  const { box, json, name, attesting } = await signedInRegistry();
  const signers = { release: { method: 'key', publicKeyFile: 'key.pub' } };
  const attestations = [{ predicateType: VULN, signedBy: ['release'] }];
  const models = [{ match: ['oci://**'], require: { signedBy: ['release'], attestations } }];
  box.write('policy.json', JSON.stringify({ policyVersion: 1, signers, models }));
  const verifying = ['verify', name, '--policy', 'policy.json'];
  expect(await json(verifying)).toMatchObject({ code: 1, result: { error: { code: 'policy/attestation' } } });
  await json(attesting);
  expect(await json(verifying)).toMatchObject({ code: 0 });
});

test('attestations that cannot be read do not undo a pull, which says so', async () => {
  const { box, json, name, registry, pushed, attesting } = await signedInRegistry();
  await json(attesting);
  const [signature] = registry.referrersOf('org/model', pushed.digest);
  let lists = 0;
  registry.faults.set(`/v2/org/model/referrers/${pushed.digest}`, {
    respond: () => {
      const next = { link: `</v2/org/model/referrers/${pushed.digest}?more>; rel="next"` };
      const body = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [signature] });
      return ++lists === 1
        ? { headers: { 'content-type': mediaTypes.index }, body }
        : lists === 2
          ? { headers: { 'content-type': mediaTypes.index, ...next }, body }
          : { status: 404 };
    },
  });
  const { code, result } = await json(['pull', 'key', name, '--to', 'pulled', '--public-key', 'key.pub']);
  expect({ code, result }).toMatchObject({ code: 0, result: { warnings: [{ code: 'command/attestations-unread' }] } });
  expect(existsSync(box.path('pulled/config.json'))).toBe(true);
});

test('the attestations of a model on a hub are read from the files that are called like them', async () => {
  const { box, files } = await signedHub();
  box.write('claim.json', '{"passed":1}');
  await box.run(['attest', 'key', 'model', '--private-key', 'key.pem', ...claim]);
  const attestations = new Uint8Array(readFileSync(box.path('model.attestations.jsonl')));
  const verifying = ['verify', 'key', 'hf://org/model', '--public-key', 'key.pub', ...required];
  for (const name of ['model.attestations.jsonl', 'claims.jsonl']) {
    const without = await hubWith({ repositories: { 'org/model': files } });
    expect(await box.json(verifying, without)).toMatchObject(missing);
    const { env } = await hubWith({ repositories: { 'org/model': { ...files, [name]: attestations } } });
    const json = (args: readonly string[]) => box.json(args, { env });
    const entry = { file: name, line: 1, verdict: 'accepted' };
    expect(await json(verifying)).toMatchObject({ code: 1, result: { error: { code: 'model/mismatch' } } });
    const ignoring = [...verifying, '--ignore-paths', name];
    expect(await json(ignoring)).toMatchObject({ code: 0, result: { attestations: [entry] } });
    const listing = ['attestations', 'key', 'hf://org/model', '--public-key', 'key.pub'];
    expect(await json(listing)).toMatchObject({ code: 0, result: { entries: [entry] } });
  }
  const attesting = ['attest', 'key', 'hf://org/model', '--private-key', 'key.pem', ...claim];
  expect(await box.json(attesting)).toMatchObject({ code: 2, result: { error: { code: 'command/usage' } } });
});
