import type { Random } from '../random.ts';
import { mutateBytes } from './bytes.ts';

/** An element of DER. One with children is written from them. */
interface Node {
  tag: number;
  body: Buffer;
  children: Node[] | null;
  /** For a BIT STRING around DER: the octet with the number of unused bits. */
  prefix: number | null;
  /** How the length is written: by the rules, or in a form that DER forbids. */
  form: 'minimal' | 'long' | 'indefinite' | 'wrong';
}

const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const CONSTRUCTED = 0x20;

/** Changes elements of a DER document and writes the lengths around them again, so that the parser gets as far as the change. */
export function mutateDer(der: Uint8Array, random: Random): Buffer {
  if (random.chance(0.15)) return mutateBytes(der, random);
  const root = read(Buffer.from(der));
  if (root === null) return mutateBytes(der, random);
  for (let count = 1 + random.small(3); count > 0; count--) changeOnce(root, random);
  return write({ children: root, body: Buffer.alloc(0), tag: 0, prefix: null, form: 'minimal' }, true);
}

/** The elements of an encoding, or null if it is not one. */
function read(bytes: Buffer): Node[] | null {
  const nodes: Node[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] as number;
    const first = bytes[at + 1];
    if (first === undefined || first === 0x80 || first > 0x83) return null;
    const octets = first > 0x80 ? first - 0x80 : 0;
    if (at + 2 + octets > bytes.length) return null;
    const length = octets === 0 ? first : bytes.readUIntBE(at + 2, octets);
    const from = at + 2 + octets;
    if (from + length > bytes.length) return null;
    nodes.push(nodeOf(tag, bytes.subarray(from, from + length)));
    at = from + length;
  }
  return nodes;
}

function nodeOf(tag: number, body: Buffer): Node {
  const node: Node = { tag, body, children: null, prefix: null, form: 'minimal' };
  if (tag & CONSTRUCTED) node.children = read(body);
  // Extensions, keys and signatures are DER inside a string.
  else if (tag === OCTET_STRING && body.length > 1) node.children = read(body);
  else if (tag === BIT_STRING && body[0] === 0 && body.length > 2) {
    node.children = read(body.subarray(1));
    if (node.children) node.prefix = 0;
  }
  return node;
}

function write(node: Node, bare = false): Buffer {
  const inside = node.children ? Buffer.concat(node.children.map((child) => write(child))) : node.body;
  if (bare) return inside;
  const body = node.prefix === null ? inside : Buffer.concat([Buffer.of(node.prefix), inside]);
  return Buffer.concat([Buffer.of(node.tag), ...lengthOf(body.length, node.form), body, ...endOf(node)]);
}

function lengthOf(length: number, form: Node['form']): Buffer[] {
  const written = form === 'wrong' ? length + 1 : length;
  if (form === 'indefinite') return [Buffer.of(0x80)];
  if (written < 0x80 && form !== 'long') return [Buffer.of(written)];
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(written);
  const digits = form === 'long' ? octets : octets.subarray(octets.findIndex((octet) => octet !== 0));
  return [Buffer.of(0x80 + digits.length), digits];
}

function endOf({ form }: Node): Buffer[] {
  return form === 'indefinite' ? [Buffer.of(0, 0)] : [];
}

/** A list of siblings, and the place of one of them. */
interface Place {
  readonly list: Node[];
  readonly at: number;
}

function places(list: Node[], found: Place[] = []): Place[] {
  for (const [at, node] of list.entries()) {
    found.push({ list, at });
    if (node.children) places(node.children, found);
  }
  return found;
}

const tags = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x16, 0x17, 0x18, 0x30, 0x31, 0x80, 0x82, 0xa0, 0xa1, 0xa3,
] as const;

function changeOnce(root: Node[], random: Random): void {
  const all = places(root);
  const place = random.pick(all);
  const other = random.pick(all);
  const node = place?.list[place.at];
  if (!place || !node || !other) return;
  const { list, at } = place;
  const copy = () => structuredClone(other.list[other.at] as Node);
  const fromBuffer = (body: Uint8Array) => Buffer.from(body);
  switch (random.below(11)) {
    case 0:
      list.splice(at, 1);
      return;
    case 1:
      list.splice(at, 0, structuredClone(node));
      return;
    case 2:
      list[at] = copy();
      return;
    case 3:
      list.splice(at, 0, copy());
      return;
    case 4:
      list.splice(at, 1);
      list.splice(random.below(list.length + 1), 0, node);
      return;
    case 5:
      node.tag = random.chance(0.5) ? random.pick(tags) : random.below(256);
      return;
    case 6:
      node.form = random.pick(['long', 'indefinite', 'wrong'] as const);
      return;
    case 7:
      if (node.prefix !== null) node.prefix = random.below(9);
      else node.children = null;
      return;
    default: {
      const plain = node.children ? write(node, true) : fromBuffer(node.body);
      node.children = null;
      node.body = random.chance(0.1) ? random.bytes(random.small(40)) : mutateBytes(plain, random);
    }
  }
}
