/** Letters of other scripts with the shape of a Latin one: the lower-case and capital letters of Cyrillic, Greek and Armenian. */
const shapes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: 'аα',
    c: 'сϲ',
    d: 'ԁ',
    e: 'е',
    g: 'ց',
    h: 'һհ',
    i: 'іι',
    j: 'јϳ',
    k: 'к',
    l: 'ӏ',
    n: 'ոո',
    o: 'оοօ',
    p: 'рρ',
    q: 'ԛզ',
    s: 'ѕ',
    u: 'սυ',
    v: 'ѵν',
    w: 'ԝ',
    x: 'хχ',
    y: 'уγ',
    A: 'АΑ',
    B: 'ВΒ',
    C: 'С',
    E: 'ЕΕ',
    H: 'НΗ',
    I: 'ІΙӀ',
    J: 'Ј',
    K: 'КΚ',
    M: 'МΜ',
    N: 'Ν',
    O: 'ОΟՕ',
    P: 'РΡ',
    S: 'ЅՏ',
    T: 'ТΤ',
    X: 'ХΧ',
    Y: 'ҮΥ',
    Z: 'Ζ',
    '-': '‐‑‒–−',
  }).flatMap(([latin, others]) => Array.from(others, (other) => [other, latin] as const)),
);

const ascii = /^[ -~]*$/;

/** What a text looks like: two texts that give the same are hard to tell apart. */
export function lookOf(text: string): string {
  if (ascii.test(text)) return text;
  return Array.from(text.normalize('NFKC'), (character) => shapes.get(character) ?? character).join('');
}
