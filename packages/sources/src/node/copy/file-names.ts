import { OmsError, quote } from '@model-signing/core';
import { SourceError } from '../../source-error.ts';

/** What makes a name unusable on Windows: characters, and the names of devices. */
const WINDOWS_CHARACTERS = /[<>:"\\|?*\p{Cc}]/u;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const WINDOWS_END = /[. ]$/;

/** A file or directory to be made. */
interface Entry {
  readonly path: string;
  readonly isFile: boolean;
}

/**
 * Refuses names that cannot all be files of one directory: two that are one on a file system that ignores case or the form of
 * letters, and those that this system has no place for.
 * @param platform as `process.platform` names it
 * @throws {SourceError} `source/names-collide`, `source/target-unusable`
 */
export function checkFileNames(names: Iterable<string>, platform: string = process.platform): void {
  const taken = new Map<string, Entry>();
  for (const name of names) {
    for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1)) {
      take(taken, { path: name.slice(0, slash), isFile: false });
    }
    take(taken, { path: name, isFile: true });
    if (platform === 'win32') checkOnWindows(name);
  }
}

function take(taken: Map<string, Entry>, entry: Entry): void {
  const key = foldedName(entry.path);
  const other = taken.get(key);
  if (other === undefined) taken.set(key, entry);
  else if (other.path !== entry.path || other.isFile || entry.isFile) throw collision(other, entry);
}

function collision(a: Entry, b: Entry): Error {
  if (a.path === b.path && a.isFile && b.isFile) {
    return new OmsError('manifest/name-duplicate', `the resource ${quote(a.path)} is listed twice`);
  }
  const why =
    a.path === b.path
      ? `${quote(a.path)} would be both a file and a directory`
      : `${shown(a, b)} and ${shown(b, a)} would be one file where case or the form of letters is ignored`;
  return new SourceError(
    'source/names-collide',
    `the names of the model cannot be kept apart: ${why}; the model can be verified where it is, but not copied`,
  );
}

/** A name beside another one: if they differ only in the form of letters, what no reader can see is written out. */
function shown({ path }: Entry, other: Entry): string {
  if (path.normalize() !== other.path.normalize()) return quote(path);
  return quote(path).replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/**
 * The same text for all names that a common file system takes for one: case, canonical forms of letters, characters that show
 * nothing, and dots and spaces at the end of a part are left out of account.
 */
export function foldedName(name: string): string {
  const folded = name
    .normalize('NFD')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFD');
  return folded
    .split('/')
    .map((part) => part.slice(0, endOf(part)) || part)
    .join('/');
}

/** Where the dots and spaces at the end of a part begin, which Windows drops. */
function endOf(part: string): number {
  let end = part.length;
  while (end > 0 && (part[end - 1] === '.' || part[end - 1] === ' ')) end--;
  return end;
}

function checkOnWindows(name: string): void {
  const part = name
    .split('/')
    .find((each) => WINDOWS_CHARACTERS.test(each) || WINDOWS_DEVICE.test(each) || WINDOWS_END.test(each));
  if (part === undefined) return;
  const message = `${quote(name)} cannot be the name of a file on Windows: copy the model on another system`;
  throw new SourceError('source/target-unusable', message);
}
