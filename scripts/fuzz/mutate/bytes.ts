import type { Random } from '../random.ts';

/** Returns a copy with one to four changes: a bit, an octet, a piece removed, doubled, moved or made random. */
export function mutateBytes(bytes: Uint8Array, random: Random): Buffer {
  let out = Buffer.from(bytes);
  for (let count = 1 + random.small(4); count > 0; count--) out = changeOnce(out, random);
  return out;
}

function changeOnce(bytes: Buffer, random: Random): Buffer<ArrayBuffer> {
  const out = Buffer.from(bytes);
  const at = random.below(out.length);
  const piece = out.subarray(at, at + 1 + random.small(32));
  const joined = (...parts: readonly Uint8Array[]) => Buffer.concat(parts);
  switch (random.below(8)) {
    case 0:
      if (out.length > 0) out[at] = (out[at] as number) ^ (1 << random.below(8));
      return out;
    case 1:
      if (out.length > 0) out[at] = random.pick([0, 1, 0x20, 0x22, 0x30, 0x7f, 0x80, 0x81, 0xff, random.below(256)]);
      return out;
    case 2:
      if (out.length > 0) out[at] = ((out[at] as number) + random.below(3) - 1) & 0xff;
      return out;
    case 3:
      return joined(out.subarray(0, at), out.subarray(at + piece.length));
    case 4:
      return joined(out.subarray(0, at), piece, out.subarray(at));
    case 5:
      return joined(out.subarray(0, at), random.bytes(1 + random.small(8)), out.subarray(at));
    case 6: {
      const to = random.below(out.length);
      return joined(out.subarray(0, to), piece, out.subarray(to + piece.length));
    }
    default:
      return Buffer.from(out.subarray(0, random.chance(0.5) ? at : out.length));
  }
}

/** The beginning of one input and the end of another. */
export function splice(a: Uint8Array, b: Uint8Array, random: Random): Buffer {
  return Buffer.concat([a.subarray(0, random.below(a.length + 1)), b.subarray(random.below(b.length + 1))]);
}
