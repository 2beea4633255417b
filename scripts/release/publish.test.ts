import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { assetName, PAGE } from './packages.ts';
import { publishAll } from './publish.ts';
import { writeSums } from './sums.ts';

/** What `npm view` says of each package, as this npm is told. */
type Registry = Readonly<Record<string, string>>;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** An npm that records what it is called with, and with which bytes. */
const npm = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs');
const [verb, what, ...flags] = process.argv.slice(2);
if (verb === 'view') {
  const integrity = JSON.parse(process.env.REGISTRY)[what];
  if (integrity !== undefined) console.log(JSON.stringify(integrity));
  else { console.error('npm error code E404'); process.exitCode = 1; }
} else {
  const bytes = readFileSync(what).toString('base64');
  appendFileSync(process.env.LOG, JSON.stringify({ verb, what, flags, bytes }) + '\\n');
}
`;

const a: Package = { name: '@scope/a', version: '1.0.0', dependencies: { '@scope/b': '1.0.0' } };
const b: Package = { name: '@scope/b', version: '1.0.0-next.1' };

/** A folder with the tarballs of these packages. */
function pack(packages: readonly Package[]) {
  const root = temporaryDirectory();
  const folder = path.join(root, 'tarballs');
  mkdirSync(folder);
  for (const each of packages) {
    const own = path.join(root, 'package');
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, 'package.json'), JSON.stringify(each));
    const { status } = spawnSync('tar', ['-czf', path.join('tarballs', `${assetName(each)}.tgz`), 'package'], {
      cwd: root,
    });
    expect(status).toBe(0);
    rmSync(own, { recursive: true });
  }
  return { root, folder, sums: writeSums(folder) };
}

const integrityOf = (file: string) => `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;

async function publish({ root, folder, sums }: ReturnType<typeof pack>, registry: Registry, provenance = true) {
  const log = path.join(root, 'log');
  writeFileSync(path.join(root, 'npm'), npm);
  chmodSync(path.join(root, 'npm'), 0o755);
  const PATH = `${root}${path.delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH, LOG: log, REGISTRY: JSON.stringify(registry) };
  const released = await publishAll(folder, sums, { env, provenance });
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  const calls = lines.map((line) => JSON.parse(line) as { verb: string; what: string; flags: string[]; bytes: string });
  return { released, calls };
}

// Only jobs on Linux publish, and the npm of this test is a script with an interpreter line.
describe.skipIf(process.platform === 'win32')('publishAll', () => {
  it('publishes the tarballs themselves, those first that others need, and nothing else', async () => {
    const packed = pack([a, b]);
    const { released, calls } = await publish(packed, {});
    expect(released).toEqual([assetName(b), assetName(a)]);
    expect(calls.map(({ verb, what }) => [verb, what])).toEqual([
      ['publish', path.join(packed.folder, `${assetName(b)}.tgz`)],
      ['publish', path.join(packed.folder, `${assetName(a)}.tgz`)],
    ]);
    for (const { what, bytes } of calls) {
      expect(statSync(what).isFile()).toBe(true);
      expect(Buffer.from(bytes, 'base64').equals(readFileSync(what))).toBe(true);
    }
  });

  it('publishes with provenance, without scripts, and never as the default version if it is a pre-release', async () => {
    const { calls } = await publish(pack([a, b]), {});
    expect(calls.map(({ flags }) => flags)).toEqual([
      ['--access', 'public', '--ignore-scripts', '--tag', 'next', '--provenance'],
      ['--access', 'public', '--ignore-scripts', '--tag', 'latest', '--provenance'],
    ]);
    const rehearsed = await publish(pack([b]), {}, false);
    expect(rehearsed.calls.map(({ flags }) => flags.includes('--provenance'))).toEqual([false]);
  });

  it('publishes no version that the registry has, and counts it as released only with the same bytes', async () => {
    const packed = pack([a, b]);
    const same = integrityOf(path.join(packed.folder, `${assetName(a)}.tgz`));
    const registry = { [`${a.name}@${a.version}`]: same, [`${b.name}@${b.version}`]: 'sha512-other' };
    expect(await publish(packed, registry)).toEqual({ released: [assetName(a)], calls: [] });
  });

  it('publishes no page: it is checked with the tarballs, and belongs to the release alone', async () => {
    const packed = pack([a]);
    writeFileSync(path.join(packed.folder, PAGE.name), '<!doctype html>');
    await expect(publish(packed, {})).rejects.toThrow('SHA256SUMS');
    const { released, calls } = await publish({ ...packed, sums: writeSums(packed.folder) }, {});
    expect(released).toEqual([assetName(a)]);
    expect(calls.map(({ what }) => what)).toEqual([path.join(packed.folder, `${assetName(a)}.tgz`)]);
  });

  it('publishes nothing if a tarball is not the one that was listed', async () => {
    const packed = pack([a]);
    writeFileSync(path.join(packed.folder, 'more.tgz'), '');
    await expect(publish(packed, {})).rejects.toThrow('SHA256SUMS');
    expect(existsSync(path.join(packed.root, 'log'))).toBe(false);
  });
});
