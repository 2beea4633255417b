import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { modelDirectory, type Tree, temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { libraryFault } from './library-fault.ts';
import { loadFrom } from './load.ts';
import { sealFor } from './seal.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const good = `exports.VERSION = '${version}'; exports.start = exports.openReader = exports.giveBackFreedMemory = () => {};`;

/** Loads in a folder with these files, from a program in it. */
function loadIn(tree: Tree, host = 'linux-x64') {
  const folder = modelDirectory({ 'program.js': '', ...tree });
  return loadFrom({ from: path.join(folder, 'program.js'), host });
}

/** The package of a platform, with this code in place of a compiled engine. */
function packageOf(platform: string, code: string, within = ''): Tree {
  const folder = `${within}node_modules/@model-signing/native-${platform}`;
  return { [`${folder}/package.json`]: '{"main": "engine.js"}', [`${folder}/engine.js`]: code };
}

const OWN = 'node_modules/@model-signing/native/';
const own = { [`${OWN}package.json`]: '{}' };

/** The header of a library for Linux. */
function header({ machine = process.arch === 'arm64' ? 183 : 62, sections = 0 }): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('\x7fELF');
  bytes.writeUInt16LE(machine, 18);
  bytes.writeUInt32LE(sections, 40);
  return bytes;
}

describe('where the compiled engine is found', () => {
  it.each([
    ['linux-x64', 'linux-x64-gnu'],
    ['linux-x64', 'linux-x64-musl'],
    ['linux-arm64', 'linux-arm64-gnu'],
    ['darwin-arm64', 'darwin-arm64'],
    ['darwin-x64', 'darwin-x64'],
    ['win32-x64', 'win32-x64-msvc'],
  ])('on %s, the package for %s is found', (host, platform) => {
    expect(loadIn(packageOf(platform, good), host)).toMatchObject({ platform, binding: { VERSION: version } });
  });

  it('the package of a platform is found beside the package of the engine, where only that one can see it', () => {
    const tree = { ...own, ...packageOf('linux-x64-gnu', good, OWN) };
    expect(loadIn(tree)).toMatchObject({ platform: 'linux-x64-gnu' });
  });

  it('of the packages for both C libraries, the one that loads is used', () => {
    const tree = { ...packageOf('linux-x64-gnu', 'throw new Error("no glibc")'), ...packageOf('linux-x64-musl', good) };
    expect(loadIn(tree)).toMatchObject({ platform: 'linux-x64-musl' });
  });
});

describe('why there is no compiled engine', () => {
  it('a platform without one is named', () => {
    expect(loadIn({}, 'aix-ppc64')).toEqual({ binding: null, problem: 'there is none for aix-ppc64' });
    expect(loadIn({}, 'darwin-x6')).toEqual({ binding: null, problem: 'there is none for darwin-x6' });
  });

  it('a package that is not installed is named', () => {
    const problem = '@model-signing/native-linux-arm64-gnu is not installed';
    expect(loadIn(own, 'linux-arm64')).toEqual({ binding: null, problem });
    const either = '@model-signing/native-linux-x64-gnu or @model-signing/native-linux-x64-musl is not installed';
    expect(loadIn({}, 'linux-x64')).toEqual({ binding: null, problem: either });
  });

  it('a checkout in which it was not built says how to build it', () => {
    const problem = 'it is not built (npm run native builds it)';
    expect(loadIn({ ...own, [`${OWN}crate/Cargo.toml`]: '' })).toEqual({ binding: null, problem });
  });

  it('a file that the system cannot load is told in one line, with its path', () => {
    const { problem } = loadIn({ ...own, [`${OWN}build/linux-x64-gnu.node`]: 'not a library' }) as { problem: string };
    expect(problem).toMatch(/^it does not load: .*linux-x64-gnu\.node/);
    expect(problem).not.toContain('\n');
  });

  it('a library that was cut off is not loaded, because that would end the process', () => {
    for (const content of [header({ sections: 1000 }), header({}).subarray(0, 63), '']) {
      const { problem } = loadIn({ ...own, [`${OWN}build/linux-x64-gnu.node`]: content }) as { problem: string };
      expect(problem).toMatch(/^it does not load: .*linux-x64-gnu\.node is cut off$/);
    }
  });

  it('a library that is not as it was sealed is not loaded, because that could end the process or hash otherwise', () => {
    const library = Buffer.concat([header({ sections: 200 }), Buffer.alloc(136, 'code')]);
    const sealed = Buffer.concat([library, sealFor(library)]);
    const faultOf = (content: Uint8Array) => libraryFault(path.join(modelDirectory({ file: content }), 'file'));
    expect([library, sealed].map(faultOf)).toEqual([null, null]);
    for (const at of [6, 100, 199, 200, 207, 208, sealed.length - 1]) {
      const damaged = Buffer.from(sealed);
      damaged[at] = (damaged[at] as number) ^ 1;
      expect([at, faultOf(damaged)]).toEqual([at, 'is damaged']);
    }
    expect(faultOf(Buffer.from(sealed).fill(0, 100))).toBe('is damaged');
    expect(faultOf(Buffer.concat([sealed, Buffer.alloc(1)]))).toBe('is damaged');
    expect(faultOf(sealed.subarray(0, -1))).toBe('is damaged');
  });

  it('a library for another processor is said to be one', () => {
    const content = header({ machine: 21 });
    const { problem } = loadIn({ ...own, [`${OWN}build/linux-x64-gnu.node`]: content }) as { problem: string };
    expect(problem).toMatch(/^it does not load: .*linux-x64-gnu\.node is not for the processor \w+$/);
  });

  it.runIf(process.platform !== 'win32').each([
    ['directory', 'mkdir'],
    ['FIFO', 'mkfifo'],
  ])('a %s in place of a library is not loaded, and not waited for', (_, command) => {
    const at = path.join(temporaryDirectory(), 'linux-x64-gnu.node');
    execFileSync(command, [at]);
    expect(libraryFault(at)).toBe('is not a file');
  });

  it.each([
    ['of another version', `exports.VERSION = '9.9.9';`, /its version is "9\.9\.9", and ".*" is needed/],
    ['of other source', `exports.VERSION = '${version}'; exports.start = () => {};`, /it lacks "openReader"/],
    ['that is not an engine', 'exports.answer = 42;', /its version is unknown, and ".*" is needed/],
    ['that throws no error', 'throw null;', /it does not load: null/],
  ])('a package %s is not used', (_, code, problem) => {
    const loaded = loadIn(packageOf('linux-x64-gnu', code));
    expect(loaded).toMatchObject({ binding: null, problem: expect.stringMatching(problem) });
  });

  it('a process that may not load add-ons is told what forbids them', () => {
    const code = `throw Object.assign(new Error('Cannot load native addon'), { code: 'ERR_DLOPEN_DISABLED' });`;
    const started = 'this process has been started without add-ons (--no-addons)';
    expect(loadIn(packageOf('linux-x64-gnu', code))).toEqual({ binding: null, problem: started });
    const from = path.join(modelDirectory(packageOf('linux-x64-gnu', code)), 'program.js');
    const program = `import { loadFrom } from '${new URL('load.ts', import.meta.url).href}';
      console.log(loadFrom({ from: ${JSON.stringify(from)}, host: 'linux-x64' }).problem);`;
    const flags = ['--permission', '--allow-fs-read=*', '--no-warnings', '--input-type=module'];
    expect(execFileSync(process.execPath, [...flags, '--eval', program], { encoding: 'utf8' })).toBe(
      'the permissions of this process forbid add-ons (--allow-addons allows them)\n',
    );
  });
});
