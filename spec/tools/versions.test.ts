import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addVector } from './add-vector.ts';
import { strictCompiler } from './compile-validators.ts';
import { exportVersion } from './export.ts';
import { readExtensions } from './extensions.ts';
import { freeze } from './freeze.ts';
import { RECIPES, readText } from './layout.ts';
import { newVersion, newVersionFiles } from './new-version.ts';
import { SpecCopy } from './testing/copy.ts';

describe('newVersion', () => {
  it('newVersion copies prose, schemas and examples with the words of the new version, and adds it to the package', () => {
    const files = newVersionFiles('1.2', '1.0');
    const text = (file: string) => String(files.get(file));
    expect(JSON.parse(text('versions.json')).at(-1)).toEqual({ version: 'v1.2', status: 'draft', from: 'v1.0' });
    expect(text('v1.2/oms.md')).toMatch(/^# OpenSSF Model Signing, version 1\.2 \(draft\)\n\n> \*\*Draft\.\*\*/);
    expect(text('v1.2/schemas/statement.schema.json')).toContain('.example/draft/signature/v1.2"');
    expect(text('v1.2/schemas/statement.schema.json')).not.toContain('v1.0');
    expect(text('package.json')).toContain('"./v1.2/requirements"');
    expect(text('../.changeset/format-v1.2.md')).toContain("'@model-signing/spec': minor");
  });

  it('newVersion keeps what a requirement rests on, and makes a proposal of each that the new words change', () => {
    const files = newVersionFiles('1.2', '1.0');
    const earlier = JSON.parse(readText('v1.0/basis.json')) as Record<string, unknown>;
    const later = JSON.parse(String(files.get('v1.2/basis.json'))) as Record<string, unknown>;
    const changed = Object.keys(later).filter((id) => JSON.stringify(later[id]) !== JSON.stringify(earlier[id]));
    expect(changed).toEqual(['OMS-STMT-3']);
    expect(later['OMS-STMT-3']).toEqual({ basis: 'proposal' });
  });

  it('newVersion refuses a version that exists, an unknown version to begin with, and an invalid name', async () => {
    await expect(newVersion('1.1', '1.0')).rejects.toThrow('v1.1 exists already');
    await expect(newVersion('1.3', '0.9')).rejects.toThrow('there is no version 0.9; there are v1.0, v1.1');
    await expect(newVersion('next', '1.0')).rejects.toThrow('next is not a version; write it like 1.1');
  });
});

describe('freeze', () => {
  it('freeze refuses a draft and a version that is frozen already', async () => {
    const copy = new SpecCopy();
    copy.replace('versions.json', '"current"', '"frozen"');
    await expect(freeze('1.1', copy.folder)).rejects.toThrow('v1.1 is still a draft: its predicate type is');
    await expect(freeze('1.0', copy.folder)).rejects.toThrow('v1.0 is frozen already');
  });
});

describe('exportVersion', () => {
  it('exportVersion exports the layout of the public repository into an empty folder only', () => {
    const { root, folder } = new SpecCopy();
    const target = path.join(root, 'out');
    expect(exportVersion('1.0', target, folder)).toContain('schemas/bundle.schema.json');
    for (const file of ['spec/v1.0.md', 'spec/public-text.json', 'schemas/predicate.schema.json']) {
      expect(existsSync(path.join(target, file)), file).toBe(true);
    }
    expect(() => exportVersion('1.0', target, folder)).toThrow('is not empty');
  });

  /** The reasons for what is no extension. */
  const ownPages = ['attestation-files.md', 'followed-links.md', 'logs-for-keys.md', 'two-subjects.md'];
  const identifiers = readExtensions('v1.1').map(({ identifier }) => identifier);
  const exported = (extensions: readonly string[]) => {
    const target = path.join(new SpecCopy().root, 'out');
    exportVersion('1.1', target, undefined, extensions);
    const read = (file: string) => readFileSync(path.join(target, file), 'utf8');
    const vectors = readdirSync(path.join(target, 'test-vectors/vectors')).filter((name) => name.includes('_'));
    return { target, read, vectors };
  };

  it('exportVersion leaves out every extension that is not named, with its requirements, schema and vectors', () => {
    const { read, target, vectors } = exported([]);
    const all = ['spec/v1.1.md', 'spec/requirements.json', 'schemas/predicate.schema.json', 'spec/algorithms.json']
      .map(read)
      .join('\n');
    expect(all).not.toMatch(/OMS-(?:SUB|SIDE|PQ)-\d|sub_manifests|side file|ml-dsa|<!-- extension/i);
    expect(all).toContain('OMS-EXT-2');
    expect(readdirSync(path.join(target, 'spec/rationale'))).toEqual(ownPages);
    expect(readdirSync(path.join(target, 'test-vectors/vectors/keys')).join()).not.toContain('ml-dsa');
    for (const name of vectors) {
      const vector = JSON.parse(read(`test-vectors/vectors/${name}/vector.json`));
      expect(JSON.stringify([vector.requirements, vector.inputs]), name).not.toMatch(
        /OMS-(?:SUB|SIDE|PQ)-\d|"extensions"/,
      );
      if (vector.control !== undefined) expect(vectors).toContain(vector.control);
    }
  });

  it('exportVersion writes the extensions that are named, each with its reasons, and all of the schema with all of them', () => {
    const [first = ''] = identifiers;
    const one = exported([first]);
    expect(one.read('spec/v1.1.md')).toContain('OMS-SUB-2');
    expect(one.read('spec/v1.1.md')).not.toContain('OMS-SIDE-2');
    expect(readdirSync(path.join(one.target, 'spec/rationale'))).toEqual([...ownPages, 'sub-manifests.md'].sort());
    const both = exported(identifiers);
    expect(both.read('spec/algorithms.json')).toBe(readText('v1.1/algorithms.json'));
    expect(both.read('schemas/predicate.schema.json')).toBe(readText('v1.1/schemas/predicate.schema.json'));
    expect(both.read('spec/requirements.json')).toBe(readText('v1.1/requirements.json'));
    expect(both.vectors.length).toBeGreaterThan(one.vectors.length);
  });

  it('exportVersion leaves a schema that compiles, and that allows what the extension would define', () => {
    const compile = (text: string) => strictCompiler().compile(JSON.parse(text));
    const predicate = { ...JSON.parse(readText('v1.1/examples/predicate-files.json')), sub_manifests: 1 };
    expect(compile(exported([]).read('schemas/predicate.schema.json'))(predicate)).toBe(true);
    expect(compile(readText('v1.1/schemas/predicate.schema.json'))(predicate)).toBe(false);
  });

  it('exportVersion refuses an extension that the version does not have', () => {
    const target = path.join(new SpecCopy().root, 'out');
    expect(() => exportVersion('1.1', target, undefined, ['x'])).toThrow('has no extension x');
    expect(() => exportVersion('1.0', target, undefined, [identifiers[0] ?? ''])).toThrow('it has none');
    expect(existsSync(target)).toBe(false);
  });
});

describe('addVector', () => {
  const LIST =
    "import { bundleRecipes } from './bundle.ts';\n\nexport const recipes: readonly Recipe[] = [\n  ...bundleRecipes(),\n];\n";

  it('addVector begins two recipes for a requirement and adds them to the list', () => {
    const copy = new SpecCopy();
    const cases = path.join(copy.folder, RECIPES);
    mkdirSync(cases, { recursive: true });
    writeFileSync(path.join(cases, 'all.ts'), LIST);
    addVector('OMS-NAME-6', 'manifest', copy.folder);
    const list = readFileSync(path.join(cases, 'all.ts'), 'utf8');
    expect(list).toContain("import { omsName6Recipes } from './oms-name-6.ts';\n");
    expect(list).toContain('  ...omsName6Recipes(),\n];');
    const recipes = readFileSync(path.join(cases, 'oms-name-6.ts'), 'utf8');
    expect(recipes).toContain("reject(['manifest'])");
    expect(recipes).toContain('accept()');
    expect(recipes).toContain("'bundle_plain',\n      'manifest_name-6-kept'");
    expect(() => addVector('OMS-NAME-6', 'manifest', copy.folder)).toThrow('there are recipes for OMS-NAME-6 already');
  });

  it('addVector begins recipes for signing for a requirement of producers', () => {
    const copy = new SpecCopy();
    const cases = path.join(copy.folder, RECIPES);
    mkdirSync(cases, { recursive: true });
    writeFileSync(path.join(cases, 'all.ts'), LIST);
    addVector('OMS-RES-1', 'manifest', copy.folder);
    const recipes = readFileSync(path.join(cases, 'oms-res-1.ts'), 'utf8');
    expect(recipes).toContain("from: 'bundle_sign-plain', model: plainModel");
    expect(recipes).toContain('signs(plainModel)');
    expect(recipes).not.toContain('forge');
  });

  it('addVector adds the recipes of a requirement that only a draft has to the list of the draft', () => {
    const copy = new SpecCopy();
    const cases = path.join(copy.folder, RECIPES);
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

  it('addVector refuses an unknown requirement and an unknown stage', () => {
    expect(() => addVector('OMS-X-1', 'manifest')).toThrow('no version has the requirement OMS-X-1');
    expect(() => addVector('OMS-NAME-6', 'name')).toThrow('name is not a stage; the stages are bundle');
  });
});
