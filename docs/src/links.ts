// Checks that every link of the built site points to an existing page and anchor.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The broken links of a built site, one line each. */
export function deadLinks(site: string): string[] {
  const pages = new Map(
    globSync('**/*.html', { cwd: site }).map((file) => [
      file.replaceAll(path.sep, '/'),
      readFileSync(path.join(site, file), 'utf8'),
    ]),
  );
  const idsOf = new Map([...pages].map(([file, html]) => [file, new Set(attributes(html, 'id'))]));
  const dead: string[] = [];
  for (const [file, html] of pages) {
    if (file === '404.html') continue;
    for (const target of new Set(['href', 'src'].flatMap((name) => attributes(html, name)))) {
      const problem = problemOf(target, file, site, idsOf);
      if (problem) dead.push(`${file}: ${target}: ${problem}`);
    }
  }
  return dead;
}

function problemOf(
  target: string,
  from: string,
  site: string,
  idsOf: ReadonlyMap<string, ReadonlySet<string>>,
): string | null {
  if (/^(?:https?:|mailto:|data:)/.test(target)) return null;
  const [place = '', anchor] = target.split('#');
  const file = place === '' ? from : path.posix.join(path.posix.dirname(`/${from}`), decodeURI(place)).slice(1);
  const absolute = place.startsWith('/') ? decodeURI(place).slice(1) : file;
  const candidates = [absolute, `${absolute}.html`, path.posix.join(absolute, 'index.html')];
  const page = candidates.find((candidate) => idsOf.has(candidate));
  if (page === undefined) {
    return globSync(absolute, { cwd: site }).length > 0 ? null : 'there is no such page';
  }
  if (anchor === undefined || anchor === '') return null;
  return idsOf.get(page)?.has(decodeURIComponent(anchor)) ? null : 'there is no such place on the page';
}

function attributes(html: string, name: string): string[] {
  const found = html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'));
  return [...found].map((match) => (match[1] as string).replaceAll('&amp;', '&'));
}
