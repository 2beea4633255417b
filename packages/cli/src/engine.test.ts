import { existsSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { Sandbox } from './testing/command.ts';

/** In place of a compiled engine: it hashes in JavaScript, and leaves a file that says so. One that was built in this checkout does not. */
const ENGINE = `
const { createHash } = require('node:crypto');
const { readFileSync, writeFileSync } = require('node:fs');
exports.VERSION = '0.0.0';
exports.giveBackFreedMemory = () => {};
exports.openReader = () => {};
exports.start = ({ paths, pathEnds, files, ranges }) => {
  writeFileSync(__dirname + '/hashed', '');
  const digests = Array.from(files, (file, job) => {
    const path = new TextDecoder().decode(paths.subarray(file === 0 ? 0 : pathEnds[file - 1], pathEnds[file]));
    const bytes = readFileSync(path);
    const [start, end] = ranges.subarray(2 * job, 2 * job + 2);
    return createHash('sha256').update(bytes.subarray(start, end < 0 ? bytes.length : end)).digest();
  });
  const outcome = { digests: new Uint8Array(Buffer.concat(digests)), pointers: new Uint32Array() };
  return { progress: () => ({ jobs: files.length, bytes: 1 }), stop() {}, finished: async () => outcome };
};
`;

const platforms: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64-gnu',
  'linux-arm64': 'linux-arm64-gnu',
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'win32-x64': 'win32-x64-msvc',
};
const platform = platforms[`${process.platform}-${process.arch}`] ?? '';

const folder = `packages/@model-signing/native-${platform}`;
const HASHED = `${folder}/hashed`;

/** Flags of Node under which no compiled engine loads. */
const WITHOUT = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*', '--allow-worker', '--no-warnings'];

const NOTICE =
  /the native engine is not used, because (?:the permissions of this process forbid add-ons \(--allow-addons allows them\)|it is not built \(npm run native builds it\)); Node hashes/;

let sandbox: Sandbox;
let env: Record<string, string>;

beforeEach(() => {
  sandbox = new Sandbox();
  sandbox.write(`${folder}/package.json`, '{"main": "engine.js"}');
  sandbox.write(`${folder}/engine.js`, ENGINE);
  sandbox.write('large/weights.bin', Buffer.alloc(16_000_000, 'w'));
  env = { NODE_PATH: sandbox.path('packages') };
});

describe.skipIf(platform === '')('a command with the engine of an installed package', () => {
  test.each([
    ['large', [], 'native'],
    ['model', [], 'node'],
    ['model', ['--engine', 'auto'], 'node'],
    ['model', ['--engine', 'native'], 'native'],
    ['large', ['--engine', 'node'], 'node'],
  ])('digest %s %j says which engine hashed', async (model, flags, engine) => {
    const { result, stderr } = await sandbox.json(['digest', model, ...flags], { env });
    expect({ ...result, stderr }).toMatchObject({ engine, warnings: [], stderr: '' });
    expect(existsSync(sandbox.path(HASHED))).toBe(engine === 'native');
    const { result: other } = await sandbox.json(['digest', model, '--engine', 'node']);
    expect(result.rootDigest).toBe(other.rootDigest);
  });

  test('sign and verify say which engine hashed, and --log-level debug does too', async () => {
    const sign = ['sign', 'key', 'large', '--private-key', 'key.pem', '--log-level', 'debug'];
    const signed = await sandbox.json(sign, { env });
    expect(signed.result).toMatchObject({ ok: true, engine: 'native' });
    expect(signed.stderr).toContain('debug: hashed by native');
    expect(existsSync(sandbox.path(HASHED))).toBe(true);
    const verify = ['verify', 'key', 'large', '--signature', 'model.sig', '--public-key', 'key.pub'];
    expect((await sandbox.json(verify, { env })).result).toMatchObject({ ok: true, engine: 'native' });
    expect((await sandbox.json(verify)).result).toMatchObject({ ok: true });
    expect((await sandbox.json([...verify, '--engine=node'])).result).toMatchObject({ ok: true, engine: 'node' });
  });

  test('the version in JSON says which engine hashes large models, and the version alone is one line', async () => {
    const { result } = await sandbox.json(['--version'], { env });
    expect(result).toMatchObject({ version: '0.0.0', engine: 'native', enginePlatform: platform });
    expect((await sandbox.run(['--version'], { env })).stdout).toBe('0.0.0\n');
  });
});

describe('a command without a compiled engine', () => {
  test('a large model is hashed in Node, and one line says why', async () => {
    const { result, code, stderr } = await sandbox.json(['digest', 'large'], { nodeArgs: WITHOUT });
    expect({ ...result, code }).toMatchObject({ code: 0, engine: 'node', warnings: [] });
    expect(stderr).toMatch(NOTICE);
    expect(stderr).toMatch(/^model-signing: info: [^\n]*\n$/);
  });

  test.each(['digest model', 'digest large --engine node', 'digest large --quiet', 'digest large --log-level warning'])(
    '%s says nothing of it',
    async (line) => {
      const { code, stderr } = await sandbox.run(line.split(' '), { nodeArgs: WITHOUT });
      expect([code, stderr]).toEqual([0, '']);
    },
  );

  test('with --engine native it is a warning, which --strict does not refuse', async () => {
    const args = ['digest', 'model', '--engine', 'native', '--strict'];
    const { result, code, stderr } = await sandbox.json(args, { nodeArgs: WITHOUT });
    expect({ ...result, code }).toMatchObject({
      ...{ code: 0, ok: true, engine: 'node' },
      warnings: [{ code: 'command/engine-unavailable', message: expect.stringMatching(NOTICE) }],
    });
    expect(stderr).toMatch(/^model-signing: warning: [^\n]*\n$/);
  });

  test('the version in JSON says why there is none', async () => {
    const { result } = await sandbox.json(['--version'], { nodeArgs: WITHOUT });
    expect(result).toMatchObject({ engine: 'node', engineProblem: expect.stringMatching(/add-ons|not built/) });
  });
});

test('an engine that does not exist is a usage error that names those that do', async () => {
  const { code, stderr } = await sandbox.run(['digest', 'model', '--engine', 'gpu']);
  expect(code).toBe(2);
  expect(stderr).toContain("argument 'gpu' is invalid. Allowed choices are auto, native, node");
});
