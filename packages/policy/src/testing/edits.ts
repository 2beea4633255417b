/** A document with one thing changed. */
export interface Edit {
  readonly title: string;
  readonly document: unknown;
}

type Path = readonly (string | number)[];
// biome-ignore lint/suspicious/noExplicitAny: an edit may make anything of a document
type Json = any;

/** What each single edit makes of a document: a member dropped, misspelled or added, a pattern widened, a value replaced, two rules swapped. */
export function* singleEdits(document: Json): Generator<Edit> {
  for (const path of pathsIn(document)) {
    const [parent, last] = [path.slice(0, -1), path.at(-1) as string | number];
    const edited = (title: string, change: (holder: Json) => void): Edit => {
      const copy = structuredClone(document);
      change(valueAt(copy, parent));
      return { title: `${title} ${path.join('/')}`, document: copy };
    };
    if (typeof last === 'number') yield edited('drop', (list) => list.splice(last, 1));
    else {
      yield edited('drop', (object) => delete object[last]);
      for (const name of misspellings(last))
        yield edited(`misspell as ${name}`, (object) => rename(object, last, name));
    }
    const value = valueAt(document, path);
    for (const other of otherValues(value)) {
      yield edited(`write ${JSON.stringify(other)} for`, (holder) => {
        holder[last] = other;
      });
    }
    for (const more of additions(value, document)) {
      yield edited(`add ${JSON.stringify(more).slice(0, 40)} to`, (holder) => holder[last].push(more));
    }
    if (Array.isArray(value) && value.length > 1) {
      yield edited('turn round', (holder) => holder[last].reverse());
      for (let i = 1; i < value.length; i++) {
        yield edited(`swap ${i} in`, (holder) => {
          const list = holder[last];
          [list[i - 1], list[i]] = [list[i], list[i - 1]];
        });
      }
    }
  }
}

function* pathsIn(value: Json, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const name of Array.isArray(value) ? value.keys() : Object.keys(value))
    yield* pathsIn(value[name], [...path, name]);
}

function valueAt(document: Json, path: Path): Json {
  return path.reduce((value, step) => value[step], document);
}

/** Renames a member in its place. */
function rename(object: Json, from: string, to: string): void {
  const entries = Object.entries(object).map(([name, value]) => [name === from ? to : name, value]);
  for (const name of Object.keys(object)) delete object[name];
  Object.assign(object, Object.fromEntries(entries));
}

function misspellings(name: string): string[] {
  const [first = '', ...others] = name;
  return [
    others.join(''),
    `${name}s`,
    name.toLowerCase(),
    `${first.toUpperCase()}${others.join('')}`,
    `_${name}`,
  ].filter((each) => each !== name && each !== '');
}

function otherValues(value: Json): Json[] {
  if (typeof value === 'boolean') return [!value, null, 'true'];
  if (typeof value === 'number') return [value - 1, value + 1, 0, String(value)];
  if (Array.isArray(value)) return [[], null];
  if (typeof value === 'object') return [{}, null];
  const word: Record<string, string> = { enforce: 'warn', required: 'optional', refuse: 'report' };
  const text = String(value);
  if (text.startsWith('-----')) return [text.slice(30), ''];
  const half = text.slice(0, text.length / 2);
  return [
    word[text] ?? `${text}x`,
    text.toUpperCase(),
    ...[
      '**',
      '*',
      `${text}*`,
      `**${text}`,
      `${half}**`,
      `${half}*`,
      text.replace(/[^/]+$/, '*'),
      text.replace('*', '**'),
    ],
    ...[{ pattern: '.*' }, { pattern: text }, '.*', `${half}.*`, `${text}|.*`, text.replaceAll('\\', '')],
    ...['2099-01-01', '1970-01-01', '2026-02-30'],
    ...[null, ''],
  ].filter((each) => each !== text);
}

function additions(value: Json, document: Json): Json[] {
  if (!Array.isArray(value)) return [];
  const [first] = value;
  if (typeof first === 'object') return [{ match: ['**'], require: { signedBy: [Object.keys(document.signers)[0]] } }];
  return ['**', '*', 'd'.repeat(64), 'sha256', 'blake2b', ...Object.keys(document.signers)];
}
