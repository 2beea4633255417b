import { posix } from 'node:path';
import type { Finding, Material } from '../findings.ts';
import { brokenReferences, links, sections } from '../prose.ts';

/** Every link of the prose points to one of its own headings, to a file of the package, or to an https address. */
export function linkFindings({ layout, prose, textOf }: Material): Finding[] {
  const path = layout.prose;
  const anchors = new Set(sections(prose).map(({ anchor }) => anchor));
  const broken = brokenReferences(prose).map(({ label, line }) => ({
    path,
    line,
    requirement: null,
    message: `nothing defines the link ${label}`,
    fix: 'Write [text](address)',
  }));
  const found = links(prose).flatMap(({ url, line }) => {
    if (url.startsWith('https://')) return [];
    const finding = (message: string, fix: string): Finding[] => [{ path, line, requirement: null, message, fix }];
    if (url.startsWith('#')) {
      return anchors.has(url.slice(1)) ? [] : finding(`no heading has the anchor ${url}`, 'Correct the anchor');
    }
    const target = posix.join(posix.dirname(path), url.replace(/#.*$/, ''));
    return textOf(target) === null ? finding(`there is no file ${target}`, 'Correct the link') : [];
  });
  return [...found, ...broken];
}
