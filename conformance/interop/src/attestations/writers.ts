/** What each tool writes about the root digest of the model. */
import { createHash, createPublicKey } from 'node:crypto';
import path from 'node:path';
import type { Lab } from './lab.ts';
import { CLAIM_NAME, CLAIM_TYPE, type Sample, SIGNATURE_TYPE, type Signatory, signatureOf } from './sample.ts';
import type { Workshop } from './workshop.ts';

/** The folder with the plugin for keys in files, for `PATH`. */
const plugins = path.resolve(import.meta.dirname, '../../keys/plugin');
const PLUGINS = { PATH: [plugins, process.env.PATH].join(path.delimiter) };

/** Our signature of the model, and an attestation by our command. */
export async function writtenByUs(workshop: Workshop, signatory: Signatory): Promise<Sample[]> {
  const signature = signatureOf(signatory);
  const file = `${signatory.name}.attestation.json`;
  const claim = ['--predicate', 'claim.json', '--type', CLAIM_NAME, '--attestations', file];
  const { method } = signatory.trust;
  const from = ['--from', signature, ...signatory.signer];
  await workshop.oursSucceeds('attest', method, ...from, ...signatory.signing, ...claim);
  const by = 'model-signing';
  const digest = workshop.digestOf(signature);
  return [
    { by, what: 'attestation', signatory, file, digest, type: CLAIM_TYPE },
    { by, what: 'signature', signatory, file: signature, digest, type: SIGNATURE_TYPE },
  ];
}

/** The arguments of cosign that say with what it signs. With an identity, the log is of version 1. */
export function signingByCosign({ trust, name }: Signatory, { signingConfigs }: Lab, keyPrefix: string): string[] {
  const key = ['--key', `${keyPrefix}${name}.pem`, '--signing-config', 'no-services.json'];
  if (trust.method === 'key') return key;
  if (trust.method === 'certificate') {
    return [...key, '--certificate', `${name}.crt.pem`, '--certificate-chain', `${name}.chain.pem`];
  }
  const services = ['--signing-config', signingConfigs[1], '--trusted-root', trust.trustedRoot];
  return [...services, '--identity-token', `${name}.token`];
}

/** A configuration without services, so that nothing is logged. */
export const NO_SERVICES = JSON.stringify({
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  rekorTlogConfig: {},
  tsaConfig: {},
});

/**
 * What cosign attests about a digest, by its own command or by the program with its packages.
 * @param command the words that run it
 */
export async function writtenByCosign(
  workshop: Workshop,
  signatory: Signatory,
  by: string,
  command: readonly string[],
  signing: readonly string[],
): Promise<Sample> {
  const digest = workshop.digestOf(signatureOf(signatory));
  const file = `${signatory.name}.${by}.json`;
  const claim = ['--predicate', 'claim.json', '--type', CLAIM_NAME, '--hash', digest, '--bundle', file];
  await workshop.succeed([...command, ...signing, ...claim, 'model/config.json'], { environment: PLUGINS });
  return { by, what: 'attestation', signatory, file, digest, type: CLAIM_TYPE };
}

/** What sigstore-go attests about a digest with a key: the claim of our attestation, in a statement without our annotation. */
export async function writtenBySigstoreGo(workshop: Workshop, signatory: Signatory, program: string): Promise<Sample> {
  const { name } = signatory;
  const digest = workshop.digestOf(signatureOf(signatory));
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'my-model', digest: { sha256: digest } }],
    predicateType: CLAIM_TYPE,
    predicate: JSON.parse(workshop.read('claim.json')),
  };
  const spki = createPublicKey(workshop.read(`${name}.pem`)).export({ type: 'spki', format: 'der' });
  // The form of the keys that the library makes itself.
  const hint = createHash('sha256').update(spki).digest('base64');
  const command = [program, 'sign', `filekey://${workshop.path(`${name}.pem`)}`, hint, 'application/vnd.in-toto+json'];
  const input = Buffer.from(JSON.stringify(statement));
  const file = `${name}.sigstore-go.json`;
  workshop.write(file, await workshop.succeed(command, { input, environment: PLUGINS }));
  return { by: 'sigstore-go', what: 'attestation', signatory, file, digest, type: CLAIM_TYPE };
}

/** What the package of GitHub's action attests about a digest, with the identity of a job. */
export async function writtenByAction(
  workshop: Workshop,
  signatory: Signatory,
  { fulcio, rekorV1, job }: Lab,
  installed: string,
): Promise<Sample> {
  const digest = workshop.digestOf(signatureOf(signatory));
  const file = `${signatory.name}.action.json`;
  const program = path.join(import.meta.dirname, 'actions-attest.ts');
  const what = [digest, CLAIM_TYPE, 'claim.json', file];
  await workshop.succeed([process.execPath, program, installed, fulcio, rekorV1, ...what], {
    environment: job.variables,
  });
  return { by: '@actions/attest', what: 'attestation', signatory, file, digest, type: CLAIM_TYPE };
}
