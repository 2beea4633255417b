import { createPublicKey, type KeyObject } from 'node:crypto';
import { childrenOf, type Element, elementOf, oidOf, timeOf } from './der.ts';
import { Refusal } from './judgement.ts';

export interface NameConstraints {
  readonly permitted: readonly Element[];
  readonly excluded: readonly Element[];
}

/** The parts of a certificate that a path depends on. */
export interface Certificate {
  readonly whole: Buffer;
  /** The signed part. */
  readonly body: Buffer;
  readonly signature: Buffer;
  readonly signatureAlgorithm: string;
  readonly serial: string;
  /** Encoded names. */
  readonly issuer: string;
  readonly subject: Element;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: KeyObject;
  readonly ca: boolean;
  readonly pathLength: number | null;
  /** The named bits of the key usage, or null if it is absent. */
  readonly keyUsage: ReadonlySet<number> | null;
  readonly extendedUsages: readonly string[] | null;
  readonly extendedUsagesCritical: boolean;
  readonly alternativeNames: readonly Element[];
  readonly nameConstraints: NameConstraints | null;
  readonly unknownCritical: boolean;
}

/** Reads a certificate: RFC 5280, section 4. */
export function readCertificate(bytes: Buffer): Certificate {
  const [body, algorithm, signature] = childrenOf(elementOf(bytes));
  if (!body || !algorithm || !signature) throw new Refusal('signer/certificate-malformed', 'not a certificate');
  const [, serial, , issuer, validity, subject, key, ...rest] = childrenOf(body) as Element[];
  if (!serial || !issuer || !validity || !subject || !key)
    throw new Refusal('signer/certificate-malformed', 'the body');
  const [notBefore, notAfter] = childrenOf(validity).map(timeOf);
  const extensions = rest.find(({ tag }) => tag === 0xa3);
  return {
    whole: bytes,
    body: body.whole,
    signature: signature.content.subarray(1),
    signatureAlgorithm: oidOf(childrenOf(algorithm)[0] as Element),
    serial: serial.content.toString('hex'),
    issuer: issuer.whole.toString('hex'),
    subject,
    notBefore: notBefore as number,
    notAfter: notAfter as number,
    key: readKey(key.whole),
    ...readExtensions(extensions ? childrenOf(childrenOf(extensions)[0] as Element) : []),
  };
}

function readKey(der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, type: 'spki', format: 'der' });
  } catch {
    throw new Refusal('signer/certificate-algorithm-unsupported', 'the key');
  }
}

type Extensions = Pick<
  Certificate,
  | 'ca'
  | 'pathLength'
  | 'keyUsage'
  | 'extendedUsages'
  | 'extendedUsagesCritical'
  | 'alternativeNames'
  | 'nameConstraints'
  | 'unknownCritical'
>;

const known = ['2.5.29.14', '2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.30', '2.5.29.35', '2.5.29.37'];

function readExtensions(extensions: readonly Element[]): Extensions {
  const values = new Map<string, { critical: boolean; value: Element }>();
  for (const extension of extensions) {
    const parts = childrenOf(extension);
    const value = elementOf((parts.at(-1) as Element).content);
    values.set(oidOf(parts[0] as Element), { critical: parts.length === 3, value });
  }
  const of = (id: string) => values.get(id)?.value;
  const [ca, pathLength] = of('2.5.29.19') ? childrenOf(of('2.5.29.19') as Element) : [];
  const usages = of('2.5.29.37');
  const names = of('2.5.29.17');
  const constraints = of('2.5.29.30');
  return {
    ca: ca?.tag === 0x01 && ca.content[0] === 0xff,
    pathLength: pathLength ? Number(`0x${pathLength.content.toString('hex')}`) : null,
    keyUsage: of('2.5.29.15') ? bitsOf(of('2.5.29.15') as Element) : null,
    extendedUsages: usages ? childrenOf(usages).map(oidOf) : null,
    extendedUsagesCritical: values.get('2.5.29.37')?.critical ?? false,
    alternativeNames: names ? childrenOf(names) : [],
    nameConstraints: constraints ? readConstraints(constraints) : null,
    unknownCritical: [...values].some(([id, { critical }]) => critical && !known.includes(id)),
  };
}

function bitsOf({ content }: Element): Set<number> {
  const bits = new Set<number>();
  for (const [index, byte] of content.subarray(1).entries()) {
    for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) bits.add(8 * index + bit);
  }
  return bits;
}

function readConstraints(value: Element): NameConstraints {
  const subtrees = (tag: number) =>
    childrenOf(value)
      .filter((each) => each.tag === tag)
      .flatMap(childrenOf)
      .map((subtree) => childrenOf(subtree)[0] as Element);
  return { permitted: subtrees(0xa0), excluded: subtrees(0xa1) };
}

/** Whether the constraints of a path allow the names of a certificate. Directory and DNS names are understood. */
export function constraintProblem(
  { permitted, excluded }: NameConstraints,
  certificate: Certificate,
): 'excluded' | 'not permitted' | 'not understood' | null {
  const directory: Element = { tag: 0xa4, content: certificate.subject.whole, whole: certificate.subject.whole };
  const names =
    certificate.subject.content.length > 0
      ? [directory, ...certificate.alternativeNames]
      : certificate.alternativeNames;
  for (const name of names) {
    const same = (each: Element) => each.tag === name.tag;
    if (![...permitted, ...excluded].some(same)) continue;
    if (name.tag !== 0xa4 && name.tag !== 0x82) return 'not understood';
    if (excluded.some((each) => same(each) && isWithin(name, each))) return 'excluded';
    const allowed = permitted.filter(same);
    if (allowed.length > 0 && !allowed.some((each) => isWithin(name, each))) return 'not permitted';
  }
  return null;
}

function isWithin(name: Element, subtree: Element): boolean {
  if (name.tag === 0x82) {
    const [host, domain] = [name.content.toString(), subtree.content.toString()];
    return host === domain || host.endsWith(`.${domain}`);
  }
  const parts = (bytes: Buffer) => childrenOf(elementOf(bytes)).map(({ whole }) => whole.toString('hex'));
  const [above, below] = [parts(subtree.content), parts(name.content)];
  return above.every((part, index) => part === below[index]);
}
