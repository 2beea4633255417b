import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { verifierPage } from './page.ts';

let page = '';
beforeAll(async () => {
  page = await verifierPage();
});

/** The text between two others, of which the second is the first one after it. */
const between = (start: string, end: string) => page.split(start)[1]?.split(end)[0] ?? '';

const policy = () =>
  new Map(
    between('content="default-src', '">')
      .split('; ')
      .map((each, index) => {
        const [name = '', ...values] = (index === 0 ? `default-src${each}` : each).split(' ');
        return [name, values.join(' ')] as const;
      }),
  );

const pinned = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

it('the policy of the page in a browser allows no connection, and nothing but its own script and style', () => {
  expect(Object.fromEntries(policy())).toEqual({
    'default-src': "'none'",
    'script-src': `${pinned(between('<script>', '</script>'))} 'wasm-unsafe-eval'`,
    'style-src': pinned(between('<style>', '</style>')),
    'worker-src': 'blob:',
    'base-uri': "'none'",
    'form-action': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': 'hash-worker',
  });
});

it('the policy of the page in a browser comes before everything that it governs', () => {
  expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
});

it('the page in a browser is one file: no element of it names another', () => {
  const markup = page.replace(between('<script>', '</script>'), '').replace(between('<style>', '</style>'), '');
  expect(markup).not.toMatch(/\s(?:src|href|action|formaction|srcset|poster|ping)=/);
  expect(between('<style>', '</style>')).not.toMatch(/url\(|@import/);
  expect(page.match(/<script/gi)).toHaveLength(1);
  expect(page.match(/<\/script/gi)).toHaveLength(1);
});

it('the page in a browser is the same each time that it is made', async () => {
  expect(await verifierPage()).toBe(page);
});

it('the page in a browser is at most 240 kB of gzip', () => {
  expect(gzipSync(page, { level: 9 }).length).toBeLessThan(240_000);
});
