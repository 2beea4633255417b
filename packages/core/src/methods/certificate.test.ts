import { createHash, X509Certificate } from 'node:crypto';
import {
  type Authority,
  type CertificateOptions,
  type ChainOptions,
  ed25519,
  eku,
  makeCertificate,
  makeChain,
  makeRoot,
  rsa,
} from '@model-signing/testing/certificates';
import { forge, testKey } from '@model-signing/testing/forge';
import { directory, dns, nameConstraints, other } from '@model-signing/testing/general-names';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../format/errors.ts';
import { localModel } from '../node/local-model.ts';
import { signModel } from '../sign.ts';
import type { Verifier } from '../signer.ts';
import { type Certified, certified, withChain } from '../testing/certified.ts';
import { refusal } from '../testing/refusal.ts';
import { type VerifyModelOptions, verifyModel } from '../verify.ts';
import {
  type CertificateSignerOptions,
  type CertificateVerifierOptions,
  certificateSigner,
  certificateVerifier,
} from './certificate.ts';
import { keySigner, keyVerifier } from './key.ts';

const DAY = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY);

const verify = async (
  { model, bundle }: Pick<Certified, 'model' | 'bundle'>,
  trusted: readonly { readonly pem: string }[],
  more: CertificateVerifierOptions = {},
  options: VerifyModelOptions = {},
) => {
  const verifier = certificateVerifier({ trusted: trusted.map(({ pem }) => pem), ...more });
  return verifyModel(localModel(model), bundle, verifier, options);
};

const signed = async (chain: ReturnType<typeof makeChain>) => {
  const model = modelDirectory({ a: 'a' });
  const others = [...chain.intermediates, chain.root].map(({ pem }) => pem);
  const signer = certificateSigner({
    privateKey: chain.leaf.privateKeyPem,
    certificate: chain.leaf.pem,
    chain: others,
  });
  return { ...chain, model, ...(await signModel(localModel(model), signer)) };
};

const chainIn = (bundle: Uint8Array): string[] =>
  JSON.parse(Buffer.from(bundle).toString()).verificationMaterial.x509CertificateChain.certificates.map(
    ({ rawBytes }: { rawBytes: string }) => rawBytes,
  );

describe('a model that is signed with a certificate', () => {
  it.each(
    (['P-256', 'P-384', 'P-521'] as const).flatMap((key) => [0, 1, 2].map((intermediates) => ({ key, intermediates }))),
  )(
    'a model signed with a certificate verifies with the root: $key and $intermediates intermediate certificates',
    async (options) => {
      const made = await signed(makeChain(options));
      const { signer, warnings } = await verify(made, [made.root], {}, { strict: true });
      const fingerprint = (of: Authority) => createHash('sha256').update(of.der).digest('hex');
      expect(warnings).toEqual([]);
      expect(signer).toMatchObject({
        method: 'certificate',
        curve: options.key,
        subject: 'O=Test, CN=Leaf',
        fingerprint: fingerprint(made.leaf),
        path: [made.leaf, ...made.intermediates, made.root].map((each) => ({ fingerprint: fingerprint(each) })),
        timeFrom: 'clock',
      });
      expect(made.signer).toMatchObject({ method: 'certificate', subject: 'O=Test, CN=Leaf', timeFrom: 'clock' });
    },
  );

  it("a model signed with a certificate verifies with any certificate of the path, the signer's own too", async () => {
    const made = await signed(makeChain({ intermediates: 2 }));
    for (const anchor of [...made.intermediates, made.leaf]) {
      const { signer } = await verify(made, [anchor], {}, { strict: true });
      expect(signer).toMatchObject({
        path: expect.objectContaining({ length: made.intermediates.indexOf(anchor) + 2 || 1 }),
      });
      await refusal('signer/certificate-untrusted', () => verify(made, [anchor], { requireSelfSignedRoot: true }));
    }
    await verify(made, [made.root, ...made.intermediates], { requireSelfSignedRoot: true });
  });

  it('a model signed with a self-signed certificate verifies if that certificate is trusted', async () => {
    const own = makeCertificate({ subject: 'CN=Own' });
    const model = modelDirectory({ a: 'a' });
    const { bundle } = await signModel(
      localModel(model),
      certificateSigner({ privateKey: own.privateKeyPem, certificate: own.pem }),
    );
    await verify({ model, bundle }, [own], { requireSelfSignedRoot: true });
    await refusal('signer/certificate-untrusted', () => verify({ model, bundle }, [makeRoot()]));
  });

  it('a model signed with a CA certificate whose subject is that of its issuer verifies', async () => {
    const odd: ChainOptions = {
      leaf: { subject: 'O=Test, CN=Intermediate 1', ca: true, keyUsage: ['digitalSignature'] },
    };
    const made = await certified(odd);
    await verify(made, [made.root]);
    await refusal('signer/certificate-untrusted', () =>
      verify({ ...made, bundle: withChain(made.bundle, made.leaf, [made.leaf]) }, [made.root]),
    );
  });

  it('a bundle has its certificates from the leaf on, each once and without roots, however they are given', async () => {
    const { root, intermediates, leaf } = makeChain({ intermediates: 2 });
    const model = modelDirectory({ a: 'a' });
    const unrelated = makeRoot({ subject: 'CN=Unrelated' });
    const given = [unrelated, root, leaf, ...intermediates.toReversed(), root]
      .map(({ pem }) => pem)
      .join('text between\n');
    const signer = certificateSigner({ privateKey: leaf.privateKeyPem, certificate: leaf.pem, chain: [given] });
    const { bundle } = await signModel(localModel(model), signer);
    const expected = [leaf, ...intermediates].map(({ der }) => Buffer.from(der).toString('base64'));
    expect(chainIn(bundle)).toEqual(expected);
  });

  it.each<[string, CertificateOptions]>([
    ['usual', {}],
    ['without key identifiers', { keyIds: false }],
    ['signed with SHA-1', { key: 'RSA-2048', algorithm: rsa('sha1') }],
    ['with a key that signatures of models cannot use', { key: 'Ed25519', algorithm: ed25519 }],
    ['that has expired', { notBefore: ago(20), notAfter: ago(10) }],
  ])('a bundle has no self-signed certificate beside the leaf, for a root %s', async (_, root) => {
    const made = await signed(makeChain({ root, intermediates: 1 }));
    const [, ...others] = chainIn(made.bundle).map((raw) => new X509Certificate(Buffer.from(raw, 'base64')));
    expect(others.map(({ subject, issuer }) => subject === issuer)).toEqual([false]);
  });

  it('a bundle keeps a certificate that bridges the old and the new key of an authority', async () => {
    const root = makeRoot();
    const renewed = makeRoot({ issuer: root });
    const leaf = makeCertificate({ subject: 'CN=Leaf', issuer: renewed });
    const made = await signed({ root, intermediates: [renewed], leaf });
    expect(chainIn(made.bundle)).toHaveLength(2);
    await verify(made, [root]);
  });

  it('a bundle keeps the leaf if it is self-signed, and verifies with it as the anchor', async () => {
    const leaf = makeCertificate({ subject: 'CN=Alone' });
    const made = await signed({ root: makeRoot(), intermediates: [], leaf });
    expect(chainIn(made.bundle)).toEqual([Buffer.from(leaf.der).toString('base64')]);
    await verify(made, [leaf]);
  });

  it('a bundle verifies with the root in it as without it', async () => {
    const made = await certified({ intermediates: 1 });
    const without = [made.leaf, ...made.intermediates];
    for (const written of [without, [...without, made.root]]) {
      await verify({ ...made, bundle: withChain(made.bundle, made.leaf, written) }, [made.root]);
    }
  });

  it('a bundle verifies with its other certificates repeated and in any order', async () => {
    const made = await certified({ intermediates: 3 });
    const shuffled = [made.leaf, made.leaf, ...made.intermediates.toReversed(), makeRoot(), ...made.intermediates];
    await verify({ ...made, bundle: withChain(made.bundle, made.leaf, shuffled) }, [made.root]);
  });
});

describe('trust', () => {
  it('trust comes from the caller alone: a chain that is complete in itself is refused', async () => {
    const mallory = makeChain();
    const made = await certified();
    const bundle = withChain(made.bundle, mallory.leaf, [mallory.leaf, ...mallory.intermediates, mallory.root]);
    await verify({ ...made, bundle }, [mallory.root]);
    const error = await refusal('signer/certificate-untrusted', () => verify({ ...made, bundle }, [made.root]));
    expect(error.requirement).toBe('OMS-CERT-3');
  });

  it('the roots of the operating system are trusted only if the caller says so, with a warning', async () => {
    const made = await certified();
    expect(() => certificateVerifier({})).toThrow(TypeError);
    await refusal('signer/certificate-untrusted', () => verify(made, [], { systemRoots: true }));
    const { warnings } = await verify(made, [made.root], { systemRoots: true });
    expect(warnings).toMatchObject([{ code: 'signer/system-roots', requirement: 'OMS-CERT-13' }]);
    await refusal('signer/system-roots', () => verify(made, [made.root], { systemRoots: true }, { strict: true }));
  });

  it('only a signature by the key of the first certificate is accepted', async () => {
    const made = await certified();
    const intermediate = made.intermediates[0] as Authority;
    for (const other of [intermediate, makeCertificate()]) {
      const bundle = withChain(made.bundle, other, [made.leaf, ...made.intermediates]);
      await refusal('envelope/signature-invalid', () => verify({ ...made, bundle }, [made.root]));
    }
  });

  it('a verifier of another method refuses a bundle with a certificate, and the reverse', async () => {
    const made = await certified();
    const { publicKey } = testKey();
    await refusal('signer/method-mismatch', () =>
      verifyModel(localModel(made.model), made.bundle, keyVerifier({ publicKey })),
    );
    const { bundle } = await signModel(localModel(made.model), keySigner(testKey()));
    await refusal('signer/method-mismatch', () => verify({ ...made, bundle }, [made.root]));
  });
});

describe('a certificate is refused', () => {
  const expired = { notBefore: ago(20), notAfter: ago(10) };
  const future = { notBefore: ago(-10), notAfter: ago(-20) };
  const critical = { extensions: [{ id: '1.2.3.4', critical: true, value: new Uint8Array([5, 0]) }] };
  const constrained = (name: Uint8Array) => ({ intermediate: { nameConstraints: nameConstraints([name]) } });
  const unknown = other('1.2.3.4', new Uint8Array([5, 0]));
  const unknownName = { ...constrained(unknown), leaf: { subjectAltNames: [unknown] } };

  it.each<[string, ChainOptions, ErrorCode]>([
    ['that has expired', { leaf: expired }, 'signer/certificate-expired'],
    ['that is not yet valid', { leaf: future }, 'signer/certificate-not-yet-valid'],
    ['below an authority that has expired', { intermediate: expired }, 'signer/certificate-expired'],
    ['below a root that has expired', { root: expired }, 'signer/certificate-expired'],
    ['below an authority that is not yet valid', { intermediate: future }, 'signer/certificate-not-yet-valid'],
    ['of a web server', { leaf: { extendedKeyUsage: [eku.serverAuth] } }, 'signer/certificate-usage'],
    ['that may not sign', { leaf: { keyUsage: ['keyEncipherment'] } }, 'signer/certificate-usage'],
    ['without any usage', { leaf: { keyUsage: null, extendedKeyUsage: null } }, 'signer/certificate-usage'],
    [
      'below an authority for web servers',
      { intermediate: { extendedKeyUsage: [eku.serverAuth] } },
      'signer/certificate-usage',
    ],
    [
      'below something that is no authority',
      { intermediate: { ca: false, keyUsage: ['digitalSignature'] } },
      'signer/certificate-not-a-ca',
    ],
    [
      'below an authority that may not certify',
      { intermediate: { keyUsage: ['digitalSignature'] } },
      'signer/certificate-not-a-ca',
    ],
    ['too far below an authority', { intermediates: 2, root: { pathLength: 1 } }, 'signer/certificate-path-length'],
    ['with an unknown critical extension', { leaf: critical }, 'signer/certificate-critical-extension'],
    [
      'below an authority with an unknown critical extension',
      { intermediate: critical },
      'signer/certificate-critical-extension',
    ],
    ['of a key that is too short', { leaf: { key: 'RSA-1024' } }, 'signer/certificate-algorithm-weak'],
    [
      'with a signature by SHA-1',
      { key: 'RSA-2048', leaf: { key: 'P-256', algorithm: rsa('sha1') } },
      'signer/certificate-algorithm-weak',
    ],
    ['of an RSA key', { leaf: { key: 'RSA-2048' } }, 'signer/certificate-algorithm-unsupported'],
    ['of an Ed25519 key', { leaf: { key: 'Ed25519' } }, 'signer/certificate-algorithm-unsupported'],
    ['of a key on another curve', { leaf: { key: 'secp256k1' } }, 'signer/certificate-algorithm-unsupported'],
    [
      'with a name that its authority may not certify',
      constrained(directory('O=Other')),
      'signer/certificate-name-constraint',
    ],
    ['with a name of a kind that is constrained in an unknown way', unknownName, 'signer/certificate-name-constraint'],
    ['below too many others', { intermediates: 12 }, 'signer/certificate-budget'],
  ])('a certificate %s is refused', async (_, options, code) => {
    const good = await certified();
    const made = makeChain(options);
    const { asymmetricKeyType } = made.leaf.keys.privateKey;
    const signer = asymmetricKeyType === 'ec' ? made.leaf : good.leaf;
    const bundle = withChain(good.bundle, signer, [made.leaf, ...made.intermediates]);
    const error = await refusal(code, () => verify({ ...good, bundle }, [made.root]));
    expect(error.message).toMatch(/CN=(Leaf|Intermediate|Root)/);
  });

  it.each<[string, (der: Uint8Array) => Uint8Array, ErrorCode]>([
    ['that is not DER', () => Buffer.from('certificate'), 'signer/certificate-malformed'],
    ['with bytes after it', (der) => Buffer.concat([der, Buffer.alloc(1)]), 'signer/certificate-malformed'],
    ['of too many bytes', (der) => Buffer.concat([der, Buffer.alloc(70_000)]), 'signer/certificate-too-large'],
  ])('a certificate %s is refused', async (_, edit, code) => {
    const made = await certified();
    const broken = withChain(made.bundle, made.leaf, [{ der: edit(made.leaf.der) }, ...made.intermediates]);
    await refusal(code, () => verify({ ...made, bundle: broken }, [made.root]));
    const below = withChain(made.bundle, made.leaf, [made.leaf, { der: edit(made.leaf.der) }]);
    await refusal(code, () => verify({ ...made, bundle: below }, [made.root]));
  });

  it('a certificate among too many others is refused', async () => {
    const made = await certified();
    const many = Array.from({ length: 1001 }, () => made.leaf);
    const bundle = withChain(made.bundle, made.leaf, many);
    await refusal('signer/certificate-budget', () => verify({ ...made, bundle }, [made.root]));
  });

  it('a certificate among others that are too large together is refused', async () => {
    const made = await certified();
    const large = makeCertificate({ subjectAltNames: Array.from({ length: 3000 }, (_, i) => dns(`${i}.example`)) });
    const among = (count: number) =>
      withChain(made.bundle, made.leaf, [made.leaf, ...made.intermediates, ...new Array<Authority>(count).fill(large)]);
    const most = Math.floor(1_000_000 / large.der.length);
    await verify({ ...made, bundle: among(most) }, [made.root]);
    const { message } = await refusal('signer/certificate-budget', () =>
      verify({ ...made, bundle: among(most * 2) }, [made.root]),
    );
    expect(message).toBe('the chain has more than 1048576 bytes of certificates');
  });

  it('a certificate with one of the two usages is refused, unless one is enough', async () => {
    const made = await certified({ leaf: { extendedKeyUsage: [eku.serverAuth] } });
    await refusal('signer/certificate-usage', () => verify(made, [made.root]));
    await verify(made, [made.root], { usage: 'any' });
    const neither = await certified({ leaf: { keyUsage: ['keyEncipherment'], extendedKeyUsage: [eku.serverAuth] } });
    await refusal('signer/certificate-usage', () => verify(neither, [neither.root], { usage: 'any' }));
  });
});

describe('the time', () => {
  const leaf: CertificateOptions = { notBefore: ago(20), notAfter: ago(10) };

  it('certificates are verified as of now, unless the caller chooses another time, with a warning', async () => {
    const root = { notBefore: ago(100) };
    const made = await certified({ leaf, root, intermediate: root });
    await refusal('signer/certificate-expired', () => verify(made, [made.root]));
    const verificationTime = ago(15);
    const { signer, warnings } = await verify(made, [made.root], { verificationTime });
    expect(signer).toMatchObject({ verifiedAt: verificationTime.toISOString(), timeFrom: 'caller' });
    expect(warnings).toMatchObject([{ code: 'signer/verification-time', requirement: 'OMS-CERT-24' }]);
    await refusal('signer/verification-time', () => verify(made, [made.root], { verificationTime }, { strict: true }));
    await refusal('signer/certificate-not-yet-valid', () => verify(made, [made.root], { verificationTime: ago(30) }));
  });

  it('an invalid Date as the verification time is a mistake of the caller', () => {
    const { root } = makeChain();
    expect(() => certificateVerifier({ trusted: [root.pem], verificationTime: new Date('soon') })).toThrow(TypeError);
  });
});

describe('a certificate without a chain, as a Go client wrote it', () => {
  async function single() {
    const made = await certified({ intermediates: 0 });
    const bundle = forge(
      made.bundle,
      { curve: 'P-256', privateKey: made.leaf.privateKeyPem, publicKey: '' },
      {
        bundle: (b) => {
          const [certificate] = b.verificationMaterial.x509CertificateChain.certificates;
          b.verificationMaterial = { certificate };
          delete b.dsseEnvelope.signatures[0].keyid;
        },
      },
    );
    return { ...made, bundle };
  }

  it('a certificate without a chain, as a Go client wrote it, is accepted with a warning and refused in strict mode', async () => {
    const made = await single();
    const { signer, warnings } = await verify(made, [made.root]);
    expect(signer).toMatchObject({ method: 'certificate', subject: 'O=Test, CN=Leaf' });
    expect(warnings).toMatchObject([{ code: 'signer/historical-certificate' }]);
    await refusal('signer/historical-certificate', () => verify(made, [made.root], {}, { strict: true }));
    await refusal('signer/certificate-untrusted', () => verify(made, [makeRoot()]));
  });

  it('a certificate without a chain but with an empty list of log entries is refused, as is a chain for the method sigstore', async () => {
    const made = await single();
    const edit = (b: { verificationMaterial: object }) => Object.assign(b.verificationMaterial, { tlogEntries: [] });
    const key = { curve: 'P-256', privateKey: made.leaf.privateKeyPem, publicKey: '' } as const;
    const empty = forge(made.bundle, key, { bundle: edit });
    const error = await refusal('signer/log-missing', () => verify({ ...made, bundle: empty }, [made.root]));
    expect(error.requirement).toBe('OMS-SIGSTORE-3');
    const sigstore: Verifier = { methods: ['sigstore'], verify: () => Promise.reject(new Error('it was called')) };
    await refusal('signer/log-missing', () => verifyModel(localModel(made.model), made.bundle, sigstore));
  });
});

describe('a signer', () => {
  type Options = Partial<Pick<CertificateSignerOptions, 'certificate' | 'chain' | 'usage'>> & { privateKey?: string };
  const sign = async ({ leaf, ...more }: Options & { leaf: Authority }) => {
    const signer = certificateSigner({ privateKey: leaf.privateKeyPem, certificate: leaf.pem, ...more });
    return signModel(localModel(modelDirectory({ a: 'a' })), signer);
  };

  it('a signer with a certificate of another key is refused', async () => {
    const leaf = makeCertificate();
    const error = await refusal('signer/certificate-mismatch', () => sign({ leaf, privateKey: testKey().privateKey }));
    expect(error).toMatchObject({ requirement: 'OMS-CERT-2', message: expect.stringContaining('CN=Test') });
  });

  it.each([
    ['expired', { notBefore: ago(2), notAfter: ago(1) }, 'signer/certificate-expired'],
    ['not yet valid', { notBefore: ago(-1), notAfter: ago(-2) }, 'signer/certificate-not-yet-valid'],
    ['for web servers', { extendedKeyUsage: [eku.serverAuth] }, 'signer/certificate-usage'],
  ] as const)('a signer with a certificate that is %s is refused', async (_, options, code) => {
    const error = await refusal(code, () => sign({ leaf: makeCertificate(options) }));
    expect(error.requirement).toBe('OMS-CERT-10');
  });

  it('a signer with a chain that verifiers would not read is refused', async () => {
    const issuer = makeRoot();
    const subjectAltNames = Array.from({ length: 3000 }, (_, i) => dns(`${i}.example`));
    const many = Array.from({ length: 30 }, () => makeCertificate({ subjectAltNames, issuer }).pem);
    await refusal('signer/certificate-budget', () => sign({ leaf: makeCertificate(), chain: many }));
  });

  it('a signer may use a certificate for web servers if one usage is enough', async () => {
    await sign({ leaf: makeCertificate({ extendedKeyUsage: [eku.serverAuth] }), usage: 'any' });
  });

  it.each([
    ['nothing', ''],
    ['a private key', testKey().privateKey],
    ['a block without an end', '-----BEGIN CERTIFICATE-----\nAAAA'],
    ['something that is no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('signers and verifiers with %s for a certificate are refused', async (_, pem) => {
    const leaf = makeCertificate();
    await refusal('signer/certificate-unreadable', () => sign({ leaf, certificate: pem }));
    await refusal('signer/certificate-unreadable', () => sign({ leaf, chain: [pem] }));
    const error = await refusal('signer/certificate-unreadable', () =>
      certificateVerifier({ trusted: [leaf.pem, pem] }),
    );
    expect(error.message).not.toContain('AAAA');
    expect(error.message).toContain('a trusted certificate (file 2 of 2) cannot be read');
  });
});
