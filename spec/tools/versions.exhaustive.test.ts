import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import { freeze } from './freeze.ts';
import { VECTORS } from './layout.ts';
import { fileDigests, lockPath, lockText } from './locks.ts';
import { newVersion } from './new-version.ts';
import { SpecCopy } from './testing/copy.ts';
import { findVersion, readVersions } from './versions.ts';

describe('newVersion', () => {
  it('newVersion makes a draft of 1.0 without findings that carries every identifier', async () => {
    const copy = new SpecCopy();
    copy.keepOnly('v1.0');
    copy.write('identifiers.json', '{}');
    await newVersion('1.2', '1.0', copy.folder);
    expect(readVersions(copy.folder).at(-1)).toEqual({ version: 'v1.2', status: 'draft', from: 'v1.0' });
    expect(await check(copy.folder)).toEqual([]);
    const ids = (version: string) => copy.read(`${version}/requirements.json`).match(/OMS-[A-Z]+-\d+"/g);
    expect(ids('v1.2')).toEqual(ids('v1.0'));
    expect(copy.read('v1.2/oms.md')).toMatch(/^# OpenSSF Model Signing, version 1\.2 \(draft\)\n\n> \*\*Draft\.\*\*/);
    expect(copy.read('v1.2/schemas/statement.schema.json')).toContain('.example/draft/signature/v1.2"');
    expect(copy.read('v1.2/schemas/statement.schema.json')).not.toContain('v1.0');
    expect(copy.read('package.json')).toContain('"./v1.2/requirements"');
    expect(readFileSync(path.join(copy.root, '.changeset/format-v1.2.md'), 'utf8')).toContain(
      "'@model-signing/spec': minor",
    );
  });

  it.each(['1.0', '1.1'])('newVersion makes a draft of %s without findings beside another draft', async (from) => {
    const copy = new SpecCopy();
    await newVersion('1.2', from, copy.folder);
    expect(await check(copy.folder)).toEqual([]);
  });

  it('newVersion makes a draft in which a requirement that was lost is found', async () => {
    const copy = new SpecCopy();
    await newVersion('1.2', '1.1', copy.folder);
    const [lost = ''] = /^.*\[OMS-ANNOT-1\].*$/m.exec(copy.read('v1.2/oms.md')) ?? [];
    copy.replace('v1.2/oms.md', lost, '');
    const found = (await check(copy.folder)).map(({ requirement, message }) => [requirement, message]);
    expect(found).toContainEqual(['OMS-ANNOT-1', 'v1.2 no longer has this requirement']);
  });
});

describe('freeze', () => {
  it('freeze freezes no draft, no version without vectors, and none with findings', async () => {
    const copy = new SpecCopy();
    await expect(freeze('1.1', copy.folder)).rejects.toThrow('v1.1 is still a draft: its predicate type is');
    await expect(freeze('1.0', copy.folder)).rejects.toThrow('v1.0 has no vectors');
    mkdirSync(`${copy.folder}${VECTORS}/v1.0`, { recursive: true });
    copy.write('v1.0/oms.md', `${copy.read('v1.0/oms.md')}\n[x](#no-such-heading)\n`);
    await expect(freeze('1.0', copy.folder)).rejects.toThrow('no heading has the anchor #no-such-heading');
    expect(existsSync(copy.folder + lockPath('v1.0'))).toBe(false);
  });

  it('freeze freezes a version once, with a lock that sha256sum reads', async () => {
    const copy = new SpecCopy();
    copy.keepOnly('v1.0');
    mkdirSync(`${copy.folder}${VECTORS}/v1.0`, { recursive: true });
    expect(await freeze('1.0', copy.folder)).toEqual([lockPath('v1.0'), 'versions.json']);
    expect(findVersion('1.0', copy.folder).status).toBe('frozen');
    expect(copy.read(lockPath('v1.0'))).toBe(lockText(fileDigests('v1.0', copy.folder)));
    const checked = execFileSync('sha256sum', ['-c', lockPath('v1.0')], { cwd: copy.folder, encoding: 'utf8' });
    expect(checked).toContain('v1.0/oms.md: OK');
    await expect(freeze('1.0', copy.folder)).rejects.toThrow('frozen already');
  });
});
