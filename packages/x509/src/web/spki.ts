import { toHex } from './bytes.ts';

/** The parts of a `SubjectPublicKeyInfo`. */
export interface KeyInfo {
  /** The object identifier of the algorithm: its encoding in hexadecimal, without tag and length. */
  readonly algorithm: string;
  /** The object identifier that is the parameter, in the same form; null if there is none, or NULL; undefined for another one. */
  readonly parameter: string | null | undefined;
  /** The octets of the key. */
  readonly key: Uint8Array;
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const NULL = 0x05;
const OBJECT_IDENTIFIER = 0x06;
const SEQUENCE = 0x30;

/**
 * Parses a `SubjectPublicKeyInfo`, DER. `der.ts` cannot be used here, because it imports the platform.
 * @throws {TypeError} if it is not one
 */
export function parseKeyInfo(spki: Uint8Array): KeyInfo {
  const [algorithm, bits, ...others] = elementsIn(only(spki, SEQUENCE).body);
  if (algorithm?.tag !== SEQUENCE || bits?.tag !== BIT_STRING || bits.body[0] !== 0) throw malformed();
  const [oid, parameter, ...further] = elementsIn(algorithm.body);
  if (oid?.tag !== OBJECT_IDENTIFIER || others.length + further.length > 0) throw malformed();
  return { algorithm: toHex(oid.body), parameter: parameterOf(parameter), key: bits.body.subarray(1) };
}

function parameterOf(parameter: Element | undefined): string | null | undefined {
  if (!parameter || (parameter.tag === NULL && parameter.body.length === 0)) return null;
  return parameter.tag === OBJECT_IDENTIFIER ? toHex(parameter.body) : undefined;
}

/**
 * Parses an `RSAPublicKey`, DER.
 * @throws {TypeError} if it is not one
 */
export function parseRsaKey(key: Uint8Array): { readonly modulus: bigint; readonly exponent: bigint } {
  const numbers = elementsIn(only(key, SEQUENCE).body);
  const [modulus, exponent] = numbers.map(({ tag, body }) => (tag === INTEGER ? positive(body) : null));
  if (numbers.length !== 2 || modulus === undefined || exponent === undefined || !modulus || !exponent) {
    throw malformed();
  }
  return { modulus, exponent };
}

/** A positive INTEGER; null for a number below it. */
function positive(body: Uint8Array): bigint | null {
  if (body.length === 0 || (body[0] as number) >= 0x80) return null;
  return BigInt(`0x${toHex(body)}`);
}

interface Element {
  readonly tag: number;
  readonly body: Uint8Array;
  readonly end: number;
}

function only(bytes: Uint8Array, tag: number): Element {
  const element = elementAt(bytes, 0);
  if (element.tag !== tag || element.end !== bytes.length) throw malformed();
  return element;
}

function elementsIn(bytes: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at);
    elements.push(element);
    at = element.end;
  }
  return elements;
}

/** Lengths of up to two octets are enough for every key that can be used. */
function elementAt(bytes: Uint8Array, at: number): Element {
  const [tag, first = 0, second = 0, third = 0] = bytes.subarray(at, at + 4);
  const octets = first < 0x80 ? 0 : first - 0x80;
  const length = [first, second, 256 * second + third][octets];
  const isShortest = octets === 0 || (length ?? 0) >= (octets === 1 ? 0x80 : 0x100);
  const start = at + 2 + octets;
  if (tag === undefined || length === undefined || !isShortest || start + length > bytes.length) throw malformed();
  return { tag, body: bytes.subarray(start, start + length), end: start + length };
}

function malformed(): TypeError {
  return new TypeError('this is not a public key in DER');
}
