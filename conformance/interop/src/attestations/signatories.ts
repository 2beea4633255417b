/** Who signs: keys and certificates on each curve, a person and a job by Sigstore. Each signs two models with our command. */
import { generateKeyPairSync } from 'node:crypto';
import { makeChain } from '@model-signing/testing/certificates';
import { email } from '@model-signing/testing/general-names';
import type { Lab, LogVersion } from './lab.ts';
import { type Curve, otherSignatureOf, type Signatory, signatureOf } from './sample.ts';
import type { Workshop } from './workshop.ts';

/** Who signs with certificates, and by Sigstore. */
const PERSON = 'ml@acme.example';

/** A key pair, in `NAME.pem` and `NAME.pub.pem`. */
export function keySignatory(workshop: Workshop, curve: Curve): Signatory {
  const name = `key-${curve}`;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  workshop.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const file = `${name}.pub.pem`;
  workshop.write(file, publicKey.export({ type: 'spki', format: 'pem' }));
  return {
    title: `key on ${curve}`,
    name,
    trust: { method: 'key', publicKey: file },
    signing: ['--private-key', `${name}.pem`],
    verifying: ['--public-key', file],
    signer: [],
  };
}

/** A certificate below an intermediate one, in `NAME.crt.pem` and `NAME.chain.pem`, with its key in `NAME.pem`. */
export function certificateSignatory(workshop: Workshop, curve: Curve): Signatory {
  const name = `certificate-${curve}`;
  const { root, intermediates, leaf } = makeChain({ key: curve, leaf: { subjectAltNames: [email(PERSON)] } });
  workshop.write(`${name}.pem`, leaf.privateKeyPem);
  workshop.write(`${name}.crt.pem`, leaf.pem);
  workshop.write(`${name}.chain.pem`, intermediates.map(({ pem }) => pem).join(''));
  workshop.write(`${name}.root.pem`, root.pem);
  const certificates = ['--signing-certificate', `${name}.crt.pem`, '--certificate-chain', `${name}.chain.pem`];
  return {
    title: `certificate on ${curve}`,
    name,
    trust: { method: 'certificate', root: `${name}.root.pem`, identity: PERSON },
    signing: ['--private-key', `${name}.pem`, ...certificates],
    verifying: ['--certificate-chain', `${name}.root.pem`],
    signer: ['--signer-certificate', `${name}.root.pem`],
  };
}

/** A person who signs by a private Sigstore, with one version of the log. The token is in `NAME.token`. */
export function personSignatory(workshop: Workshop, lab: Lab, version: LogVersion): Signatory {
  const who = { name: `person-${version}`, title: `identity, by Rekor v${version}`, identity: PERSON };
  return sigstoreSignatory(workshop, lab, version, { ...who, issuer: lab.issuer, token: lab.token(PERSON) });
}

/** A job on GitHub that signs by a private Sigstore. Its token is in `job.token`. */
export function jobSignatory(workshop: Workshop, lab: Lab): Signatory {
  return sigstoreSignatory(workshop, lab, 1, { name: 'job', title: 'identity of a job, by Rekor v1', ...lab.job });
}

function sigstoreSignatory(
  workshop: Workshop,
  { trustedRoot, trustConfigs }: Lab,
  version: LogVersion,
  {
    name,
    title,
    identity,
    issuer,
    token,
  }: Readonly<Record<'name' | 'title' | 'identity' | 'issuer' | 'token', string>>,
): Signatory {
  workshop.write(`${name}.token`, token);
  return {
    title,
    name,
    trust: { method: 'sigstore', trustedRoot, identity, issuer },
    signing: ['--trust-config', trustConfigs[version], '--identity-token-file', `${name}.token`],
    verifying: ['--trusted-root', trustedRoot, '--identity', identity, '--identity-provider', issuer],
    signer: ['--signer-identity', identity, '--signer-identity-provider', issuer],
  };
}

/** Signs both models, so that a reader can be asked about the wrong one too. */
export async function signModels(workshop: Workshop, signatory: Signatory): Promise<void> {
  const { trust, signing } = signatory;
  for (const [model, file] of [
    ['model', signatureOf(signatory)],
    ['other', otherSignatureOf(signatory)],
  ] as const) {
    await workshop.oursSucceeds('sign', trust.method, model, '--signature', file, ...signing);
  }
}
