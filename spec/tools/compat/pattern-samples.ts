import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** The most samples for one part of a pattern. */
const MOST = 12;

/** The most copies of a repeated part in a sample; more would show nothing new. */
const LONGEST = 600;

/**
 * Strings that a pattern matches, always the same: for each choice, each end of each class and the ends of each
 * repetition, as far as they fit into a short list. What a pattern only looks at (such as look-ahead) is left out, so
 * that a string may fail to match; callers must check with a validator.
 */
export function patternSamples(pattern: string): string[] {
  const { alternatives } = new RegExpParser().parsePattern(pattern, undefined, undefined, { unicode: true });
  return [...new Set(alternatives.flatMap(samplesOfAlternative))];
}

function samplesOfAlternative({ elements }: AST.Alternative): string[] {
  return elements.reduce<string[]>((heads, element) => joined(heads, samplesOf(element)), ['']);
}

/** Every head with the first tail and the first head with every tail: each part is seen at least once. */
function joined(heads: readonly string[], tails: readonly string[]): string[] {
  const [firstHead = ''] = heads;
  const [firstTail = ''] = tails;
  return [...new Set([...heads.map((head) => head + firstTail), ...tails.map((tail) => firstHead + tail)])].slice(
    0,
    MOST,
  );
}

function samplesOf(element: AST.Element): string[] {
  switch (element.type) {
    case 'Character':
      return [element.raw.startsWith('\\') ? String.fromCodePoint(element.value) : element.raw];
    case 'CharacterSet':
      return element.kind === 'digit' ? ['0', '9'] : ['a'];
    case 'CharacterClass':
      return samplesOfClass(element);
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives.flatMap(samplesOfAlternative).slice(0, MOST);
    case 'Quantifier':
      return samplesOfRepetition(element);
    default:
      return [''];
  }
}

function samplesOfClass({ elements, negate }: AST.CharacterClass): string[] {
  if (negate) return ['a', '~', 'é'];
  const ends = elements.flatMap((part) => {
    if (part.type === 'CharacterClassRange') return [part.min.value, part.max.value];
    return part.type === 'Character' ? [part.value] : ['0'.codePointAt(0) as number];
  });
  return [...new Set(ends.map((point) => String.fromCodePoint(point)))].slice(0, MOST);
}

function samplesOfRepetition({ element, min, max }: AST.Quantifier): string[] {
  const parts = samplesOf(element);
  const [first = ''] = parts;
  const counts = [...new Set([Math.max(min, 1), min, Math.min(max, min + 1), Number.isFinite(max) ? max : min + 2])];
  const repeated = counts.filter((count) => count <= LONGEST).map((count) => first.repeat(count));
  const others = parts.slice(1).map((part) => part.repeat(Math.min(Math.max(min, 1), LONGEST)));
  return [...new Set([...repeated, ...others])].slice(0, MOST);
}
