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
  ['a page that lies elsewhere in the repository', '[s](../../SECURITY.md#a)', '[s](./../security.md#a)'],
  ['the page of a folder', '[c](../../conformance/)', '[c](./../conformance/index.md)'],
  ['a page that is generated', '[r](../reference/command-line.md)', '[r](./../reference/command-line.md)'],
  ['an address', '[a](https://example.org/)', '[a](https://example.org/)'],
])('leads to %s', (_, text, expected) => {
  expect(linked(text)).toBe(expected);
});

it('keeps the text of a link to a file that the site does not have', () => {
  expect(linked('[licence](../../LICENSE)')).toBe('licence');
});

it('refuses a link to what is nowhere', () => {
  expect(() => linked('[x](./nowhere.md)')).toThrow('docs/guide/x.md: there is no ./nowhere.md');
});

it('leaves code alone', () => {
  const text = '```md\n[x](./nowhere.md)\n```\n';
  expect(linked(text)).toBe(text);
});
