/**
 * Signs that stack letters or join numbers and have no shape of their own, each with what stands before it in real text: after
 * anything else, it hides. The conformance suite has the same table, which `scripts/sanitizers.test.ts` compares with this one.
 */
const stackers = [
  '(?<!\\p{sc=Mymr})\\u1039',
  '(?<!\\p{sc=Khmr})\\u17d2',
  '(?<!\\p{sc=Lana})\\u1a60',
  '(?<!\\p{sc=Mtei})\\uaaf6',
  '(?<!\\p{sc=Khar})\\u{10a3f}',
  '(?<!\\p{sc=Cakm})\\u{11133}',
  '(?<!\\p{sc=Diak})\\u{1193e}',
  '(?<!\\p{sc=Zanb})\\u{11a47}',
  '(?<!\\p{sc=Soyo})\\u{11a99}',
  '(?<!\\p{sc=Gonm})\\u{11d45}',
  '(?<!\\p{sc=Gong})\\u{11d97}',
  '(?<!\\p{sc=Brah})\\u{1107f}',
  '[\\u{113d0}\\u{11f42}]',
].join('|');

/**
 * Characters that change or hide what a reader sees: control, format and direction characters, line separators, spaces other
 * than U+0020, letters and symbols without a shape, unpaired surrogates, code points without an assigned meaning, and marks that
 * pile up over the lines above.
 */
const hidden = String.raw`(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u303f\ufffc\u{13441}\u{13442}\u{16fe4}\u{1d159}]|\p{M}(?<=\p{M}{9})|${stackers}`;

/** Made at the first text that needs it, since that takes longer than all else that the command does at its start. */
let hiddenPattern: RegExp | undefined;

/** Matches nearly every text that has none of them, without the Unicode table. */
const plain = /^[ -~]*$/;

/** Replaces each hidden character. Every function that makes untrusted text safe to show is built on this one. */
export function escapeHidden(text: string, escaped: (character: string) => string = codePoint): string {
  if (plain.test(text)) return text;
  hiddenPattern ??= new RegExp(hidden, 'gu');
  return text.replace(hiddenPattern, escaped);
}

/** Characters with the shape of another one, beside those that compatibility normalization maps to it. */
const lookAlikes: Readonly<Record<string, string>> = {
  '"': 'ʺ˝ˮ˶ײ״᳓“”„‟″‶❝❞〃〝〞〟🙶🙷🙸',
  '\\': '∖⟍⧵⧹㇔丶⼂𝈏𝈻',
  ',': '¸՝؍٫‚⸲⸴⹁⹌、､ꓹꓺ',
  '=': '᐀═⩵⹀゠꓿꞊',
  '+': '᛭➕𐊛',
  '<': '˂ᐸᚲ‹❮𝈶',
  '>': '˃ᐳ›❯𖼿𝈷',
  ';': '؛⁏꛶',
};

/** Escapes the ASCII characters in `special` with a backslash, and writes out every character that could be taken for one. */
export function escapeSpecial(text: string, special: string): string {
  return Array.from(text, (character) => {
    if (special.includes(character)) return `\\${character}`;
    return plain.test(character) || !resemblesAny(character, special) ? character : codePoint(character);
  }).join('');
}

function resemblesAny(character: string, special: string): boolean {
  const normalized = character.normalize('NFKC');
  return Array.from(special).some((one) => normalized.includes(one) || lookAlikes[one]?.includes(character));
}

/** At most `limit` UTF-16 code units of a text: its beginning and its end with `…` between them, since paths differ at the end. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const tail = Math.floor(limit / 3);
  return `${withoutHalf(text.slice(0, limit - tail), /[\ud800-\udbff]$/)}…${withoutHalf(text.slice(text.length - tail), /^[\udc00-\udfff]/)}`;
}

/** Drops the half of a character that was cut in two. */
function withoutHalf(text: string, half: RegExp): string {
  return text.replace(half, '');
}

const MAX_SHOWN = 200;

/** Makes untrusted text safe to print: cuts it, escapes those in `special` and what resembles them, and hidden characters. */
export function printable(text: string, special = ''): string {
  const shown = shorten(text, MAX_SHOWN);
  return escapeHidden(special === '' ? shown : withoutStrike(escapeSpecial(shown, special)));
}

/** Writes out a combining mark at the start, which would strike what is printed before it. */
export function withoutStrike(text: string): string {
  return text.replace(/^\p{M}/u, codePoint);
}

/** How a character is written that is not shown. */
export function codePoint(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
