import { globSync, readFileSync, statSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import path from 'node:path';

/** Files of the site that reveal the machine they were built on, one line each. */
export function tracesOfMachine(site: string, root: string): string[] {
  const traces: readonly (readonly [what: string, text: string])[] = [
    ['the path of this checkout', root],
    ['the home directory', `${homedir()}${path.sep}`],
    ['the temporary folder', `${tmpdir()}${path.sep}model-signing`],
    ['the host name', hostname()],
  ];
  // A short name also occurs in ordinary words, so finding it proves nothing.
  const telling = traces.filter(([, text]) => text.length > 5);
  return globSync('**/*', { cwd: site })
    .filter((file) => statSync(path.join(site, file)).isFile())
    .sort()
    .flatMap((file) => {
      const content = readFileSync(path.join(site, file), 'latin1');
      return telling.filter(([, text]) => isIn(content, text)).map(([what]) => `${file}: contains ${what}`);
    });
}

/** Whether a path or a name is in a text, and not only as the end of a longer one, such as `/srv/` in `data/srv/`. */
function isIn(content: string, text: string): boolean {
  for (let at = content.indexOf(text); at !== -1; at = content.indexOf(text, at + 1)) {
    if (!/[\w-]/.test(content.charAt(at - 1))) return true;
  }
  return false;
}
