import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bin, Sandbox } from './testing/command.ts';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

test('--version prints the version', async () => {
  const box = new Sandbox();
  expect(await box.run(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  expect((await box.json(['--version'])).result).toMatchObject({ ok: true, version: manifest.version });
});

test('version as a command says what it runs on, and which formats it knows', async () => {
  const box = new Sandbox();
  const { code, stdout, stderr } = await box.run(['version']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [first, ...others] = stdout.trimEnd().split('\n');
  expect(first).toBe(manifest.version);
  const platform = `${process.platform}-${process.arch}`;
  expect(others).toContain(`Node.js:   ${process.versions.node}`);
  expect(others).toContain(`platform:  ${platform}`);
  expect(others.join('\n')).toMatch(/^engine: +(?:native \(|node: ).+\nformats: +1\.0\ndrafts: +1\.1$/m);
  const { result } = await box.json(['version']);
  const known = { node: process.versions.node, platform, formats: ['1.0'], drafts: ['1.1'] };
  expect(result).toMatchObject({ command: 'version', version: manifest.version, ...known });
});

test.each([
  [['help'], ['--help']],
  [
    ['help', 'verify', 'key'],
    ['verify', 'key', '--help'],
  ],
  [['help', 'help'], ['--help']],
])('%j prints what %j prints', async (asCommand, asFlag) => {
  const box = new Sandbox();
  const printed = await box.run(asFlag);
  expect(printed).toMatchObject({ code: 0, stderr: '' });
  expect(await box.run(asCommand)).toEqual(printed);
});

test.each([
  [[]],
  [['sign']],
  [['verify']],
  [['sign', 'key']],
  [['verify', 'key']],
  [['digest']],
  [['inspect']],
  [['completion']],
])('--help after %j prints help with examples', async (command) => {
  const { code, stdout, stderr } = await new Sandbox().run([...command, '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Usage: model-signing/);
  expect(stdout).toContain('Examples:');
  expect(stdout).toContain('--json');
});

test.each(['--version', '--help'])('the command %s loads neither the library nor node:crypto', async (flag) => {
  const box = new Sandbox();
  box.write(
    'hook.mjs',
    `import { registerHooks } from 'node:module';
     registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });`,
  );
  const { stderr } = await box.run([flag], { nodeArgs: ['--import', `file://${box.path('hook.mjs')}`] });
  expect(stderr).toContain('/dist/main.cjs');
  expect(stderr).not.toMatch(/core\/dist|spec\/dist|dist\/(?:core|sign|verify)|blake|node:crypto|dist\/commands/);
});

test('the built command is ASCII, since any other character makes Node keep a file in twice the memory', () => {
  const dist = new URL('../dist/', import.meta.url);
  const files = readdirSync(dist).filter((name) => name.endsWith('.cjs'));
  expect(files).toContain('core.cjs');
  expect(files.filter((name) => /[^\0-\x7f]/.test(readFileSync(new URL(name, dist), 'utf8')))).toEqual([]);
});

test('verify key loads nothing that only other signing methods need', async () => {
  const box = new Sandbox();
  await box.run(['sign', 'key', 'model', '--private-key', 'key.pem']);
  // Compares only file names, since the folder of the repository may have any name.
  const names = "Object.keys(require.cache).map((file) => require('path').basename(file))";
  const hook = `process.on('exit', () => process.stderr.write(${names}.join('\\n')))`;
  box.write('hook.cjs', hook);
  const args = ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub'];
  const { code, stderr } = await box.run(args, { nodeArgs: ['--require', box.path('hook.cjs')] });
  expect(code).toBe(0);
  // Each file costs half a millisecond of a start.
  const expected = ['core.cjs', 'hook.cjs', 'main.cjs', 'model-signing.js', 'rolldown-runtime.cjs'];
  expect(stderr.split('\n').sort()).toEqual(expected);
});

test.each([
  {
    args: [],
    says: /must be followed by one of: sign, verify, pull, attach, signatures, predicate, attest, attestations, lineage, digest, plan, hash, inspect, key, trust, policy, completion/,
  },
  { args: ['sgn'], says: /unknown command 'sgn'.*did you mean sign\?/s },
  { args: ['sign'], says: /must be followed by one of: sigstore, key, certificate/ },
  { args: ['sign', 'kye', 'model'], says: /unknown method 'kye'.*one of: sigstore, key, certificate/s },
  { args: ['sign', 'kye', 'model'], says: /did you mean key\?/ },
  { args: ['sign', 'pkcs11-certificate', 'model', '--private_key', 'k'], says: /unknown option '--private_key'/ },
  { args: ['sign', 'pkcs11-key', 'model'], says: /'--pkcs11-uri <uri>' is required/ },
  { args: ['sign', 'pkcs11-key', 'model', '--pkcs11_uri', 'key.pem'], says: /begins with pkcs11:/ },
  { args: ['key'], says: /must be followed by one of: public, generate/ },
  { args: ['key', 'pubic', 'key.pem'], says: /unknown command 'pubic'.*did you mean public\?/s },
  {
    args: ['verify', 'key', 'model', '--signature', 's', '--public-kye', 'k'],
    says: /unknown option '--public-kye'.*did you mean --public-key\?/s,
  },
  { args: ['verify', 'key', 'model', '--signature', 's'], says: /'--public-key <file>' is required/ },
  { args: ['verify', 'key', '--signature', 's', '--public-key', 'k'], says: /missing required argument 'model'/ },
  { args: ['digest', 'model', 'other'], says: /too many arguments/ },
  { args: ['digest', 'model', '--hash', 'md5'], says: /'md5' is invalid.*sha256, blake2b, blake3/ },
  { args: ['digest', 'model', '--shard-size', '0'], says: /'0' is invalid/ },
  { args: ['digest', 'model', '--log-level', 'loud'], says: /must be one of debug, info/ },
  { args: ['digest', 'model', '--ignore-unsigned-files'], says: /unknown option/ },
])('the command line $args is refused', async ({ args, says }) => {
  const box = new Sandbox();
  const { code, stdout, stderr } = await box.run(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^model-signing: error: /);
  expect(stderr).toMatch(says);
  const { code: jsonCode, result } = await box.json(args);
  expect(jsonCode).toBe(2);
  expect(result).toMatchObject({ ok: false, error: { code: 'command/usage', stage: null, differences: [] } });
  expect(box.list()).toEqual(['key.pem', 'key.pub', 'model']);
});

test.each(['--passwrd=hunter2', '--pass=hunter2', '-phunter2'])(
  'an error does not repeat the value of %s',
  async (flag) => {
    const { code, stderr } = await new Sandbox().run(['sign', 'key', 'model', '--private-key', 'key.pem', flag]);
    expect(code).toBe(2);
    expect(stderr).not.toContain('hunter2');
  },
);

test('an error does not repeat the value of a flag of another command', async () => {
  const { code, stderr } = await new Sandbox().run(['digest', 'model', '--password=hunter2']);
  expect(code).toBe(2);
  expect(stderr).not.toContain('hunter2');
});

test('global flags work before and after the command', async () => {
  const box = new Sandbox();
  for (const args of [
    ['--json', 'digest', 'model'],
    ['digest', '--json', 'model'],
    ['digest', 'model', '--json'],
  ]) {
    expect(JSON.parse((await box.run(args)).stdout)).toMatchObject({ schema: 'model-signing/result/v1', ok: true });
  }
});

test('the log level comes from the environment, and a flag overrides it', async () => {
  const box = new Sandbox();
  const args = ['digest', 'none'];
  const at = (env: string, ...more: string[]) => box.run([...args, ...more], { env: { MODEL_SIGNING_LOG_LEVEL: env } });
  expect((await at('DEBUG')).stderr).toContain('debug:');
  expect((await at('DEBUG', '--log_level', 'Info')).stderr).not.toContain('debug:');
  expect((await at('loud')).code).toBe(2);
});

test('an old Node is refused in one line that says what is needed', async () => {
  const box = new Sandbox();
  for (const [version, supported] of [
    ['20.20.2', false],
    ['22.22.1', false],
    ['22.22.2', true],
    ['23.11.0', false],
    ['24.14.9', false],
    ['24.15.0', true],
    ['25.1.0', false],
    ['26.0.0', true],
    ['30.1.0', true],
  ] as const) {
    box.write(
      'version.mjs',
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`,
    );
    const { code, stdout, stderr } = await box.run(['--version'], {
      nodeArgs: ['--import', `file://${box.path('version.mjs')}`],
    });
    expect({ version, code, works: stdout !== '' }).toEqual({ version, code: supported ? 0 : 3, works: supported });
    const line = `model-signing: error: this needs Node.js 22.22.2, 24.15.0, or 26 and newer, and found ${version}\n`;
    expect(stderr).toBe(supported ? '' : line);
  }
});

test('the required version of Node is the one in package.json', () => {
  expect(manifest.engines.node).toBe('^22.22.2 || ^24.15.0 || >=26');
  expect(readFileSync(bin, 'utf8')).toMatch(/22: \[22, 2\], 24: \[15, 0\] };\n.*newestMinimum = 26;/);
});

const systemNode = '/usr/bin/node';
const systemVersion = existsSync(systemNode) ? execFileSync(systemNode, ['--version'], { encoding: 'utf8' }) : 'none';
test.skipIf(!/^v(1[4-9]|2[01])\./.test(systemVersion))(
  `the command runs far enough on an old Node to say so (here: ${systemVersion.trim()})`,
  () => {
    expect(() => execFileSync(systemNode, [bin, '--version'], { stdio: 'pipe' })).toThrow(/needs Node.js 22.22.2/);
  },
);

test('the command ends quietly when its reader closes the pipe', async () => {
  const box = new Sandbox();
  const child = box.start(['--help']);
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('a command that waits for what never happens fails, and writes nothing', async () => {
  const box = new Sandbox();
  box.write('hook.cjs', "require('node:fs/promises').realpath = () => new Promise(() => {});");
  const args = ['sign', 'key', 'model', '--private-key', 'key.pem'];
  const { code, result, stderr } = await box.json(args, { nodeArgs: ['--require', box.path('hook.cjs')] });
  expect({ code, error: result.error }).toMatchObject({ code: 3, error: { code: 'command/failed' } });
  expect(stderr).toContain('the command ended before it was done');
  expect(box.list()).not.toContain('model.sig');
});

const full = '/dev/full';
test.skipIf(!existsSync(full))('a full disk is not reported as a rejected signature', () => {
  const box = new Sandbox();
  const { status, stderr } = spawnSync(process.execPath, [bin, 'digest', box.path('model')], {
    stdio: ['ignore', openSync(full, 'w'), 'pipe'],
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({
    status: 3,
    stderr: 'model-signing: error: cannot write: no space left on device (ENOSPC) [command/failed]\n',
  });
});

test.each(['core', 'sigstore'])(
  'the command installs the dependencies that the bundled code of %s was tested with',
  (name) => {
    const url = new URL(`../../${name}/package.json`, import.meta.url);
    const theirs = Object.entries<string>(JSON.parse(readFileSync(url, 'utf8')).dependencies);
    const installed = theirs.filter(([dependency]) => dependency in manifest.dependencies);
    expect(installed.length).toBeGreaterThan(0);
    for (const [dependency, version] of installed) expect(manifest.dependencies[dependency]).toBe(version);
  },
);
