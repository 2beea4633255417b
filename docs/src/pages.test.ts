import path from 'node:path';
import { expect, it } from 'vitest';
import { linkPages } from './pages.ts';

const root = path.resolve(import.meta.dirname, '../..');

function linked(text: string): string | undefined {
  const others = [
    { path: 'security.md', text: '', source: 'SECURITY.md' },
    { path: 'conformance/index.md', text: '', source: 'conformance/README.md' },
    { path: 'reference/command-line.md', text: '', source: null },
  ];
  return linkPages(root, [{ path: 'guide/x.md', text, source: 'docs/guide/x.md' }, ...others])[0]?.text;
}

it.each([
  ['a page elsewhere in the repository', '[s](../../SECURITY.md#a)', '[s](./../security.md#a)'],
  ['the page of a folder', '[c](../../conformance/)', '[c](./../conformance/index.md)'],
  ['a generated page', '[r](../reference/command-line.md)', '[r](./../reference/command-line.md)'],
  ['an external address', '[a](https://example.org/)', '[a](https://example.org/)'],
])('linkPages points a link at %s', (_, text, expected) => {
  expect(linked(text)).toBe(expected);
});

it('linkPages keeps only the text of a link to a file that is not on the site', () => {
  expect(linked('[licence](../../LICENSE)')).toBe('licence');
});

it('linkPages refuses a link to a file that does not exist', () => {
  expect(() => linked('[x](./nowhere.md)')).toThrow('docs/guide/x.md: there is no ./nowhere.md');
});

it('linkPages does not change links in code blocks', () => {
  const text = '```md\n[x](./nowhere.md)\n```\n';
  expect(linked(text)).toBe(text);
});
