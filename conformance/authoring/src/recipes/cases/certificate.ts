import type { RequirementId } from '@model-signing/spec';
import type { Reason, VectorInputs } from '../../../../suite/src/vectors/vector.ts';
import { type CertificateName, certificateFile, certificates } from '../pki.ts';
import { accept, type Recipe, set, type VerifyRecipe } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { accepts, CHAIN, chain, refuses, trusting } from './certificate-chain.ts';
import { encodings, envelopes } from './certificate-encoding.ts';
import { plainModel } from './models.ts';
import { signing } from './sign-certificate.ts';

export function certificateRecipes(): readonly Recipe[] {
  const verifying = [...accepted, ...untrusted, ...validity, ...usages, ...paths, ...encodings, ...envelopes];
  return [...verifying, ...signing].map((recipe) => ({ ...recipe, profile: 'certificate' as const }));
}

// biome-ignore format: each vector is a row of a table
const accepted: readonly VerifyRecipe[] = [
  {
    id: CHAIN,
    kind: 'verify',
    title: 'a certificate on P-384 chains through an intermediate certificate to a trusted root',
    requirements: ['OMS-CERT-3', 'OMS-CERT-4', 'OMS-CERT-5', 'OMS-CERT-7', 'OMS-CERT-8', 'OMS-CERT-9', 'OMS-CERT-22'],
    model: plainModel,
    signer: 'p384-a',
    inputs: { method: 'certificate', publicKey: undefined, ...trusting('root') } as unknown as Partial<VectorInputs>,
    forge: chain('leaf-p384', 'intermediate'),
    expect: accept(),
  },
  accepts('p256', 'the certificate is on P-256', ['OMS-CERT-9', 'OMS-ALG-5'],
    { signer: 'p256-a', forge: chain('leaf-p256', 'intermediate') }),
  accepts('p521', 'the certificate is on P-521', ['OMS-CERT-9', 'OMS-ALG-5'],
    { signer: 'p521-a', forge: chain('leaf-p521', 'intermediate') }),
  accepts('by-root', 'the root issued the certificate itself', ['OMS-CERT-3'], { forge: chain('leaf-by-root') }),
  accepts('with-root', 'the root is in the chain', ['OMS-CERT-14', 'OMS-CERT-3'],
    { level: 'SHOULD', forge: chain('leaf-p384', 'intermediate', 'root') }),
  accepts('reordered', 'the certificates after the first are in another order, and repeated', ['OMS-CERT-28'],
    { level: 'SHOULD', forge: chain('leaf-p384', 'root', 'leaf-p384', 'intermediate', 'intermediate') }),
  accepts('beside-others', 'certificates that belong to no path are among those of the path',
    ['OMS-CERT-14', 'OMS-CERT-3'],
    { level: 'SHOULD', forge: chain('leaf-p384', 'intermediate-by-other-root', 'other-root', 'intermediate') }),
  accepts('two-roots', 'the caller trusts another root of the same name as well', ['OMS-CERT-3'],
    { inputs: trusting('other-root', 'root') }),
  accepts('intermediate-trusted', 'the caller trusts the intermediate certificate alone', ['OMS-CERT-11'],
    { level: 'MAY', inputs: trusting('intermediate') }),
  accepts('leaf-trusted', "the caller trusts the signer's certificate alone", ['OMS-CERT-11'],
    { level: 'MAY', inputs: trusting('leaf-p384') }),
  accepts('self-signed', "the signer's certificate is self-signed, and trusted", ['OMS-CERT-11', 'OMS-CERT-21'],
    { level: 'MAY', forge: chain('self-signed'), inputs: trusting('self-signed') }),
  accepts('long', 'the path has four certificates', ['OMS-CERT-8'],
    { forge: chain('leaf-by-second', 'second', 'intermediate-long') }),
  accepts('ca', "the signer's certificate is a CA certificate", ['OMS-CERT-21'],
    { forge: chain('leaf-ca', 'intermediate') }),
  accepts('own-name', "the signer's certificate has the same name as its issuer", ['OMS-CERT-21'],
    { forge: chain('leaf-of-its-issuers-name', 'intermediate') }),
  accepts('key-usage-alone', 'the certificate has a key usage and no extended one', ['OMS-CERT-7'],
    { forge: chain('leaf-no-usages', 'intermediate') }),
  accepts('extended-usage-alone', 'the certificate has an extended key usage and no other', ['OMS-CERT-7'],
    { forge: chain('leaf-no-key-usage', 'intermediate') }),
  accepts('two-usages', 'the certificate is for servers and for code signing', ['OMS-CERT-7'],
    { forge: chain('leaf-two-usages', 'intermediate') }),
  accepts('intermediate-code-signing', 'the authority is for code signing', ['OMS-CERT-19'],
    { forge: chain('leaf-p384', 'intermediate-code-signing') }),
  accepts('name-permitted', 'a name constraint permits the name', ['OMS-CERT-8'],
    { forge: chain('leaf-p384', 'intermediate-permitting') }),
  accepts('dns-permitted', 'a name constraint permits the alternative name', ['OMS-CERT-8'],
    { forge: chain('leaf-example-com', 'intermediate-dns') }),
  accepts('other-name-constrained', 'a name constraint is of a form that no name of the certificate has',
    ['OMS-CERT-17'], { forge: chain('leaf-p384', 'intermediate-other-name') }),
  accepts('log-entries', 'there are log entries, of no log', ['OMS-METHOD-6'],
    { level: 'SHOULD', forge: { material: (material) => set(material, 'tlogEntries', [{}]) } }),
  accepts('log-entries-absent', 'there is no tlogEntries', ['OMS-METHOD-5'],
    { forge: { material: (material) => set(material, 'tlogEntries', undefined) } }),
  accepts('time-chosen', 'the certificate has expired, and the caller chooses a time at which it was valid',
    ['OMS-CERT-23', 'OMS-CERT-24'], {
      level: 'MAY',
      forge: chain('leaf-expired', 'intermediate'),
      inputs: { verificationTime: '2020-06-01T00:00:00Z' },
    }, accept({ warnings: ['signer/verification-time'] })),
  {
    ...accepts(
      'singular',
      'the certificate is alone, as a Go client writes it',
      ['OMS-HIST-7', 'OMS-HIST-5'],
      {
        level: 'MAY',
        forge: {
          material: (material: Forged) => {
            for (const member of Object.keys(material)) set(material, member, undefined);
            set(material, 'certificate', { rawBytes: certificates['leaf-by-root'].toString('base64') });
          },
        },
      },
      accept({ warnings: ['signer/historical-certificate'] }),
    ),
    kind: 'historical',
  },
];

const reasons = ['signer/certificate-untrusted', 'signer/certificate-path'] as const;

// biome-ignore format: each vector is a row of a table
const untrusted: readonly VerifyRecipe[] = [
  refuses('other-root', 'the caller trusts another root of the same name', ['OMS-CERT-8', 'OMS-CERT-3'],
    { inputs: trusting('other-root') }, reasons),
  refuses('incomplete', 'the intermediate certificate is missing', ['OMS-CERT-3'],
    { forge: chain('leaf-p384') }, reasons),
  refuses('root-in-bundle', 'the root is in the bundle alone, and the caller trusts another', ['OMS-CERT-3'],
    { forge: chain('leaf-p384', 'intermediate', 'root'), inputs: trusting('other-root') }, reasons),
  refuses('self-signed-untrusted', "the signer's certificate is self-signed and not trusted", ['OMS-CERT-3'],
    { forge: chain('self-signed') }, reasons),
  refuses('forged', 'the certificate is signed by another than its issuer', ['OMS-CERT-8', 'OMS-CERT-3'],
    { forge: chain('leaf-by-other-key', 'intermediate') }, reasons),
  refuses('intermediate-forged', 'the intermediate certificate is signed by another than the root',
    ['OMS-CERT-8', 'OMS-CERT-3'], { forge: chain('leaf-p384', 'intermediate-by-other-root') }, reasons),
  refuses('timestamp-root-for-signing', 'the caller trusts the root for timestamps alone', ['OMS-CERT-3'],
    { inputs: { ...trusting('other-root'), timestampRoots: [certificateFile('root')] } }, reasons),
  refuses('circle', 'two authorities certify each other and are not trusted', ['OMS-CERT-15', 'OMS-CERT-3'], {
    forge: chain('leaf-p384', 'cross-first', 'cross-second', 'cross-first', 'cross-second'),
  }, [...reasons, 'signer/certificate-budget']),
  refuses('many', 'ninety certificates form cycles', ['OMS-CERT-15', 'OMS-LIMIT-1', 'OMS-CERT-3'], {
    forge: chain('leaf-p384',
      ...Array.from({ length: 90 }, (_, i): CertificateName => (i % 2 === 0 ? 'cross-first' : 'cross-second'))),
  }, [...reasons, 'signer/certificate-budget', 'signer/certificate-too-large', 'bundle/too-large']),
];

const expired = ['signer/certificate-expired', 'signer/certificate-untrusted'] as const;
const early = ['signer/certificate-not-yet-valid', 'signer/certificate-untrusted'] as const;

// biome-ignore format: each vector is a row of a table
const validity: readonly VerifyRecipe[] = [
  refuses('expired', 'the certificate has expired', ['OMS-CERT-5', 'OMS-CERT-22'],
    { forge: chain('leaf-expired', 'intermediate'), why: 'the key of an expired certificate is no longer protected' },
    expired),
  refuses('not-yet-valid', 'the certificate is not valid yet', ['OMS-CERT-5', 'OMS-CERT-22'],
    { forge: chain('leaf-not-yet-valid', 'intermediate') }, early),
  refuses('intermediate-expired', 'the intermediate certificate has expired', ['OMS-CERT-30'],
    { forge: chain('leaf-p384', 'intermediate-expired') }, expired),
  refuses('intermediate-not-yet-valid', 'the intermediate certificate is not valid yet', ['OMS-CERT-30'],
    { forge: chain('leaf-p384', 'intermediate-not-yet-valid') }, early),
  refuses('root-expired', 'the trusted root has expired', ['OMS-CERT-31'],
    { level: 'SHOULD', inputs: trusting('root-expired') }, expired),
  refuses('self-signed-expired', 'the certificate is self-signed and trusted, and has expired', ['OMS-CERT-5'],
    { forge: chain('self-signed-expired'), inputs: trusting('self-signed-expired') }, expired,
    'signer_certificate-self-signed'),
];

const usage = ['signer/certificate-usage', 'signer/certificate-untrusted'] as const;
const leaf = (name: CertificateName, id: string, title: string, requirement: RequirementId) =>
  refuses(
    id,
    title,
    [requirement, 'OMS-CERT-7'].filter((each, i, all) => all.indexOf(each) === i) as RequirementId[],
    { forge: chain(name, 'intermediate') },
    usage,
  );

// biome-ignore format: each vector is a row of a table
const usages: readonly VerifyRecipe[] = [
  leaf('leaf-server', 'server', 'the certificate is for digital signatures, of servers', 'OMS-CERT-20'),
  leaf('leaf-email', 'email', 'the certificate is for digital signatures, of mail', 'OMS-CERT-20'),
  leaf('leaf-encipherment', 'encipherment', 'the certificate is for code signing, with a key for encipherment',
    'OMS-CERT-20'),
  leaf('leaf-encipherment-alone', 'encipherment-alone', 'the key usage is encipherment, and there is no extended one',
    'OMS-CERT-7'),
  leaf('leaf-neither-usage', 'neither-usage', 'the certificate has no usage at all', 'OMS-CERT-7'),
  refuses('server-authority', 'the authority is for servers', ['OMS-CERT-19'],
    { forge: chain('leaf-p384', 'intermediate-server') }, usage),
];

const untrustedToo = (reason: Reason): readonly Reason[] => [reason, 'signer/certificate-untrusted'];

// biome-ignore format: each vector is a row of a table
const paths: readonly VerifyRecipe[] = [
  refuses('issuer-no-ca', 'the intermediate certificate is not a CA certificate', ['OMS-CERT-8'],
    { forge: chain('leaf-p384', 'intermediate-no-ca') }, untrustedToo('signer/certificate-not-a-ca')),
  refuses('issuer-is-signer', "another signer's certificate issued the certificate", ['OMS-CERT-8'],
    { forge: chain('leaf-by-second', 'second', 'intermediate') }, untrustedToo('signer/certificate-path-length')),
  refuses('issuer-no-cert-sign', 'the key of the intermediate certificate is not for signing certificates',
    ['OMS-CERT-8'], { forge: chain('leaf-p384', 'intermediate-no-cert-sign') },
    [...untrustedToo('signer/certificate-not-a-ca'), 'signer/certificate-usage']),
  refuses('critical', 'the certificate has an unknown critical extension', ['OMS-CERT-8'],
    { forge: chain('leaf-critical', 'intermediate') }, untrustedToo('signer/certificate-critical-extension')),
  refuses('issuer-critical', 'the intermediate certificate has an unknown critical extension', ['OMS-CERT-8'],
    { forge: chain('leaf-p384', 'intermediate-critical') }, untrustedToo('signer/certificate-critical-extension')),
  refuses('name-excluded', 'a name constraint excludes the name', ['OMS-CERT-8'],
    { forge: chain('leaf-p384', 'intermediate-excluding') }, untrustedToo('signer/certificate-name-constraint'),
    'signer_certificate-name-permitted'),
  refuses('name-elsewhere', 'a name constraint permits other names alone', ['OMS-CERT-8'],
    { forge: chain('leaf-p384', 'intermediate-elsewhere') }, untrustedToo('signer/certificate-name-constraint'),
    'signer_certificate-name-permitted'),
  refuses('dns-elsewhere', 'a name constraint permits other alternative names alone', ['OMS-CERT-8'],
    { forge: chain('leaf-example-org', 'intermediate-dns') }, untrustedToo('signer/certificate-name-constraint'),
    'signer_certificate-dns-permitted'),
  refuses('other-name', 'a name constraint of an unknown form applies to a name', ['OMS-CERT-17'],
    { forge: chain('leaf-other-name', 'intermediate-other-name') }, untrustedToo('signer/certificate-name-constraint'),
    'signer_certificate-other-name-constrained'),
];
