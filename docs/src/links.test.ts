import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { deadLinks } from './links.ts';

/** The broken links of a site with two pages, the first of which contains this HTML. */
function deadIn(html: string): string[] {
  const site = mkdtempSync(path.join(tmpdir(), 'model-signing-links-'));
  onTestFinished(() => rmSync(site, { recursive: true, force: true }));
  mkdirSync(path.join(site, 'guide'));
  writeFileSync(path.join(site, 'guide/one.html'), `<h2 id="here">One</h2>${html}`);
  writeFileSync(path.join(site, 'guide/two.html'), '<h2 id="there">Two</h2>');
  writeFileSync(path.join(site, 'picture.svg'), '');
  return deadLinks(site);
}

it.each([
  '<a href="two.html">',
  '<a href="./two.html#there">',
  '<a href="/guide/two#there">',
  '<a href="#here">',
  '<a href="https://elsewhere.example/#anything">',
  '<img src="../picture.svg">',
])('deadLinks accepts the working link %s', (html) => {
  expect(deadIn(html)).toEqual([]);
});

it.each([
  ['<a href="three.html">', 'guide/one.html: three.html: there is no such page'],
  ['<a href="two.html#here">', 'guide/one.html: two.html#here: there is no such place on the page'],
  ['<a href="#there">', 'guide/one.html: #there: there is no such place on the page'],
  ['<a href="/one.html">', 'guide/one.html: /one.html: there is no such page'],
  ['<img src="picture.svg">', 'guide/one.html: picture.svg: there is no such page'],
])('deadLinks reports the broken link %s', (html, fault) => {
  expect(deadIn(html)).toEqual([fault]);
});
