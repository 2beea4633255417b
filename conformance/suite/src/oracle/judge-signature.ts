import { createPublicKey, type KeyObject } from 'node:crypto';
import type { RequirementId, Vector } from '../vectors/vector.ts';
import { signedChainKey } from './certificate.ts';
import { type PublicKey, publicKeyOf, verifies } from './ecdsa.ts';
import { type Fault, FaultList } from './fault.ts';
import { historicalText } from './historical.ts';
import { judgeManifest } from './judge-manifest.ts';
import { judgeMembers, placesOfBundle, placesOfStatement } from './judge-members.ts';
import { Judge } from './judgement.ts';
import { isMlDsa } from './ml-dsa.ts';
import { preAuthenticationEncoding } from './pae.ts';
import { shapeIssues } from './produced-shape.ts';
import { type ProducedBundle, readProducedBundle, readProducedJson, readProducedStatement } from './read-produced.ts';
import { isObject } from './statement.ts';
import type { Defect } from './verifier-defects.ts';

type Read = (file: string) => Buffer;

/**
 * Everything that is wrong with a bundle that was made for a vector, recomputed from the model, since it proves nothing
 * that the program itself would verify the bundle. What cannot be read hides what it contains, and no fault is guessed there.
 */
export function judgeSignature(vector: Vector, bytes: Buffer, read: Read): readonly Fault[] {
  const faults = new FaultList(vector.profile);
  const draft = vector.inputs.draft !== undefined;
  const value = readProducedJson(bytes, 'bundle', faults);
  if (value === undefined) return faults.all();
  if (!isObject(value)) {
    faults.add('OMS-BUNDLE-1', 'the bundle is no JSON object');
    return faults.all();
  }
  addShape('bundle', value, draft, faults);
  const bundle = readProducedBundle(value, faults);
  judgeMaterial(vector, bundle, faults);
  judgeSigner(vector, bundle, read, faults);
  judgeMembers(placesOfBundle(value), faults);
  if (bundle.payload === null) return faults.all();
  const payload = readProducedJson(bundle.payload, 'statement', faults);
  if (payload === undefined) return faults.all();
  if (!isObject(payload)) {
    faults.add('OMS-STMT-1', 'the statement is no JSON object');
    return faults.all();
  }
  addShape('statement', payload, draft, faults);
  judgeMembers(placesOfStatement(payload), faults);
  judgeManifest(vector, readProducedStatement(payload), faults);
  return faults.all();
}

function addShape(layer: 'bundle' | 'statement', value: unknown, draft: boolean, faults: FaultList): void {
  for (const { requirement, message } of shapeIssues(layer, value, draft)) faults.add(requirement, message);
}

const members = { key: 'publicKey', certificate: 'x509CertificateChain', sigstore: 'certificate' } as const;

/** The material must be that of the method that was asked for, and what is optional as this specification recommends it. */
function judgeMaterial({ inputs }: Vector, { material, signed }: ProducedBundle, faults: FaultList): void {
  if (material === null) return;
  if (inputs.method === 'policy') return;
  const member = members[inputs.method];
  if (!(member in material)) faults.add('OMS-METHOD-1', `there is no ${member}, which the method ${inputs.method} has`);
  if (inputs.method === 'sigstore') return;
  const entries = material.tlogEntries;
  if (!Array.isArray(entries) || entries.length > 0) faults.add('OMS-METHOD-4', 'tlogEntries is not an empty array');
  const timestamps = material.timestampVerificationData;
  const unasked =
    (Array.isArray(entries) && entries.length > 0) || (inputs.method === 'key' && timestamps !== undefined);
  if (inputs.draft !== undefined && unasked) faults.add('OMS-KEYLOG-1', 'there is a log entry or a timestamp');
  if (inputs.method === 'key' && timestamps !== undefined)
    faults.add('OMS-METHOD-7', 'there is timestampVerificationData');
  if (signed !== null && signed.keyid !== '') faults.add('OMS-DSSE-6', 'keyid is not the empty string');
}

/** Hint and signature must be those of the key, or chain and signature those of the certificate. */
function judgeSigner({ inputs }: Vector, bundle: ProducedBundle, read: Read, faults: FaultList): void {
  if (inputs.method === 'certificate') {
    judgeSignatureBytes(judgedKey(signedChainKey(bundle.material, { inputs, read }, faults)), bundle, faults);
    return;
  }
  if (inputs.method !== 'key' || inputs.privateKey === undefined) return;
  const key = judgedKey(createPublicKey(String(read(inputs.privateKey))));
  if (key === null) return;
  const named = bundle.material?.publicKey;
  const hint = typeof named === 'object' && named !== null && 'hint' in named ? named.hint : null;
  if (typeof hint === 'string' && hint !== key.hint) {
    faults.add('OMS-KEY-1', `the hint is ${JSON.stringify(hint)} instead of ${key.hint}`);
  }
  judgeSignatureBytes(key, bundle, faults);
}

/** A key on any curve, since whether a program must sign with it is for its vector to say; null if it is on none. */
function judgedKey(key: KeyObject): PublicKey | null {
  return key.asymmetricKeyType === 'ec' || isMlDsa(key)
    ? publicKeyOf(key, new Judge(new Set(['key-on-any-curve'])))
    : null;
}

/** Other ways to make a signature over the right text, with the rule that each breaks. */
const otherSignatures: readonly [Defect, RequirementId, string][] = [
  ['signature-takes-raw', 'OMS-ALG-9', 'the signature is not in DER'],
  ['signature-takes-ber', 'OMS-ALG-9', 'the signature is not in DER'],
  ['signature-takes-padded', 'OMS-ALG-9', 'the signature has needless zero bytes'],
  ['signature-takes-trailing', 'OMS-ALG-9', 'the signature is followed by other bytes'],
  ['any-hash', 'OMS-ALG-4', 'the signature is made with another hash than the registry pairs with the curve'],
];

function judgeSignatureBytes(key: PublicKey | null, bundle: ProducedBundle, faults: FaultList): void {
  const { payload, payloadType, signature } = bundle;
  if (key === null || payload === null || payloadType === null || signature === null) return;
  const text = preAuthenticationEncoding(payloadType, payload);
  if (verifies(key, text, signature, new Judge(new Set()))) return;
  if (isMlDsa(key.key)) {
    faults.add('OMS-PQ-4', 'the signature is not one by ML-DSA-65 over the PAE');
    return;
  }
  const other = otherSignatures.find(([defect]) => verifies(key, text, signature, new Judge(new Set([defect]))));
  if (other !== undefined) {
    faults.add(other[1], other[2]);
    return;
  }
  const texts: readonly [Buffer, string][] = [
    [payload, 'the payload alone'],
    [historicalText(payloadType, payload), 'the text of v0.2.0'],
    [preAuthenticationEncoding(payloadType, Buffer.from(payload.toString('base64'))), 'the payload in Base64'],
  ];
  const lenient = new Judge(new Set(otherSignatures.map(([defect]) => defect)));
  const signed = texts.find(([candidate]) => verifies(key, candidate, signature, lenient));
  faults.add('OMS-DSSE-3', signed ? `${signed[1]} is signed` : 'the signature does not verify with the key');
}
