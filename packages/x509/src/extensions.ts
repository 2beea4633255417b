import { toHex } from '#platform';
import {
  bitsOf,
  booleanOf,
  context,
  countOf,
  DerError,
  type Element,
  elementsOf,
  Fields,
  integerHex,
  oidOf,
  parseElement,
  someElementsOf,
  Tag,
} from './der.ts';
import { type GeneralName, parseGeneralName } from './names.ts';

/** The bits of a key usage, in order. */
const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof keyUsages)[number];

export const ExtendedKeyUsage = {
  any: '2.5.29.37.0',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  timeStamping: '1.3.6.1.5.5.7.3.8',
} as const;

export interface BasicConstraints {
  readonly ca: boolean;
  /** How many CA certificates may come between this one and the leaf; no limit if absent. */
  readonly pathLength: number | undefined;
}

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** What the certificate says about the key that signed it. */
export interface AuthorityKey {
  readonly keyId: string | undefined;
  readonly issuer: readonly GeneralName[] | undefined;
  readonly serial: string | undefined;
}

/** The extensions that are understood. Each may be absent. */
export interface Extensions {
  basicConstraints?: BasicConstraints;
  keyUsage?: readonly KeyUsage[];
  /** Object identifiers. */
  extendedKeyUsage?: readonly string[];
  extendedKeyUsageCritical?: boolean;
  subjectAltNames?: readonly GeneralName[];
  nameConstraints?: NameConstraints;
  subjectKeyId?: string;
  authorityKey?: AuthorityKey;
  /** Object identifiers of all critical extensions that are not understood. */
  unknownCritical: string[];
  /** Every extension, understood or not, by object identifier. */
  all: ReadonlyMap<string, Extension>;
}

export interface Extension {
  readonly critical: boolean;
  /** The contents of its `OCTET STRING`, usually DER. */
  readonly value: Uint8Array;
}

type Reader = (extensions: Extensions, value: Uint8Array, critical: boolean) => void;

const checkSequence: Reader = (_, value) => {
  someElementsOf(parseElement(value, Tag.sequence).body);
};

/** Extensions that are understood, so that a certificate may mark them critical. */
const readers: Readonly<Record<string, Reader>> = {
  '2.5.29.14': (extensions, value) => {
    extensions.subjectKeyId = toHex(parseElement(value, Tag.octetString).body);
  },
  '2.5.29.15': readKeyUsage,
  '2.5.29.17': (extensions, value) => {
    extensions.subjectAltNames = someElementsOf(parseElement(value, Tag.sequence).body).map(parseSubjectName);
  },
  '2.5.29.19': readBasicConstraints,
  '2.5.29.30': readNameConstraints,
  '2.5.29.31': checkSequence, // CRL distribution points: revocation is not checked
  '2.5.29.32': checkSequence, // policies have no effect without policy constraints, which are refused if critical
  '2.5.29.35': readAuthorityKey,
  '2.5.29.37': (extensions, value, critical) => {
    extensions.extendedKeyUsage = someElementsOf(parseElement(value, Tag.sequence).body).map(oidOf);
    extensions.extendedKeyUsageCritical = critical;
  },
};

/** @param elements each an `Extension`; duplicates are refused */
export function parseExtensions(elements: readonly Element[]): Extensions {
  const all = new Map<string, Extension>();
  const extensions: Extensions = { unknownCritical: [], all };
  for (const element of elements) {
    const fields = Fields.of(element);
    const id = oidOf(fields.take(Tag.oid));
    const flag = fields.takeIf(Tag.boolean);
    const value = fields.take(Tag.octetString).body;
    fields.end();
    const critical = flag !== undefined && booleanOf(flag);
    if (flag && !critical) throw new DerError('it has an extension that encodes a default value');
    if (all.has(id)) throw new DerError(`it has the extension ${id} twice`);
    all.set(id, { critical, value });
    const read = readers[id];
    if (read) read(extensions, value, critical);
    else if (critical) extensions.unknownCritical.push(id);
  }
  return extensions;
}

function readBasicConstraints(extensions: Extensions, value: Uint8Array): void {
  const fields = Fields.parse(value);
  const flag = fields.takeIf(Tag.boolean);
  const ca = flag !== undefined && booleanOf(flag);
  if (flag && !ca) throw new DerError('its basic constraints encode a default value');
  const length = fields.takeIf(Tag.integer);
  fields.end();
  if (length && !ca) throw new DerError('it has a path length constraint and is not a CA certificate');
  extensions.basicConstraints = { ca, pathLength: length && countOf(length) };
}

function readKeyUsage(extensions: Extensions, value: Uint8Array): void {
  const { bytes, unused } = bitsOf(parseElement(value, Tag.bitString));
  const count = Math.min(bytes.length * 8 - unused, keyUsages.length);
  const used = keyUsages.filter((_, i) => i < count && ((bytes[i >> 3] as number) & (0x80 >> (i & 7))) !== 0);
  if (used.length === 0) throw new DerError('its key usage is empty');
  extensions.keyUsage = used;
}

/** Parses a name of the subject. An IP address of the wrong length is refused, because it could not be compared. */
function parseSubjectName(element: Element): GeneralName {
  const name = parseGeneralName(element);
  if (name.form === 'ip' && name.value.length !== 4 && name.value.length !== 16) {
    throw new DerError('it has an IP address of the wrong length');
  }
  return name;
}

function readAuthorityKey(extensions: Extensions, value: Uint8Array): void {
  const fields = Fields.parse(value);
  const keyId = fields.takeIf(context(0, false));
  const issuer = fields.takeIf(context(1));
  const serial = fields.takeIf(context(2, false));
  fields.end();
  if ((issuer === undefined) !== (serial === undefined)) {
    throw new DerError('its authority key identifier names an issuer without a serial number, or the reverse');
  }
  extensions.authorityKey = {
    keyId: keyId && toHex(keyId.body),
    issuer: issuer && someElementsOf(issuer.body).map(parseGeneralName),
    serial: serial && integerHex({ ...serial, tag: Tag.integer }),
  };
}

function readNameConstraints(extensions: Extensions, value: Uint8Array): void {
  const fields = Fields.parse(value);
  const permitted = fields.takeIf(context(0));
  const excluded = fields.takeIf(context(1));
  fields.end();
  if (!permitted && !excluded) throw new DerError('its name constraints are empty');
  const subtrees = (list: Element | undefined) => (list ? someElementsOf(list.body).map(parseSubtree) : []);
  extensions.nameConstraints = { permitted: subtrees(permitted), excluded: subtrees(excluded) };
}

function parseSubtree(element: Element): GeneralName {
  const [base, ...bounds] = elementsOf(Fields.of(element) && element.body);
  if (!base || bounds.length > 0) throw new DerError('it has a name constraint with a minimum or a maximum');
  const name = parseGeneralName(base);
  if (!isConstraint(name)) throw new DerError(`it has a name constraint that is not a valid ${name.form} constraint`);
  return name;
}

/** Whether the name can be the base of a subtree. One that matches no name would silently exclude nothing. */
function isConstraint(name: GeneralName): boolean {
  switch (name.form) {
    case 'dns':
      return name.value === '' || isHost(name.value);
    case 'email': {
      const at = name.value.lastIndexOf('@');
      return at !== 0 && isHost(at > 0 ? name.value.slice(at + 1) : withoutDot(name.value));
    }
    case 'uri':
      return isHost(withoutDot(name.value));
    case 'ip':
      return isAddressRange(name.value);
    default:
      return true;
  }
}

function withoutDot(host: string): string {
  return host.startsWith('.') ? host.slice(1) : host;
}

/** Whether `text` is a host name: labels of letters, digits, hyphens and underscores, without a dot at either end. */
export function isHost(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => label.length <= 63 && isLabel(label));
}

function isLabel(label: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(label) && !label.startsWith('-') && !label.endsWith('-');
}

/** Whether the value is an address followed by a mask of the same length, with all one-bits first. */
function isAddressRange(value: Uint8Array): boolean {
  if (value.length !== 8 && value.length !== 32) return false;
  const mask = [...value.subarray(value.length / 2)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return !mask.includes('01');
}
