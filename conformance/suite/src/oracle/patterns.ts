import type { Judge } from './judgement.ts';

/** How programs that take an exclusion for a pattern read it, as the text of a regular expression. */
const readings = {
  'exclusion-is-a-regular-expression': (path) => path,
  'exclusion-is-a-glob': (path) => glob(path),
  'exclusion-reads-braces': (path) =>
    quoted(path).replace(/\\\{([^{}]*)\\\}/g, (_, list: string) => alternatives(list, ',')),
  'exclusion-reads-extended-globs': (path) =>
    quoted(path).replace(/@\\\(([^()]*)\\\)/g, (_, list: string) => alternatives(list, '\\|')),
  'exclusion-reads-escapes': (path) => quoted(path.replaceAll(/\\(.)/g, '$1')),
  'exclusion-url-decoded': (path) => quoted(path.replaceAll('%20', ' ')),
  'exclusion-normalised': (path) => `(?:${quoted(path.normalize('NFC'))}|${quoted(path.normalize('NFD'))})`,
  'exclusion-trimmed': (path) => quoted(path.trim()),
  'exclusion-undotted': (path) => quoted(path.replace(/^[.]/, '')),
  'exclusion-reads-backslash': (path) => quoted(path.replaceAll('\\', '/')),
  'exclusion-of-its-directory': (path) => quoted(path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || path),
  'exclusion-anywhere': (path) => `.*${quoted(path)}.*`,
} as const satisfies Record<string, (path: string) => string>;

/** Whether the exclusion covers the name as a pattern; null if the judge takes exclusions for names. */
export function coversAsPattern(path: string, name: string, judge: Judge): boolean | null {
  for (const [defect, reading] of Object.entries(readings)) {
    if (!judge.has(defect as keyof typeof readings)) continue;
    return patternOf(reading(path))?.test(name) ?? false;
  }
  return null;
}

/** How git reads the lines of .gitignore: the last line that matches decides, and comments match nothing. */
export function coveredInGitignore(paths: readonly string[], name: string): boolean {
  const lines = paths.filter((path) => !path.startsWith('#'));
  const matching = lines.filter((line) => patternOf(glob(line.replace(/^!/, '')))?.test(name));
  return matching.at(-1)?.startsWith('!') === false;
}

function patternOf(source: string): RegExp | null {
  try {
    return new RegExp(`^(?:${source})(?:/.*)?$`, 's');
  } catch {
    return null;
  }
}

function quoted(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function glob(path: string): string {
  return path.replaceAll(/\*\*\/?|\*|\?|\[[^\]]+\]|[\\^$.+()[\]{}|]/g, (found) => {
    if (found.startsWith('**')) return '.*';
    if (found === '*') return '[^/]*';
    if (found === '?') return '[^/]';
    return found.length > 1 ? found : `\\${found}`;
  });
}

function alternatives(list: string, separator: string): string {
  return `(?:${list.split(separator).join('|')})`;
}
