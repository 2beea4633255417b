/** Who signs: keys and certificates on each curve, a person and a job by Sigstore. Each signs two models with our command. */
import { generateKeyPairSync } from 'node:crypto';
import { makeChain } from '@model-signing/testing/certificates';
import { email } from '@model-signing/testing/general-names';
import { jobClaims, jobIdentity } from '../../../../action/src/testing/model-workflows.ts';
import { readPrivateKey } from '../../../sigstore-lab/src/authority.ts';
import { identityToken } from '../../../sigstore-lab/src/identity.ts';
import { FILES, readServices } from '../../../sigstore-lab/src/instance.ts';
import { jobIssuer } from '../../../sigstore-lab/src/oidc/jobs.ts';
import { CLIENT_ID, mintJobToken } from '../../../sigstore-lab/src/oidc/tokens.ts';
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

/** The file of the services of a private Sigstore, with one version of the log. */
const CONFIGS = {
  1: { trust: FILES.trustConfig, signing: FILES.signingConfig },
  2: { trust: FILES.trustConfigV2, signing: FILES.signingConfigV2 },
} as const;

export type LogVersion = keyof typeof CONFIGS;

/** The file with the services for other tools. */
export const signingConfigOf = (lab: string, version: LogVersion) => `${lab}/${CONFIGS[version].signing}`;

/** A person who signs by a private Sigstore, in a folder, with one version of the log. The token is in `NAME.token`. */
export function personSignatory(workshop: Workshop, lab: string, version: LogVersion): Signatory {
  const token = identityToken(lab, PERSON, { lifetime: TOKEN_LIFETIME });
  const { issuer } = readServices(lab);
  const who = { name: `person-${version}`, title: `identity, by Rekor v${version}`, identity: PERSON, issuer };
  return sigstoreSignatory(workshop, lab, version, who, token);
}

/** A job on GitHub that signs by a private Sigstore. Its token is in `job.token`. */
export function jobSignatory(workshop: Workshop, lab: string): Signatory {
  const claims = jobClaims({});
  const issuer = jobIssuer(readServices(lab).issuer);
  const token = mintJobToken(readPrivateKey(lab, 'issuer'), issuer, CLIENT_ID, claims);
  const who = { name: 'job', title: 'identity of a job, by Rekor v1', identity: jobIdentity(claims), issuer };
  return sigstoreSignatory(workshop, lab, 1, who, token);
}

/** On a busy machine, many programs run before the last one signs. Seconds. */
const TOKEN_LIFETIME = 1800;

function sigstoreSignatory(
  workshop: Workshop,
  lab: string,
  version: LogVersion,
  { name, title, identity, issuer }: Record<'name' | 'title' | 'identity' | 'issuer', string>,
  token: string,
): Signatory {
  workshop.write(`${name}.token`, token);
  const trustedRoot = `${lab}/${FILES.trustedRoot}`;
  const services = ['--trust-config', `${lab}/${CONFIGS[version].trust}`];
  return {
    title,
    name,
    trust: { method: 'sigstore', trustedRoot, identity, issuer },
    signing: [...services, '--identity-token-file', `${name}.token`],
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
