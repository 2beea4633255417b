import type { Certificate } from './certificate.ts';
import { X509Error } from './errors.ts';
import { isHost, type NameConstraints } from './extensions.ts';
import { type DistinguishedName, type GeneralName, lowerAscii } from './names.ts';
import { printable } from './text.ts';

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

/** Non-ASCII mail addresses (RFC 9598), which constraints on mail addresses cover too. */
const UTF8_MAILBOX = '1.3.6.1.5.5.7.8.9';

/** Counts comparisons down and throws when none are left. */
export interface Comparisons {
  spendComparison(): void;
}

/**
 * Checks every name of a certificate against the constraints of a CA above it. If the form of a name is constrained, the name
 * is refused when its form is not understood or when it cannot be compared reliably, such as a host with an empty label.
 * @throws {X509Error} `name-constraint`
 */
export function checkNames(certificate: Certificate, constraints: NameConstraints, comparisons: Comparisons): void {
  for (const name of namesOf(certificate)) {
    const about = (constraint: GeneralName) => {
      comparisons.spendComparison();
      return isAbout(constraint, name);
    };
    const permitted = constraints.permitted.filter(about);
    const excluded = constraints.excluded.filter(about);
    if (permitted.length === 0 && excluded.length === 0) continue;
    const refuse = (reason: string) =>
      new X509Error('name-constraint', `the ${describe(name)} of ${certificate.subject.text} ${reason}`, {
        subject: certificate.subject.text,
      });
    if (!isComparable(name)) throw refuse('cannot be compared with the name constraints of its CA');
    if (permitted.length > 0 && !permitted.some((constraint) => isWithin(name, constraint))) {
      throw refuse('is outside the names that its CA may issue for');
    }
    if (excluded.some((constraint) => mayBeWithin(name, constraint))) {
      throw refuse('is among the names that its CA must not issue for');
    }
  }
}

/** Describes a name in a message. */
function describe({ form, value }: GeneralName): string {
  return typeof value === 'string' ? `${form} name "${printable(value, '"\\')}"` : `${form} name`;
}

/** Returns the subject, its alternative names, and the subject's mail addresses if no alternative name is one. */
function namesOf({ subject, subjectAltNames }: Certificate): GeneralName[] {
  const names = [...subjectAltNames];
  if (subject.parts.length > 0) names.push({ form: 'directory', value: subject });
  if (subjectAltNames.some(({ form }) => form === 'email')) return names;
  for (const { attributes } of subject.parts) {
    for (const { type, value } of attributes) {
      if (type === EMAIL_ADDRESS) names.push({ form: 'email', value: value ?? '' });
    }
  }
  return names;
}

function isAbout(constraint: GeneralName, name: GeneralName): boolean {
  if (name.form !== 'other') return constraint.form === name.form;
  if (constraint.form === 'email') return name.type === UTF8_MAILBOX;
  return constraint.form === 'other' && constraint.type === name.type;
}

function isComparable(name: GeneralName): boolean {
  switch (name.form) {
    case 'dns':
      return isHost(withoutWildcard(name.value));
    case 'email': {
      const [local, host] = mailbox(name.value);
      // With a second, unquoted "@", a reader that splits at the first one would see another host.
      return local !== '' && (!local.includes('@') || /^"[^"\\]*"$/.test(local)) && isHost(host);
    }
    case 'uri':
      return hostOfUri(name.value) !== null;
    case 'ip':
    case 'directory':
      return true;
    default:
      return false;
  }
}

/** Whether a comparable name is certainly within the subtree. */
function isWithin(name: GeneralName, constraint: GeneralName): boolean {
  switch (name.form) {
    case 'dns':
      return constraint.form === 'dns' && isHostWithin(withoutWildcard(name.value), constraint.value);
    case 'email':
      return constraint.form === 'email' && isMailboxWithin(name.value, constraint.value);
    case 'uri':
      return constraint.form === 'uri' && isExactHost(hostOfUri(name.value) ?? '', constraint.value);
    case 'ip':
      return constraint.form === 'ip' && isAddressWithin(name.value, constraint.value);
    case 'directory':
      return constraint.form === 'directory' && isNameWithin(name.value, constraint.value, 'canonical');
    default:
      return false;
  }
}

/** Whether the name could be within the subtree, interpreted as widely as possible. */
function mayBeWithin(name: GeneralName, constraint: GeneralName): boolean {
  if (isWithin(name, constraint)) return true;
  if (name.form === 'dns' && constraint.form === 'dns' && name.value.startsWith('*.')) {
    const parent = withoutWildcard(name.value);
    return isHostWithin(constraint.value, parent) && labels(constraint.value) === labels(parent) + 1;
  }
  if (name.form === 'directory' && constraint.form === 'directory') {
    return isNameWithin(name.value, constraint.value, 'caseFolded');
  }
  if (name.form === 'ip' && constraint.form === 'ip') {
    const mapped = ipv4Of(name.value);
    return mapped !== null && isAddressWithin(mapped, constraint.value);
  }
  return false;
}

function withoutWildcard(host: string): string {
  return host.startsWith('*.') ? host.slice(2) : host;
}

function labels(host: string): number {
  return host.split('.').length;
}

/** Whether the host is `base` or below it. */
function isHostWithin(host: string, base: string): boolean {
  if (base === '') return true;
  const [h, b] = [lowerAscii(host), lowerAscii(base)];
  return h === b || h.endsWith(`.${b}`);
}

/** Whether the host equals `base`, or is below it if `base` begins with a dot. */
function isExactHost(host: string, base: string): boolean {
  const [h, b] = [lowerAscii(host), lowerAscii(base)];
  return b.startsWith('.') ? h.endsWith(b) && h.length > b.length : h === b;
}

/** Splits a mail address at its last "@"; a quoted local part may contain another. */
function mailbox(address: string): [local: string, host: string] {
  const at = address.lastIndexOf('@');
  return at === -1 ? ['', address] : [address.slice(0, at), address.slice(at + 1)];
}

function isMailboxWithin(address: string, base: string): boolean {
  const [local, host] = mailbox(address);
  if (!base.includes('@')) return isExactHost(host, base);
  const [baseLocal, baseHost] = mailbox(base);
  return local === baseLocal && lowerAscii(host) === lowerAscii(baseHost);
}

/** Returns the host of a URI; null if it has none or an IP address, which cannot be compared (RFC 5280, 4.2.1.10). */
function hostOfUri(uri: string): string | null {
  const scheme = uri.indexOf('://');
  if (scheme === -1 || !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(uri.slice(0, scheme))) return null;
  const rest = uri.slice(scheme + 3);
  const end = rest.search(/[/?#\\]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const colon = host.indexOf(':');
  const name = colon === -1 ? host : host.slice(0, colon);
  if (colon !== -1 && !/^[0-9]*$/.test(host.slice(colon + 1))) return null;
  return isHost(name) && !/^[0-9.]+$/.test(name) ? name : null;
}

/** @param range an address followed by its mask */
function isAddressWithin(address: Uint8Array, range: Uint8Array): boolean {
  const size = address.length;
  if (range.length !== 2 * size) return false;
  return address.every((byte, i) => ((byte ^ (range[i] as number)) & (range[size + i] as number)) === 0);
}

/** Returns the IPv4 address in an IPv4-mapped IPv6 address (`::ffff:a.b.c.d`). */
function ipv4Of(address: Uint8Array): Uint8Array | null {
  const mapped = address.length === 16 && address.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 0xff));
  return mapped ? address.subarray(12) : null;
}

/** Whether the name begins with `base`. */
function isNameWithin(name: DistinguishedName, base: DistinguishedName, form: 'canonical' | 'caseFolded'): boolean {
  return base.parts.length <= name.parts.length && base.parts.every((part, i) => part[form] === name.parts[i]?.[form]);
}
