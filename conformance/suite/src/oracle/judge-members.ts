import type { FaultList } from './fault.ts';
import type { Json } from './json.ts';
import { isObject } from './statement.ts';

/** An object that is open by the public schemas, and the members that are defined for it. */
interface Place {
  readonly what: string;
  readonly value: Json | undefined;
  readonly known: readonly string[];
}

/** What in-toto defines for a resource descriptor. */
const DESCRIPTOR = ['name', 'digest', 'uri', 'content', 'downloadLocation', 'mediaType', 'annotations'];

export function placesOfBundle(bundle: Json): Place[] {
  const material = at(bundle, 'verificationMaterial');
  const chain = at(material, 'x509CertificateChain');
  const materials = ['publicKey', 'x509CertificateChain', 'certificate', 'tlogEntries', 'timestampVerificationData'];
  return [
    { what: 'the verification material', value: material, known: materials },
    { what: 'publicKey', value: at(material, 'publicKey'), known: ['hint', 'rawBytes'] },
    { what: 'x509CertificateChain', value: chain, known: ['certificates'] },
    ...[at(material, 'certificate'), ...listAt(chain, 'certificates')].map((value) => ({
      what: 'a certificate',
      value,
      known: ['rawBytes'],
    })),
  ];
}

export function placesOfStatement(statement: Json): Place[] {
  const resources = listAt(at(statement, 'predicate'), 'resources');
  return [
    ...listAt(statement, 'subject').map((value) => ({ what: 'the subject', value, known: DESCRIPTOR })),
    ...resources.map((value) => ({ what: 'a descriptor', value, known: [...DESCRIPTOR, 'algorithm'] })),
  ];
}

/** Members that are defined neither by the format nor by the document that defines the object. */
export function judgeMembers(places: readonly Place[], faults: FaultList): void {
  for (const { what, value, known } of places) {
    if (!isObject(value)) continue;
    const unknown = Object.keys(value).find((name) => !known.includes(name));
    if (unknown !== undefined) faults.add('OMS-BUNDLE-9', `${what} has the unknown member ${JSON.stringify(unknown)}`);
  }
}

function at(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function listAt(value: Json | undefined, name: string): readonly Json[] {
  const list = at(value, name);
  return Array.isArray(list) ? list : [];
}
