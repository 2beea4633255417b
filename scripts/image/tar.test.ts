import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Entry, tarOf } from './tar.ts';

const file = (name: string, text: string, mode = 0o644): Entry => ({ path: name, mode, content: Buffer.from(text) });

function unpacked(entries: readonly Entry[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-tar-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'a.tar'), tarOf(entries));
  const { status, stderr } = spawnSync('tar', ['-xpf', 'a.tar'], { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return folder;
}

describe('archives', () => {
  it('another program unpacks files, links, permissions and the folders above them', () => {
    const long = `${'folder/'.repeat(16)}name`;
    const link: Entry = { path: 'a/link', mode: 0o777, content: 'b' };
    const folder = unpacked([file('a/b', 'B', 0o755), link, file(long, 'long'), file('empty', '')]);
    expect(readFileSync(path.join(folder, 'a/b'), 'utf8')).toBe('B');
    expect(statSync(path.join(folder, 'a/b')).mode & 0o777).toBe(0o755);
    expect(readlinkSync(path.join(folder, 'a/link'))).toBe('b');
    expect(readFileSync(path.join(folder, long), 'utf8')).toBe('long');
    expect(statSync(path.join(folder, 'empty')).size).toBe(0);
  });

  it('the order in which entries are given changes nothing', () => {
    const entries = [file('b', 'B'), file('a/c', 'C'), file('a/b', 'B')];
    expect(tarOf(entries).equals(tarOf(entries.toReversed()))).toBe(true);
    expect(tarOf(entries).equals(tarOf([...entries, file('d', '')]))).toBe(false);
  });

  it('a path that no header can hold is refused', () => {
    expect(() => tarOf([file('x'.repeat(101), '')])).toThrow('too long');
    expect(() => tarOf([file(`${'folder/'.repeat(40)}name`, '')])).toThrow('too long');
  });
});
