import { type Attestation, openAttestation } from '../attest.ts';
import { checkOptions } from '../check-options.ts';
import { OmsError } from '../format/errors.ts';
import type { Draft } from '../format/manifest/manifest.ts';
import { openSignature, type SignedManifest } from '../open.ts';
import type { Verifier } from '../signer.ts';
import { claimedSubjects, LineageCollector, type LineagePlace } from './collector.ts';
import type { Lineage } from './lineage.ts';

/** A signature or attestation, from wherever. */
export interface LineageInput extends LineagePlace {
  readonly bundle: Uint8Array;
}

export interface ReadLineageOptions {
  /** Whose statements are verified. Without it, everything is only claimed. */
  readonly verifier?: Verifier | undefined;
  /** Also open signatures of this draft of the format. */
  readonly draft?: Draft | undefined;
  /** Ends the wait for the verifier with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads signatures and attestations, one at a time, and says where the models come from. One that the verifier refuses is a claim with the
 * reason.
 * @throws {OmsError} `bundle/too-large` for more than any real lineage has; what leaves no verdict
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const inputs = [{ source: 'model.sig', bundle: await readFile('model.sig') }];
 * const { nodes } = await readLineage(inputs, { verifier });
 * for (const { digest, state } of nodes) console.log(digest, state);
 */
export async function readLineage(
  inputs: Iterable<LineageInput> | AsyncIterable<LineageInput>,
  options: ReadLineageOptions = {},
): Promise<Lineage> {
  const { verifier, draft, signal } = checkOptions(options);
  const collector = new LineageCollector();
  for await (const input of inputs) {
    signal?.throwIfAborted();
    if (verifier === undefined) await collector.addClaims(input, input.bundle);
    else await addOpened(collector, input, verifier, { draft, signal });
  }
  return collector.lineage();
}

async function addOpened(
  collector: LineageCollector,
  input: LineageInput,
  verifier: Verifier,
  options: Pick<ReadLineageOptions, 'draft' | 'signal'>,
): Promise<void> {
  const { bundle } = input;
  const opened = await opening(bundle, verifier, options).catch((error: unknown) => {
    if (!(error instanceof OmsError) || isNoVerdict(error)) throw error;
    return error;
  });
  if (opened instanceof OmsError) {
    await collector.addClaims(input, bundle, { code: opened.code, message: opened.message });
  } else if ('manifest' in opened) collector.addSignature(input, opened);
  else collector.addAttestation(input, opened);
}

async function opening(
  bundle: Uint8Array,
  verifier: Verifier,
  options: Pick<ReadLineageOptions, 'draft' | 'signal'>,
): Promise<Attestation | SignedManifest> {
  if (claimedSubjects(bundle) === null) return openSignature(bundle, verifier, options);
  return openAttestation(bundle, verifier, { signal: options.signal });
}

/** What is wrong with this machine, a service or the trust root, and not with the bundle. */
function isNoVerdict({ code }: OmsError): boolean {
  return code === 'bundle/out-of-memory' || code === 'signer/service-failed' || code.startsWith('signer/trust-');
}
