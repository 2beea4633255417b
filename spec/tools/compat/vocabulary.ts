import { LAYERS } from '../layout.ts';
import { isObject, type SchemaDocuments } from '../schema-documents.ts';
import { patternSamples } from './pattern-samples.ts';

/** The values worth trying on two versions of a set of schemas. */
export interface Vocabulary {
  /** Names of members, including an unknown one. */
  readonly names: readonly string[];
  /** Values at the edge of some condition, and one of each type. */
  readonly values: readonly unknown[];
  /** Lengths at the edge of some condition. */
  readonly lengths: readonly number[];
}

/** One value of each type and some that are special to many conditions. */
const ORDINARY = [
  ...[
    '',
    'x',
    '.',
    '..',
    '/',
    '/x',
    'x/',
    '../x',
    'a/./b',
    'a//b',
    'x\0',
    '*',
    '-',
    '0',
    'x:0:1',
    '.:0:1',
    'x:00:1',
    '=',
    'QUJD',
  ],
  ...[0, 1, -1, 1.5, true, false, null],
];

/** The names, the edges of limits and the strings of patterns in the schemas of two versions. */
export function vocabularyOf(versions: readonly SchemaDocuments[]): Vocabulary {
  const names = new Set<string>();
  const values = new Map<string, unknown>();
  const lengths = new Set<number>();
  const addValue = (value: unknown) => values.set(JSON.stringify(value), value);
  for (const value of [...ORDINARY, [], {}]) addValue(value);
  const walk = (schema: unknown): void => {
    if (Array.isArray(schema)) for (const part of schema) walk(part);
    if (!isObject(schema)) return;
    collect(schema, { names, lengths, addValue });
    for (const part of Object.values(schema)) walk(part);
  };
  for (const documents of versions) for (const layer of LAYERS) walk(documents[layer]);
  return {
    names: [...names, 'x-unknown'],
    values: [...values.values()],
    lengths: [...lengths].toSorted((a, b) => a - b),
  };
}

interface Collector {
  readonly names: Set<string>;
  readonly lengths: Set<number>;
  readonly addValue: (value: unknown) => void;
}

const LENGTHS = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'];
const NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];

/** The longest string or array that is built to pass a limit. */
const LONGEST = 5000;

function collect(schema: Readonly<Record<string, unknown>>, { names, lengths, addValue }: Collector): void {
  if (isObject(schema.properties)) for (const name of Object.keys(schema.properties)) names.add(name);
  if (Array.isArray(schema.required)) for (const name of schema.required) names.add(String(name));
  if (schema.const !== undefined) addValue(schema.const);
  if (Array.isArray(schema.enum)) for (const value of schema.enum) addValue(value);
  for (const keyword of NUMBERS) {
    const limit = schema[keyword];
    if (typeof limit === 'number') for (const number of [limit - 1, limit, limit + 1]) addValue(number);
  }
  for (const keyword of LENGTHS) {
    const limit = schema[keyword];
    if (typeof limit !== 'number') continue;
    for (const length of [limit - 1, limit, limit + 1]) if (length >= 0 && length <= LONGEST) lengths.add(length);
  }
  if (typeof schema.pattern === 'string') for (const text of patternSamples(schema.pattern)) addValue(text);
}
