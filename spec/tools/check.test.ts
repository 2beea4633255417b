import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { check } from './check.ts';
import { formatFinding } from './findings.ts';
import { lockPath, lockText } from './locks.ts';
import { changesetFindings } from './rules/changesets.ts';
import { SpecCopy } from './testing/copy.ts';

const RULE = '- [OMS-BUNDLE-1] A producer MUST write a bundle that is one JSON object in UTF-8.';

/** A fault, how it is made, the requirement that it is about, and what `check` says: what is wrong and what to do. */
type Fault = readonly [what: string, make: (copy: SpecCopy) => void, requirement: string | null, said: RegExp];

const faults: Fault[] = [
  [
    'an identifier used twice',
    (copy) => copy.replace('v1.0/oms.md', RULE, `${RULE}\n${RULE}`),
    'OMS-BUNDLE-1',
    /^spec\/v1\.0\/oms\.md:\d+: OMS-BUNDLE-1: line \d+ has the same identifier\. Take the next number of the area\.$/,
  ],
  [
    'a withdrawn identifier used again',
    (copy) => copy.replace('v1.1/oms.md', '[OMS-ROOT-5]', '[OMS-ROOT-1]'),
    'OMS-ROOT-1',
    /^spec\/v1\.1\/oms\.md:\d+: OMS-ROOT-1: the identifier was withdrawn in v1\.1: .* Take the next free number/,
  ],
  [
    'an identifier that vanished',
    (copy) => copy.replace('v1.1/oms.md', '[OMS-STORE-1]', '[OMS-STORE-9]'),
    'OMS-STORE-1',
    /^spec\/identifiers\.json:\d+: OMS-STORE-1: v1\.1 no longer has this requirement\. Restore it, or add "withdrawn"/,
  ],
  [
    'a requirement that says something else in the next version',
    (copy) => copy.replace('v1.1/oms.md', 'one JSON object in UTF-8.', 'one JSON value in UTF-8.'),
    'OMS-BUNDLE-1',
    /^spec\/v1\.1\/oms\.md:\d+: OMS-BUNDLE-1: it says something else than in v1\.0\. Give the new rule a number of its own/,
  ],
  [
    'an edited file of a frozen version',
    (copy) => {
      freezeBare(copy);
      copy.replace('v1.0/oms.md', 'In short:', 'In brief:');
    },
    null,
    /^spec\/v1\.0\/oms\.md:1: a file of a frozen version was changed\. Restore it from version control, or make a new version/,
  ],
  [
    'a file added to a frozen version',
    (copy) => {
      freezeBare(copy);
      copy.write('v1.0/notes.txt', 'a note\n');
    },
    null,
    /^spec\/v1\.0\/notes\.txt:1: a file was added to a frozen version\. Remove it\.$/,
  ],
  [
    'a wrong root digest in an example',
    (copy) => {
      const digest = /"sha256": "([0-9a-f]{64})"/.exec(copy.read('v1.0/examples/statement.json'))?.[1] ?? '';
      for (const file of ['v1.0/oms.md', 'v1.0/examples/statement.json']) copy.replace(file, digest, 'ab'.repeat(32));
    },
    'OMS-ROOT-1',
    /^spec\/v1\.0\/examples\/statement\.json:\d+: OMS-ROOT-1: the root digest is [0-9a-f]{64}\. Run npm run/,
  ],
  [
    'a link to no heading',
    (copy) => copy.replace('v1.0/oms.md', '(#10-the-envelope)', '(#10-envelope)'),
    null,
    /^spec\/v1\.0\/oms\.md:\d+: no heading answers to #10-envelope\. Correct the anchor\.$/,
  ],
  [
    'a requirement with two key words',
    (copy) => copy.replace('v1.0/oms.md', RULE, `${RULE} It SHOULD be short.`),
    'OMS-BUNDLE-1',
    /^spec\/v1\.0\/oms\.md:\d+: OMS-BUNDLE-1: it has 2 key words \(MUST, SHOULD\)\. Give each requirement one\.$/,
  ],
  [
    'a keyword that is none by the metaschema',
    (copy) => copy.replace('v1.0/schemas/envelope.schema.json', '"type": "array"', '"type": "arary"'),
    null,
    /^spec\/v1\.0\/schemas\/envelope\.schema\.json:1: #\/\S+\/type must be .* Correct the keyword\.$/,
  ],
  [
    'a reference that leads nowhere',
    (copy) => copy.replace('v1.0/schemas/bundle.schema.json', '"#/$defs/logEntry"', '"#/$defs/entry"'),
    null,
    /^spec\/v1\.0\/schemas\/\w+\.schema\.json:1: it does not compile: can't resolve reference .* Correct the schema\.$/,
  ],
  [
    'an algorithm that the schema lacks',
    (copy) => copy.replace('v1.0/algorithms.json', '"identifier": "blake3"', '"identifier": "blake4"'),
    'OMS-CONF-6',
    /^spec\/v1\.0\/schemas\/predicate\.schema\.json:\d+: OMS-CONF-6: the algorithms are .* Make the two the same/,
  ],
  [
    'a generated file that was edited',
    (copy) => copy.replace('v1.0/requirements.json', '"OMS-CONF-1"', '"OMS-CONF-0"'),
    null,
    /^spec\/v1\.0\/requirements\.json:\d+: it is not what its sources generate\. Run npm run fix\.$/,
  ],
  [
    'a narrower schema that nobody acknowledged',
    (copy) => copy.replace('v1.1/schemas/predicate.schema.json', '"minItems": 1', '"minItems": 2'),
    'OMS-RES-8',
    /^spec\/v1\.1\/schemas\/predicate\.schema\.json:\d+: OMS-RES-8: predicate#\/properties\/resources\/minItems is narrower, .* Undo it, or acknowledge it in spec\/compat\/v1\.0-v1\.1\.json with \{/,
  ],
  [
    'an acknowledgement of nothing',
    (copy) => copy.replace('compat/v1.0-v1.1.json', '$defs/annotations', '$defs/remarks'),
    null,
    /nothing changes at predicate#\/\$defs\/remarks any more that needs acknowledging\. Remove the entry\.$/m,
  ],
];

/** Freezes version 1.0 of a copy as `freeze` does, but without asking for vectors. */
function freezeBare(copy: SpecCopy): void {
  copy.write(lockPath('v1.0'), lockText('v1.0', copy.folder));
  copy.replace('versions.json', '"current"', '"frozen"');
}

describe('check', () => {
  it('finds nothing in a copy of the specification, frozen or not', async () => {
    const copy = new SpecCopy();
    expect(await check(copy.folder)).toEqual([]);
    freezeBare(copy);
    expect(await check(copy.folder)).toEqual([]);
  });

  it('names the line of a frozen file that was changed, where it was frozen in a repository', async () => {
    const copy = new SpecCopy();
    copy.keepOnly('v1.0');
    freezeBare(copy);
    copy.commit();
    copy.replace('v1.0/oms.md', '## 6. Canonical names\n', '## 6. Canonical names\n\n');
    const line = copy.read('v1.0/oms.md').split('\n').indexOf('## 6. Canonical names') + 1;
    const [finding] = await check(copy.folder);
    expect(finding).toMatchObject({ path: 'v1.0/oms.md', message: 'a file of a frozen version was changed' });
    expect([line, line + 1, line + 2]).toContain(finding?.line);
  });

  it.each(faults)('finds %s and says what to do', async (_what, make, requirement, said) => {
    const copy = new SpecCopy();
    make(copy);
    // The fault is in one version; to check the other as well only takes time.
    if (!/v1\\\.1|identifiers|remarks/.test(said.source)) copy.keepOnly('v1.0');
    const findings = await check(copy.folder);
    const lines = findings.map((finding) => formatFinding(finding));
    expect(lines).toContainEqual(expect.stringMatching(said));
    expect(findings.map((finding) => finding.requirement)).toContain(requirement);
  });
});

describe('changesetFindings', () => {
  const announce = (copy: SpecCopy, level: string) =>
    writeFileSync(path.join(copy.root, '.changeset/one.md'), `---\n'@model-signing/spec': ${level}\n---\n\nNews.\n`);

  it('finds a changeset smaller than what the schemas demand', () => {
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

  it('does not pass over in silence, where a machine decides, that there is no main branch', () => {
    const copy = new SpecCopy();
    copy.commit('topic');
    vi.stubEnv('CI', '');
    expect(changesetFindings(copy.folder)).toEqual([]);
    vi.stubEnv('CI', 'true');
    expect(changesetFindings(copy.folder)).toMatchObject([{ mend: 'Fetch it: git fetch origin main' }]);
    vi.unstubAllEnvs();
  });

  it('asks for news of a schema that accepts more, and of a changed sentence for a patch', () => {
    const copy = new SpecCopy();
    const since = copy.commit();
    expect(changesetFindings(copy.folder, since)).toEqual([]);
    copy.replace('v1.0/oms.md', 'In short:', 'In brief:');
    expect(changesetFindings(copy.folder, since)[0]?.message).toContain('which is patch');
    copy.replace('v1.0/schemas/predicate.schema.json', '"minItems": 1', '"minItems": 0');
    expect(changesetFindings(copy.folder, since)[0]?.message).toContain('which is minor');
  });
});
