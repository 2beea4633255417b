import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { check } from './check.ts';
import { formatFinding } from './findings.ts';
import { fileDigests, lockPath, lockText } from './locks.ts';
import { changesetFindings } from './rules/changesets.ts';
import { SpecCopy } from './testing/copy.ts';

/** Freezes version 1.0 of a copy as `freeze` does, but without requiring vectors. */
function freezeBare(copy: SpecCopy): void {
  copy.write(lockPath('v1.0'), lockText(fileDigests('v1.0', copy.folder)));
  copy.replace('versions.json', '"current"', '"frozen"');
}

describe('check', () => {
  it('check finds nothing in a copy of the specification, whether its first version is frozen or not', async () => {
    const copy = new SpecCopy();
    expect(await check(copy.folder)).toEqual([]);
    freezeBare(copy);
    expect(await check(copy.folder)).toEqual([]);
  });

  it('check finds a frozen file that was changed, at the line that git knows to have changed', async () => {
    const copy = new SpecCopy();
    copy.keepOnly('v1.0');
    freezeBare(copy);
    copy.commit();
    const lines = copy.read('v1.0/oms.md').split('\n');
    const line = lines.findIndex((text) => text.startsWith('## 6. ')) + 1;
    copy.write('v1.0/oms.md', lines.toSpliced(line, 0, '').join('\n'));
    const [finding] = await check(copy.folder);
    expect(finding).toMatchObject({ path: 'v1.0/oms.md', message: 'a file of a frozen version was changed' });
    expect([line, line + 1, line + 2]).toContain(finding?.line);
  });

  it.each([
    ['the prose', 'v1.0/oms.md', /\n- \[OMS-BUNDLE-1\]/, '\n- [OMS-BUNDLE-2]', /OMS-BUNDLE-2: line \d+ has the same/],
    ['a schema', 'v1.0/schemas/bundle.schema.json', /"#\/\$defs\/logEntry"/, '"#/$defs/entry"', /it does not compile/],
    [
      'a generated file',
      'v1.0/requirements.json',
      /"OMS-CONF-1"/,
      '"OMS-CONF-0"',
      /differs from what its sources generate/,
    ],
    [
      'what requirements rest on',
      'v1.0/basis.json',
      /"section": "3\.1"/,
      '"section": "99"',
      /no statement of section 99/,
    ],
    ['the answers', 'v1.0/public-text.json', /"OMS-CONF-1"/, '"OMS-CONF-99"', /OMS-CONF-99: statement 3\.1-01 names/],
    ['the registry', 'v1.0/algorithms.json', /"identifier": "blake3"/, '"identifier": "blake4"', /OMS-CONF-6/],
  ])('check finds a fault in %s of a copy', async (_what, file, before, after, said) => {
    const copy = new SpecCopy();
    copy.keepOnly('v1.0');
    const text = copy.read(file);
    expect(text).toMatch(before);
    copy.write(
      file,
      text.replace(before, () => after),
    );
    const lines = (await check(copy.folder)).map(formatFinding);
    expect(lines).toContainEqual(expect.stringMatching(said));
  });
});

describe('changesetFindings', () => {
  const announce = (copy: SpecCopy, level: string) =>
    writeFileSync(path.join(copy.root, '.changeset/one.md'), `---\n'@model-signing/spec': ${level}\n---\n\nNews.\n`);

  it('changesetFindings finds a changeset that announces less than the change of a schema demands', () => {
    const copy = new SpecCopy();
    freezeBare(copy);
    const since = copy.commit();
    copy.replace('v1.0/schemas/predicate.schema.json', '"minItems": 1', '"minItems": 2');
    announce(copy, 'minor');
    const [finding] = changesetFindings(copy.folder, since);
    expect(finding).toMatchObject({
      path: 'v1.0/schemas/predicate.schema.json',
      message: expect.stringMatching(/minItems 1 became 2.*, which is major, and the changesets announce minor$/),
    });
    announce(copy, 'major');
    expect(changesetFindings(copy.folder, since)).toEqual([]);
  });

  it('changesetFindings finds in CI, and only there, that there is no main branch to compare with', () => {
    const copy = new SpecCopy();
    copy.commit('topic');
    vi.stubEnv('CI', '');
    expect(changesetFindings(copy.folder)).toEqual([]);
    vi.stubEnv('CI', 'true');
    expect(changesetFindings(copy.folder)).toMatchObject([{ fix: 'Fetch it: git fetch origin main' }]);
    vi.unstubAllEnvs();
  });

  it('changesetFindings finds that a schema that accepts more needs a minor changeset, and a changed sentence a patch', () => {
    const copy = new SpecCopy();
    const since = copy.commit();
    expect(changesetFindings(copy.folder, since)).toEqual([]);
    copy.write('v1.0/oms.md', `${copy.read('v1.0/oms.md')}\nOne more sentence.\n`);
    expect(changesetFindings(copy.folder, since)[0]?.message).toContain('which is patch');
    copy.replace('v1.0/schemas/predicate.schema.json', '"minItems": 1', '"minItems": 0');
    expect(changesetFindings(copy.folder, since)[0]?.message).toContain('which is minor');
  });
});
