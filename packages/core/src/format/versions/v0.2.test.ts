import { createHash, sign } from 'node:crypto';
import { appendFileSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { forge, testKey } from '@model-signing/testing/forge';
import { modelDirectory, temporaryDirectory } from '@model-signing/testing/tree';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspectBundle } from '../../inspect.ts';
import { certificateVerifier } from '../../methods/certificate.ts';
import { keySigner, keyVerifier } from '../../methods/key.ts';
import { localModel } from '../../node/local-model.ts';
import { signModel } from '../../sign.ts';
import type { Verifier } from '../../signer.ts';
import { refusal } from '../../testing/refusal.ts';
import { verifyModel } from '../../verify.ts';
import { historicalBytes } from './v0.2.ts';

const data = path.resolve(import.meta.dirname, '../../../../../conformance/interop/historical');
const releases = readdirSync(path.join(data, 'bundles'));

interface Sample {
  readonly name: string;
  readonly release: string;
  readonly method: string;
  readonly bundle: Uint8Array;
  readonly model: string;
  readonly verifier: Verifier;
}

/** `certificate-P-384.sig`, `key-P-256-single-file.sig` */
const samples: readonly Sample[] = releases.flatMap((release) =>
  readdirSync(path.join(data, 'bundles', release)).map((file) => {
    const [, method = '', curve = '', shape] = /^(key|certificate)-(P-\d+)(-[a-z-]+)?\.sig$/.exec(file) ?? [];
    const key = (name: string) => readFileSync(path.join(data, 'keys', `${curve}.${name}.pem`));
    return {
      name: `${release}/${file}`,
      release,
      method,
      bundle: readFileSync(path.join(data, 'bundles', release, file)),
      model: path.join(data, 'models', shape === '-single-file' ? 'weights.bin' : 'model'),
      verifier:
        method === 'key' ? keyVerifier({ publicKey: key('pub') }) : certificateVerifier({ trusted: [key('root')] }),
    };
  }),
);

const formOf = ({ release, method }: Sample) => {
  if (release < '0.3')
    return method === 'key' ? ['signer/historical-key', 'envelope/historical-form'] : ['envelope/historical-form'];
  return method === 'key' && release < '1.1' ? ['signer/historical-key'] : [];
};

const verifying = ({ model, bundle, verifier }: Sample, strict = false) =>
  verifyModel(localModel(model), bundle, verifier, { strict });

describe('bundles that old releases of the Python package wrote', () => {
  it('bundles of every old release of the Python package are tested', () => {
    expect(releases).toEqual(['0.1.1', '0.2.0', '0.3.0', '0.3.1', '1.0.0', '1.0.1', '1.1.0', '1.1.1']);
    expect(samples.length).toBeGreaterThan(40);
  });

  it.each(samples)('an old bundle verifies with a warning for its form: $name', async (sample) => {
    const { warnings, resources, rootDigest } = await verifying(sample);
    const codes = warnings.map(({ code }) => code).filter((code) => !code.startsWith('manifest/'));
    expect(codes).toEqual(formOf(sample));
    expect(resources.length).toBeGreaterThan(0);
    const root = createHash('sha256');
    for (const { digest } of resources) root.update(Buffer.from(digest, 'hex'));
    expect(rootDigest).toBe(root.digest('hex'));
  });

  it.each(samples.filter((sample) => formOf(sample).length > 0))(
    'an old bundle is refused in strict mode: $name',
    async (sample) => {
      const [code] = formOf(sample) as ['signer/historical-key' | 'envelope/historical-form'];
      await refusal(code, () => verifying(sample, true));
    },
  );

  it.each(samples.filter(({ name }) => /-P-384|file/.test(name)))(
    'an old bundle refuses a changed model: $name',
    async (sample) => {
      const copy = path.join(temporaryDirectory(), path.basename(sample.model));
      cpSync(sample.model, copy, { recursive: true });
      appendFileSync(
        sample.model === copy || copy.endsWith('weights.bin') ? copy : path.join(copy, 'config.json'),
        'x',
      );
      await refusal('model/mismatch', () => verifying({ ...sample, model: copy }));
    },
  );

  it('an old bundle is refused with a changed payload, and with another key', async () => {
    for (const sample of samples.filter(({ release }) => release === '0.2.0')) {
      const document = JSON.parse(Buffer.from(sample.bundle).toString());
      const payload = Buffer.from(document.dsseEnvelope.payload, 'base64').toString();
      document.dsseEnvelope.payload = Buffer.from(payload.replace(/"sha256": "./, '"sha256": "x')).toString('base64');
      const changed = Buffer.from(JSON.stringify(document));
      await refusal('envelope/signature-invalid', () => verifying({ ...sample, bundle: changed }));
    }
    const [sample] = samples.filter(({ name }) => name === '0.2.0/key-P-256.sig') as [Sample];
    await refusal('envelope/signature-invalid', () => verifying({ ...sample, verifier: keyVerifier(testKey()) }));
  });

  it('old bundles can be inspected, those of version 0.2.0 too', async () => {
    for (const { bundle, release } of samples) {
      const { subjectName, manifest, warnings } = await inspectBundle(bundle);
      expect(subjectName === null).toBe(release < '0.3');
      expect(warnings.some(({ code }) => code === 'envelope/historical-form')).toBe(release < '0.3');
      expect(manifest.resources.length).toBeGreaterThan(0);
    }
  });
});

describe('the form of version 0.2.0', () => {
  const key = testKey('P-384');
  const type = 'application/vnd.in-toto+json';
  const subjects = [{ name: 'a', digest: { sha256: createHash('sha256').update('a').digest('hex') } }];
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects,
    predicateType: 'https://model_signing/Digests/v0.1',
    predicate: { unused: '' },
  };

  /** A bundle whose payload is signed as version 0.2.0 did; written without the library. */
  async function historical(changes: object = {}, hash = 'sha256'): Promise<{ root: string; bundle: Uint8Array }> {
    const root = modelDirectory({ a: 'a' });
    const { bundle } = await signModel(localModel(root), keySigner(key));
    const payload = Buffer.from(JSON.stringify({ ...statement, ...changes }, null, 2));
    const printed = payload.toString('latin1').replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n');
    const text = `DSSEV1 ${type.length} ${type} ${payload.length} b'${printed}'`;
    const sig = sign(hash, Buffer.from(text), key.privateKey).toString('base64');
    const edit = (b: { dsseEnvelope: { signatures: object[] } }) => b.dsseEnvelope.signatures.splice(0, 1, { sig });
    return { root, bundle: forge(bundle, key, { payload, bundle: edit }) };
  }

  const verify = async ({ root, bundle }: { root: string; bundle: Uint8Array }) =>
    verifyModel(localModel(root), bundle, keyVerifier(key));

  it('a bundle of version 0.2.0 is accepted as long as nothing is wrong with it', async () => {
    expect(await verify(await historical())).toMatchObject({
      subjectName: null,
      resources: [{ path: 'a' }],
      serialization: { method: 'files', hashType: 'sha256', allowSymlinks: false, ignorePaths: [] },
    });
  });

  it.each([
    ['another predicate type', { predicateType: 'https://model_signing/signature/v1.0' }, 'statement/predicate-type'],
    ['no predicate type', { predicateType: undefined }, 'statement/predicate-type'],
    ['another type', { _type: 'https://in-toto.io/Statement/v0.1' }, 'statement/type'],
    ['no files', { subject: [] }, 'manifest/empty'],
    ['a subject that is no list', { subject: 'a' }, 'manifest/empty'],
    ['a file without a name', { subject: [{ digest: subjects[0]?.digest }] }, 'manifest/malformed'],
    ['a file without a digest', { subject: [{ name: 'a' }] }, 'manifest/malformed'],
    ['a digest by another algorithm', { subject: [{ name: 'a', digest: { blake2b: '00' } }] }, 'manifest/malformed'],
    ['a short digest', { subject: [{ name: 'a', digest: { sha256: '00' } }] }, 'manifest/digest-invalid'],
    ['a name outside the model', { subject: [{ ...subjects[0], name: '../a' }] }, 'manifest/name-invalid'],
    ['an absolute name', { subject: [{ ...subjects[0], name: '/a' }] }, 'manifest/name-invalid'],
    ['one name twice', { subject: [...subjects, ...subjects] }, 'manifest/name-duplicate'],
    ['another file', { subject: [{ ...subjects[0], name: 'b' }] }, 'model/mismatch'],
  ] as const)('a bundle of version 0.2.0 is refused with %s', async (_, changes, code) => {
    await refusal(code, async () => verify(await historical(changes)));
  });

  it("a bundle of version 0.2.0 is refused with the hash of the key's curve, which that version did not use", async () => {
    await refusal('envelope/signature-invalid', async () => verify(await historical({}, 'sha384')));
  });

  it('a bundle of version 0.2.0 is refused if it is larger than any that exists', async () => {
    const large = { predicate: { unused: 'x'.repeat(32 * 1024 * 1024) } };
    await refusal('envelope/signature-invalid', async () => verify(await historical(large)));
  });

  it('a statement of version 0.2.0 is refused with a signature in the current form', async () => {
    const { root, bundle } = await historical();
    await refusal('statement/predicate-type', () => verify({ root, bundle: forge(bundle, key, {}) }));
  });
});

describe('what version 0.2.0 signed', () => {
  const encode = (payload: Uint8Array) => Buffer.concat([...historicalBytes.encode('t', payload)]).toString('latin1');

  it.each([
    ['', "b''"],
    ['plain', "b'plain'"],
    ['tab\tline\nreturn\r', "b'tab\\tline\\nreturn\\r'"],
    ['back\\slash', "b'back\\\\slash'"],
    ["it's", `b"it's"`],
    [`it's "it"`, `b'it\\'s "it"'`],
    ['"it"', `b'"it"'`],
    ['\0\x1f\x7f\x80ÿ', "b'\\x00\\x1f\\x7f\\x80\\xff'"],
  ])('the text that version 0.2.0 signed of %j is what Python prints', (text, printed) => {
    expect(encode(Buffer.from(text, 'latin1'))).toBe(`DSSEV1 1 t ${text.length} ${printed}`);
  });

  it('the text that version 0.2.0 signed does not depend on where a large payload is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), (bytes) => {
        const large = Buffer.alloc(140_000, bytes);
        const [, printed = ''] = /^DSSEV1 1 t \d+ b(['"].*['"])$/s.exec(encode(large)) ?? [];
        const quotes = printed[0] as string;
        const unit = encode(large.subarray(0, 70_000))
          .replace(/^DSSEV1 1 t \d+ b./s, '')
          .slice(0, -1);
        const rest = encode(large.subarray(70_000))
          .replace(/^DSSEV1 1 t \d+ b./s, '')
          .slice(0, -1);
        expect(printed).toBe(`${quotes}${unit}${rest}${quotes}`);
      }),
      { numRuns: 20 },
    );
  });
});
