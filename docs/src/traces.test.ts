import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tracesOfMachine } from './traces.ts';

/** A site of one page, in a folder of its own. */
function siteWith(text: string): string {
  const site = mkdtempSync(path.join(tmpdir(), 'model-signing-site-'));
  onTestFinished(() => rmSync(site, { recursive: true, force: true }));
  mkdirSync(path.join(site, 'guide'));
  writeFileSync(path.join(site, 'guide', 'page.html'), text);
  return site;
}

const checkout = path.join(path.sep, 'builds', 'a-checkout');

it('tracesOfMachine finds nothing in a page without traces of this machine', () => {
  expect(tracesOfMachine(siteWith('<p>builds/another</p>'), checkout)).toEqual([]);
});

it('tracesOfMachine does not take the end of another path for the home directory', () => {
  expect(tracesOfMachine(siteWith(`<p>projects/rings${path.join(homedir(), 'keys')}</p>`), checkout)).toEqual([]);
});

it.each([
  ['the path of this checkout', `${checkout}/docs`],
  ['the home directory', `${path.join(homedir(), 'model')}`],
  ['the temporary folder', path.join(tmpdir(), 'model-signing-x')],
])('tracesOfMachine finds %s', (what, text) => {
  expect(tracesOfMachine(siteWith(`<p>${text}</p>`), checkout)).toContain(
    `${path.join('guide', 'page.html')}: contains ${what}`,
  );
});

it.skipIf(hostname().length <= 5)('tracesOfMachine finds the host name (skipped if it is too short to tell)', () => {
  expect(tracesOfMachine(siteWith(hostname()), checkout)).toContainEqual(expect.stringContaining('the host name'));
});
