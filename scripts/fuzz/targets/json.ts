import { isDeepStrictEqual } from 'node:util';
import { parseJson as parseByOracle } from '../../../conformance/suite/src/oracle/json.ts';
import { Judge, Refusal } from '../../../conformance/suite/src/oracle/judgement.ts';
import { parseJson } from '../../../packages/core/src/format/json.ts';
import { mutateBytes, splice } from '../mutate/bytes.ts';
import { mutateJson, mutateJsonText } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';
import { seedBundles } from '../vectors.ts';

/** Small, so that inputs reach the bounds. */
const limits = { maxBytes: 65_536, maxDepth: 64, maxValues: 2000 };

/** The strict parser of JSON, compared with `JSON.parse` and with the parser of the conformance suite. */
export function jsonTarget(): Target {
  const seeds = [...snippets.map((text) => Buffer.from(text)), ...seedBundles(4000)];
  return {
    name: 'json',
    description: 'strict JSON, compared with JSON.parse and with the parser of the conformance suite',
    seeds: () => seeds,
    generate: (random) => Buffer.from(random.chance(0.5) ? grammatical(random, 0) : scrambled(random)),
    mutate: (input, random) => mutant(input, random, seeds),
    check,
  };
}

const snippets = [
  ...['null', 'true', '-0', '1e400', '""', '[]', '{}', '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '"\\ud800"'],
  ...['"\\ud83d\\ude00"', '{"\\udc00":0}', '\ufeff{}', '{"__proto__":{"a":1}}', '[1,]', '01', '1.', '.5', '+1', 'NaN'],
  ...['"\u007f"', '"\t"', '"\\x"', '"\\u12"', "'a'", '// a\n1', '{"a"}', '{"":{"":0}}', '[[[[0]]]]', '{,}', '"'],
  ...[`${'['.repeat(64)}${']'.repeat(64)}`, `${'['.repeat(65)}${']'.repeat(65)}`, `[${'0,'.repeat(1997)}0]`],
  `{"${'n'.repeat(998)}":0}`,
];

function mutant(input: Uint8Array, random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  if (random.chance(0.2)) return mutateBytes(input, random);
  if (random.chance(0.1)) return splice(input, random.pick(seeds) ?? input, random);
  const text = Buffer.from(input).toString();
  if (random.chance(0.3)) {
    try {
      return Buffer.from(JSON.stringify(mutateJson(JSON.parse(text), random)) ?? 'null');
    } catch {
      // It is not JSON, and is changed as text.
    }
  }
  return Buffer.from(mutateJsonText(text, random));
}

const scalars = ['0', '-1', '1.5e3', '1E-2', '-0', '12345678901234567890', '"a"', '"\\n"', '"\\u00e9"', 'true', 'null'];

/** A text that follows the grammar. */
function grammatical(random: Random, depth: number): string {
  const space = () => random.pick(['', '', ' ', '\n', '\t\r']);
  const items = (make: () => string) => Array.from({ length: random.small(6) }, make).join(`${space()},${space()}`);
  const inner = () => grammatical(random, depth + 1);
  if (depth > 70 || random.chance(0.4)) return random.pick(scalars) ?? '0';
  if (random.chance(0.5)) return `[${space()}${items(inner)}${space()}]`;
  return `{${items(() => `"${random.pick(['a', 'b', '\\u0061', '__proto__', 'é', ''])}"${space()}:${inner()}`)}}`;
}

function scrambled(random: Random): string {
  const tokens = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u',
    'd800',
    'a',
    '0',
    '-',
    '.',
    'e',
    'null',
    ' ',
    '\u0000',
  ];
  return Array.from({ length: random.small(40) }, () => random.pick(tokens)).join('');
}

function check(input: Uint8Array): Verdict {
  const strict = attempt(() => parseJson(input, 'bundle', limits));
  const oracle = attempt(() => parseByOracle(input, 'bundle', new Judge(new Set())));
  if ('value' in strict) {
    checkValue(strict.value, oracle, input);
    return accepted(`${typeof strict.value} ${Math.min(8, Math.floor(input.length / 8))}`);
  }
  const verdict = refusalBy(strict.error);
  if (verdict.code === 'bundle/too-large') checkBounds(input);
  else if ('value' in oracle) throw new WrongVerdict(`refused with ${verdict.code}, and the oracle accepts`);
  else checkCode(verdict, oracle.error);
  return verdict;
}

type Attempt = { readonly value: unknown } | { readonly error: unknown };

function attempt(parse: () => unknown): Attempt {
  try {
    return { value: parse() };
  } catch (error) {
    return { error };
  }
}

function checkValue(value: unknown, oracle: Attempt, input: Uint8Array): void {
  if ('error' in oracle) {
    if (!(oracle.error instanceof Refusal)) throw oracle.error;
    // The oracle counts the innermost value as a level of its own.
    if (oracle.error.reason === 'bundle/too-large') return;
    throw new WrongVerdict(`accepted, and the oracle refuses: ${oracle.error.reason}: ${oracle.error.message}`);
  }
  if (!isDeepStrictEqual(value, oracle.value)) throw new WrongVerdict('the oracle reads another value');
  const usual = JSON.parse(Buffer.from(input).toString());
  if (!isDeepStrictEqual(value, usual)) throw new WrongVerdict('JSON.parse reads another value');
}

/** Both name the cause of a refusal; where an input has several faults, either may come first. */
function checkCode({ code }: Verdict, error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
  const known = ['bundle/not-json', 'bundle/duplicate-member', 'bundle/too-large'];
  if (!known.includes(code ?? '') || !known.includes(error.reason)) {
    throw new WrongVerdict(`refused with ${code}, and the oracle with ${error.reason}`);
  }
}

/** A refusal for size is right only if a bound can be exceeded at all. */
function checkBounds(input: Uint8Array): void {
  const text = Buffer.from(input).toString();
  const count = (characters: string) => [...text].filter((one) => characters.includes(one)).length;
  const isPossible =
    input.length > limits.maxBytes ||
    count('[{') > limits.maxDepth ||
    count(',[{') >= limits.maxValues - 1 ||
    text.length > 1000;
  if (!isPossible) throw new WrongVerdict('refused as too large, and exceeds no bound');
}
