import { isUndecodable } from './file-names.ts';
import { type GivenFlag, inQuotes, wrong } from './flag-values.ts';
import { type Flag, flagTerm, type Path } from './grammar.ts';
import { contentIn } from './secret-text.ts';

/**
 * Refuses words that cannot be meant, before anything is made of them: the content of a key in place of its name, bytes that are
 * not UTF-8, and a flag in place of a value, such as of a variable that is not set.
 * @throws {CommandError} `command/usage`
 */
export function refuseMistakes(
  given: readonly GivenFlag[],
  words: readonly string[],
  known: ReadonlyMap<string, Flag>,
  path: Path,
): void {
  for (const one of given) {
    const flag = known.get(one.name);
    if (flag === undefined) refuseWord(one.typed, false, path);
    else if (flag.value !== undefined && one.value !== undefined) refuseValue(flag, one, known, path);
  }
  for (const word of words) refuseWord(word, true, path);
}

function refuseValue(
  flag: Flag,
  { value = '', inline }: GivenFlag,
  known: ReadonlyMap<string, Flag>,
  path: Path,
): void {
  const option = `option '${flagTerm(flag)}'`;
  if (!inline && isFlag(value, known)) {
    throw wrong(
      path,
      `${option} argument missing`,
      `a value that is spelled like a flag is joined to it: --${flag.name}=…`,
    );
  }
  if (isUndecodable(value, !flag.secret && !flag.writes))
    throw wrong(path, `${option} argument is not UTF-8`, otherName);
  const content = flag.secret ? null : contentIn(value);
  if (content === null || (flag.freeText && content !== 'secret')) return;
  const isFile = flag.reads || flag.writes;
  const what = isFile ? 'takes a file, not the key itself' : 'argument is the text of a key or a token';
  const { variable } = flag;
  throw wrong(path, `${option} ${what}`, variable ? `the variable ${variable} can hold the key itself` : intoFile);
}

const intoFile = 'write it to a file that only you can read, or let the shell do so: <(printf %s "$KEY")';

const otherName = 'some of its bytes are no character: give the file a name in UTF-8';

function isFlag(value: string, known: ReadonlyMap<string, Flag>): boolean {
  const [name = ''] = value.slice(2).split('=', 1);
  return value.startsWith('--') && known.get(name.replaceAll('_', '-'))?.name === name.replaceAll('_', '-');
}

function refuseWord(word: string, mayExist: boolean, path: Path): void {
  if (contentIn(word) !== null) throw wrong(path, 'an argument is the text of a key or a token, not a name', intoFile);
  if (isUndecodable(word, mayExist)) throw wrong(path, `the argument ${inQuotes(word)} is not UTF-8`, otherName);
}
