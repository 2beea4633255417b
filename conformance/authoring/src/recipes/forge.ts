import type { VectorModel } from '../../../suite/src/vectors/vector.ts';
import { type KeyName, signatureDer, testKeys } from './keys.ts';
import type { Forgery } from './recipe.ts';
import { fixRoot, type Listing, statementOf } from './signed-model.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** The text that DSSE signs. */
export function preAuthenticationEncoding(payloadType: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** A valid bundle, changed by each forgery in turn and signed again after its changes. */
export function forgeBundle(
  model: VectorModel,
  listing: Listing,
  signer: KeyName,
  forgeries: readonly Forgery[],
): Buffer {
  return sealPayload(forgePayload(model, listing, forgeries), signer, forgeries);
}

/** A payload in a bundle, changed by each forgery in turn above the payload. */
export function sealPayload(payload: Buffer, signer: KeyName, forgeries: readonly Forgery[]): Buffer {
  const payloadType = lastOf(forgeries, 'payloadType') ?? PAYLOAD_TYPE;
  const key = testKeys[signer];
  const signedBytes = (lastOf(forgeries, 'signedBytes') ?? preAuthenticationEncoding)(payloadType, payload);
  const signature = (lastOf(forgeries, 'signature') ?? signatureDer)(key.sign(signedBytes, lastOf(forgeries, 'hash')));
  const envelope = {
    payload: payload.toString('base64'),
    payloadType,
    signatures: [{ sig: signature.toString('base64'), keyid: '' }],
  };
  const material = { publicKey: { hint: key.hint }, tlogEntries: [] };
  for (const forge of forgeries) forge.envelope?.(envelope);
  for (const forge of forgeries) forge.material?.(material, { signature, payload, signedBytes });
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: material,
    dsseEnvelope: envelope,
  };
  for (const forge of forgeries) forge.bundle?.(bundle);
  let raw: string | Buffer = `${JSON.stringify(bundle, null, 2)}\n`;
  for (const forge of forgeries) if (forge.raw) raw = forge.raw(raw.toString());
  return Buffer.from(raw as string);
}

function forgePayload(model: VectorModel, listing: Listing, forgeries: readonly Forgery[]): Buffer {
  const statement = structuredClone(statementOf(model, listing));
  fixRoot(statement);
  for (const forge of forgeries) {
    forge.statement?.(statement);
    if (forge.statement) fixRoot(statement);
    forge.statementAndRoot?.(statement);
  }
  let payload: string | Buffer = JSON.stringify(statement);
  for (const forge of forgeries) if (forge.payload) payload = forge.payload(payload.toString());
  return Buffer.from(payload as string);
}

function lastOf<K extends keyof Forgery>(forgeries: readonly Forgery[], member: K): Forgery[K] | undefined {
  return forgeries.findLast((forge) => forge[member] !== undefined)?.[member];
}
