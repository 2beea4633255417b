import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addVector } from './add-vector.ts';
import { check } from './check.ts';
import { exportVersion } from './export.ts';
import { freeze } from './freeze.ts';
import { lockPath, lockText } from './locks.ts';
import { newVersion } from './new-version.ts';
import { SpecCopy } from './testing/copy.ts';
import { findVersion, readVersions } from './versions.ts';

describe('newVersion', () => {
  it('makes a draft that has no findings and carries every identifier', async () => {
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

  it.each(['1.0', '1.1'])('makes a draft of %s that has no findings, beside a draft that is there', async (from) => {
    const copy = new SpecCopy();
    await newVersion('1.2', from, copy.folder);
    expect(await check(copy.folder)).toEqual([]);
  });

  it('finds a requirement that a new version has lost', async () => {
    const copy = new SpecCopy();
    await newVersion('1.2', '1.1', copy.folder);
    const [lost = ''] = /^.*\[OMS-ANNOT-1\].*$/m.exec(copy.read('v1.2/oms.md')) ?? [];
    copy.replace('v1.2/oms.md', lost, '');
    const found = (await check(copy.folder)).map(({ requirement, message }) => [requirement, message]);
    expect(found).toContainEqual(['OMS-ANNOT-1', 'v1.2 no longer has this requirement']);
  });

  it('refuses a version that is there, one that nobody knows to begin with, and a name that is none', async () => {
    const { folder } = new SpecCopy();
    await expect(newVersion('1.1', '1.0', folder)).rejects.toThrow('v1.1 exists already');
    await expect(newVersion('1.3', '0.9', folder)).rejects.toThrow('there is no version 0.9; there are v1.0, v1.1');
    await expect(newVersion('next', '1.0', folder)).rejects.toThrow('next is not a version; write it like 1.1');
  });
});

describe('freeze', () => {
  it('refuses a draft, a version without vectors, and one with findings', async () => {
    const copy = new SpecCopy();
    await expect(freeze('1.1', copy.folder)).rejects.toThrow('v1.1 is still a draft: its predicate type is');
    await expect(freeze('1.0', copy.folder)).rejects.toThrow('v1.0 has no vectors');
    mkdirSync(path.join(copy.root, 'conformance/suite/vectors/v1.0'), { recursive: true });
    copy.replace('v1.0/oms.md', '(#10-the-envelope)', '(#10-envelope)');
    await expect(freeze('1.0', copy.folder)).rejects.toThrow('no heading answers to #10-envelope');
    expect(existsSync(copy.folder + lockPath('v1.0'))).toBe(false);
  });

  it('writes a lock that sha256sum reads, once', async () => {
    const copy = new SpecCopy();
    copy.keepOnly('v1.0');
    mkdirSync(path.join(copy.root, 'conformance/suite/vectors/v1.0'), { recursive: true });
    expect(await freeze('1.0', copy.folder)).toEqual([lockPath('v1.0'), 'versions.json']);
    expect(findVersion('1.0', copy.folder).status).toBe('frozen');
    expect(copy.read(lockPath('v1.0'))).toBe(lockText('v1.0', copy.folder));
    const checked = execFileSync('sha256sum', ['-c', lockPath('v1.0')], { cwd: copy.folder, encoding: 'utf8' });
    expect(checked).toContain('v1.0/oms.md: OK');
    await expect(freeze('1.0', copy.folder)).rejects.toThrow('frozen already');
  });
});

describe('exportVersion', () => {
  it('writes the layout of the public repository into an empty folder', () => {
    const { root } = new SpecCopy();
    const target = path.join(root, 'out');
    expect(exportVersion('1.0', target)).toContain('schemas/bundle.schema.json');
    for (const file of ['spec/v1.0.md', 'schemas/predicate.schema.json', 'test-vectors/examples/bundle-key.json']) {
      expect(existsSync(path.join(target, file)), file).toBe(true);
    }
    expect(() => exportVersion('1.0', target)).toThrow('is not empty');
  });
});

describe('addVector', () => {
  const LIST =
    "import { bundleRecipes } from './bundle.ts';\n\nexport const recipes: readonly Recipe[] = [\n  ...bundleRecipes(),\n];\n";

  it('begins two recipes for a requirement and names them in the list', () => {
    const copy = new SpecCopy();
    const cases = path.join(copy.root, 'conformance/authoring/src/recipes/cases');
    mkdirSync(cases, { recursive: true });
    writeFileSync(path.join(cases, 'all.ts'), LIST);
    addVector('OMS-NAME-6', 'manifest', copy.folder);
    const list = readFileSync(path.join(cases, 'all.ts'), 'utf8');
    expect(list).toContain("import { omsName6Recipes } from './oms-name-6.ts';\n");
    expect(list).toContain('  ...omsName6Recipes(),\n];');
    const recipes = readFileSync(path.join(cases, 'oms-name-6.ts'), 'utf8');
    expect(recipes).toContain("reject(['manifest'])");
    expect(recipes).toContain('accept()');
    expect(() => addVector('OMS-NAME-6', 'manifest', copy.folder)).toThrow('there are recipes for OMS-NAME-6 already');
  });

  it('names those of a requirement that only a draft has in the list of the draft', () => {
    const copy = new SpecCopy();
    const cases = path.join(copy.root, 'conformance/authoring/src/recipes/cases');
    mkdirSync(cases, { recursive: true });
    const both = LIST.replace('export', 'export const draftRecipes: readonly Recipe[] = [\n];\n\nexport');
    writeFileSync(path.join(cases, 'all.ts'), both);
    addVector('OMS-ANNOT-3', 'manifest', copy.folder);
    const list = readFileSync(path.join(cases, 'all.ts'), 'utf8');
    expect(list).toContain('draftRecipes: readonly Recipe[] = [\n  ...omsAnnot3Recipes(),\n];');
    const recipes = readFileSync(path.join(cases, 'oms-annot-3.ts'), 'utf8');
    expect(recipes).toContain("'statement_draft',\n      'manifest_draft-annot-3-kept'");
    writeFileSync(path.join(cases, 'all.ts'), LIST);
    expect(() => addVector('OMS-ANNOT-4', 'manifest', copy.folder)).toThrow('all.ts has no list "draftRecipes"');
  });

  it('refuses a requirement that no version has, and a stage that is none', () => {
    expect(() => addVector('OMS-X-1', 'manifest')).toThrow('no version has the requirement OMS-X-1');
    expect(() => addVector('OMS-NAME-6', 'name')).toThrow('name is not a stage; the stages are bundle');
  });
});
