const MAX_QUOTED = 200;

/**
 * Makes untrusted text safe to print: in quotes, with control characters, line separators, direction marks and unpaired
 * surrogates escaped, cut at 200 characters.
 */
export function quote(text: string): string {
  let out = '';
  for (const character of text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text) {
    out += printable(character);
  }
  return `"${out}"`;
}

function printable(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  const point = character.codePointAt(0) as number;
  const hidden =
    point < 0x20 ||
    (point >= 0x7f && point <= 0x9f) ||
    (point >= 0x200b && point <= 0x200f) ||
    (point >= 0x2028 && point <= 0x202e) ||
    (point >= 0x2060 && point <= 0x206f) ||
    (point >= 0xd800 && point <= 0xdfff) ||
    point === 0xad ||
    point === 0x3164 ||
    point === 0xfeff ||
    point === 0x061c ||
    (point >= 0xe0000 && point <= 0xe007f);
  return hidden ? `\\u{${point.toString(16)}}` : character;
}
