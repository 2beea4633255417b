import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Extra, extrasFrom, signExtras } from './extras.ts';
import { writeSums } from './sums.ts';
import { makeKeyPair } from './tarballs.ts';

const command = path.resolve(import.meta.dirname, '../../packages/cli/bin/model-signing.js');

function workplace(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-extras-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function extraOf(parent: string, name: string, files: readonly string[]): Extra {
  const folder = path.join(parent, name);
  mkdirSync(folder, { recursive: true });
  for (const each of files) writeFileSync(path.join(folder, each), each);
  return { folder, sums: writeSums(folder) };
}

const image = ['model-signing-image-1.0.0.json', 'model-signing-image-1.0.0.cdx.json'];

describe('what a release has besides packages', () => {
  it('is signed with its bill, each under its name', async () => {
    const folder = workplace();
    await makeKeyPair(folder, 'release', process.env);
    const single = ['model-signing-1.0.0-linux-x64.tar.gz', 'model-signing-1.0.0-linux-x64.cdx.json'];
    const extras = [extraOf(folder, 'image', image), extraOf(folder, 'single', single)];
    const how = ['key', '--private-key', path.join(folder, 'release.pem')] as const;
    const signatures = path.join(folder, 'signatures');
    await signExtras(extras, signatures, { command, how, env: process.env });
    expect(readdirSync(signatures).sort()).toEqual([
      'model-signing-1.0.0-linux-x64.sig',
      'model-signing-image-1.0.0.sig',
    ]);
  });

  it.each([
    ['no bill', image.slice(0, 1)],
    ['another file', [...image, 'other.json']],
    ['a bill of something else', ['model-signing-image-1.0.0.json', 'model-signing-image-2.0.0.cdx.json']],
    ['a name that is not ours', ['x.json', 'x.cdx.json']],
  ])('a folder with %s is not signed', async (_, files) => {
    const folder = workplace();
    const options = { command, how: ['key'] as const, env: process.env };
    const signed = signExtras([extraOf(folder, 'image', files)], path.join(folder, 'signatures'), options);
    await expect(signed).rejects.toThrow('instead of a file and its bill');
  });

  it('a folder that no earlier job made is refused, and so is a changed one', async () => {
    const folder = workplace();
    const { sums } = extraOf(folder, 'extra-image', image);
    expect(extrasFrom(folder, JSON.stringify({ 'extra-image': sums }))).toHaveLength(1);
    expect(() => extrasFrom(folder, '{}')).toThrow('extra-image');
    const changed = extrasFrom(folder, JSON.stringify({ 'extra-image': '0'.repeat(64) }));
    const options = { command, how: ['key'] as const, env: process.env };
    await expect(signExtras(changed, path.join(folder, 'signatures'), options)).rejects.toThrow('SHA256SUMS');
  });
});
