import type { RequirementId } from '@model-signing/spec';
import type { VectorInputs } from '../../../../suite/src/vectors/vector.ts';
import { privateKeyFile } from '../keys.ts';
import { type CertificateName, certificateFile } from '../pki.ts';
import { accept, reject, type SignRecipe } from '../recipe.ts';
import { expectedOf } from './expected.ts';
import { plainModel } from './models.ts';

const SIGN = 'signer_sign-certificate';
const by = (key: 'p256-a' | 'p384-a' | 'p521-a', leaf: CertificateName, ...above: readonly CertificateName[]) => ({
  method: 'certificate' as const,
  privateKey: privateKeyFile(key),
  certificate: certificateFile(leaf),
  chain: above.map(certificateFile),
});
const signed = (...names: readonly CertificateName[]) =>
  accept({ signed: { ...expectedOf(plainModel), certificates: names.map(certificateFile) } });
const sign = (
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  inputs: Partial<VectorInputs>,
  expect: SignRecipe['expect'],
  level: 'MUST' | 'SHOULD' = 'MUST',
): SignRecipe => ({ kind: 'sign', from: SIGN, id: `${SIGN}-${id}`, title, requirements, level, inputs, expect });

// biome-ignore format: each vector is a row of a table
export const signing: readonly SignRecipe[] = [
  {
    kind: 'sign',
    id: SIGN,
    title: 'a model is signed with a certificate on P-384 and an intermediate one',
    requirements: ['OMS-CERT-1', 'OMS-CERT-2', 'OMS-CERT-9', 'OMS-METHOD-1'],
    model: plainModel,
    inputs: by('p384-a', 'leaf-p384', 'intermediate'),
    expect: signed('leaf-p384', 'intermediate'),
  },
  sign('p256', 'the certificate is on P-256', ['OMS-CERT-9', 'OMS-ALG-4'], by('p256-a', 'leaf-p256', 'intermediate'),
    signed('leaf-p256', 'intermediate')),
  sign('p521', 'the certificate is on P-521', ['OMS-CERT-9', 'OMS-ALG-4'], by('p521-a', 'leaf-p521', 'intermediate'),
    signed('leaf-p521', 'intermediate')),
  sign('alone', 'there is no intermediate certificate', ['OMS-CERT-32', 'OMS-CERT-1', 'OMS-BUNDLE-4'],
    by('p384-a', 'leaf-by-root'),
    signed('leaf-by-root')),
  sign('long', 'there are two intermediate certificates', ['OMS-CERT-1'],
    by('p384-a', 'leaf-by-second', 'second', 'intermediate-long'),
    signed('leaf-by-second', 'second', 'intermediate-long')),
  sign('with-root', 'the caller gives the root as well', ['OMS-CERT-27'],
    by('p384-a', 'leaf-p384', 'intermediate', 'root'), signed('leaf-p384', 'intermediate'), 'SHOULD'),
  sign('other-key', 'the certificate is that of another key', ['OMS-CERT-2'],
    by('p384-a', 'leaf-other-key', 'intermediate'), reject(['signer/certificate-mismatch'])),
  sign('expired', 'the certificate has expired', ['OMS-CERT-10'], by('p384-a', 'leaf-expired', 'intermediate'),
    reject(['signer/certificate-expired']), 'SHOULD'),
  sign('server', 'the certificate is a server certificate', ['OMS-CERT-10'],
    by('p384-a', 'leaf-server', 'intermediate'), reject(['signer/certificate-usage']), 'SHOULD'),
];
