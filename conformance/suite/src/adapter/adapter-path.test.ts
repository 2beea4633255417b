import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { adapterEnvironment, adapterProgram } from './adapter-path.ts';

/** A folder in which the named programs are. */
function folderOf(...programs: readonly string[]): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const program of programs) {
    mkdirSync(path.dirname(path.join(folder, program)), { recursive: true });
    writeFileSync(path.join(folder, program), '');
  }
  return folder;
}

const pathOf = (...folders: readonly string[]) => folders.join(path.delimiter);
const byNpm = (value: string) => ({ PATH: value, npm_lifecycle_event: 'npx' });
const bin = 'node_modules/.bin';

it('an adapter does not find the programs of the clone that npm put in front of its PATH', () => {
  const clone = folderOf(`${bin}/oms-conformance`, `${bin}/model-signing`);
  const [suite, own] = [path.join(clone, 'conformance/suite'), path.join(clone, bin)];
  const [nested, gyp] = [path.join(suite, bin), '/npm/node-gyp-bin'];
  const { PATH } = adapterEnvironment(byNpm(pathOf(nested, own, gyp, '/usr/bin')), suite);
  expect(PATH).toBe(pathOf(nested, gyp, '/usr/bin'));
});

it('an adapter does not find the programs of a call of the suite by npx', () => {
  const cache = path.join(folderOf(`_npx/1a/${bin}/oms-conformance`), '_npx/1a', bin);
  const suite = path.join(path.dirname(cache), '@model-signing/conformance');
  expect(adapterEnvironment(byNpm(pathOf(cache, '/usr/bin')), suite).PATH).toBe('/usr/bin');
});

it('an adapter keeps the folders of its own project, of a PATH chosen by hand, and those further back', () => {
  const project = folderOf(`${bin}/oms-conformance`, `${bin}/my-adapter`);
  const own = path.join(project, bin);
  const installed = path.join(project, 'node_modules/@model-signing/conformance');
  const front = pathOf(own, '/usr/bin');
  mkdirSync(installed, { recursive: true });
  expect(adapterEnvironment(byNpm(front), installed).PATH).toBe(front);
  const suite = path.join(project, 'conformance/suite');
  expect(adapterEnvironment({ PATH: front }, suite).PATH).toBe(front);
  const back = pathOf('/usr/bin', own);
  expect(adapterEnvironment(byNpm(back), suite).PATH).toBe(back);
  const other = path.join(folderOf(`${bin}/tsx`), bin);
  expect(adapterEnvironment(byNpm(pathOf(other, own)), suite).PATH).toBe(other);
});

it('a program that the command line names is started from the folder that its PATH leaves out only if no other has it', () => {
  const clone = folderOf(`${bin}/oms-conformance`, `${bin}/adapter`, 'usr/adapter');
  const suite = path.join(clone, 'conformance/suite');
  const own = path.join(clone, bin);
  expect(adapterProgram('adapter', byNpm(own), suite)).toBe(path.join(own, 'adapter'));
  expect(adapterProgram('adapter', byNpm(pathOf(own, path.join(clone, 'usr'))), suite)).toBe('adapter');
  expect(adapterProgram('missing', byNpm(own), suite)).toBe('missing');
  expect(adapterProgram('./adapter', byNpm(own), suite)).toBe('./adapter');
});
