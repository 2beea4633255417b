import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { slug } from 'github-slugger';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { workflowFaults } from '../scripts/workflow-faults.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const page = read('docs/openssf.md');

/** The rows of the table below a heading, as cells. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
}

const scorecard = rowsBelow('Scorecard');
const badge = rowsBelow('Best Practices badge');

/** The checks of Scorecard 5. */
const checks = [
  ...['Binary-Artifacts', 'Branch-Protection', 'CI-Tests', 'CII-Best-Practices', 'Code-Review', 'Contributors'],
  ...['Dangerous-Workflow', 'Dependency-Update-Tool', 'Fuzzing', 'License', 'Maintained', 'Packaging'],
  ...['Pinned-Dependencies', 'SAST', 'SBOM', 'Security-Policy', 'Signed-Releases', 'Token-Permissions'],
  ...['Vulnerabilities', 'Webhooks'],
];

const workflowFiles = globSync('.github/workflows/*.yml', { cwd: root });

interface Workflow {
  readonly on: Record<string, unknown> | string[];
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: Readonly<Record<string, string>>; readonly environment?: string }>
  >;
}
const workflow = (name: string): Workflow => parse(read(`.github/workflows/${name}.yml`));
const events = (name: string) => Object.keys(workflow(name).on);

/** The beginnings of compiled programs and of archives of them, as bytes in Latin-1. */
const compiled = ['\x7fELF', 'MZ', '\xcf\xfa\xed\xfe', '\xca\xfe\xba\xbe', '\0asm', '!<arch>'];

function committedBinaries(): string[] {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 }).split(
    '\0',
  );
  const isProgram = (file: string) => {
    const start = readFileSync(path.join(root, file)).toString('latin1', 0, 8);
    return compiled.some((each) => start.startsWith(each));
  };
  const names = /\.(?:exe|dll|so|dylib|jar|class|node|wasm|pyc|o|a|apk|deb|rpm)$/;
  return files.filter(
    (file) => file !== '' && existsSync(path.join(root, file)) && (names.test(file) || isProgram(file)),
  );
}

/** The file that makes a folder one of a kind that Dependabot knows. */
const manifests: Readonly<Record<string, string>> = {
  npm: 'package.json',
  cargo: 'Cargo.toml',
  'github-actions': 'action.yml',
};

/** What must hold for each check that the page calls met. */
const claims: Readonly<Record<string, () => void>> = {
  'Binary-Artifacts': () => expect(committedBinaries()).toEqual([]),
  'CI-Tests': () => expect(events('ci')).toContain('pull_request'),
  'Dangerous-Workflow': () => expect(workflowFiles.flatMap((file) => workflowFaults(read(file)))).toEqual([]),
  'Dependency-Update-Tool': () => {
    const { updates } = parse(read('.github/dependabot.yml'));
    const kinds = updates.map((update: { 'package-ecosystem': string }) => update['package-ecosystem']);
    expect(kinds).toEqual(['npm', 'cargo', 'github-actions']);
    for (const { 'package-ecosystem': kind, directory, directories = [directory] } of updates) {
      for (const each of directories) {
        const file = kind === 'github-actions' && each === '/' ? '.github/workflows' : (manifests[kind] ?? '');
        expect(globSync(path.posix.join('.', each, file), { cwd: root }), `${kind} in ${each}`).not.toEqual([]);
      }
    }
  },
  Fuzzing: () => {
    expect(read('packages/core/src/format/names.test.ts')).toContain("from 'fast-check'");
    expect(events('fuzz')).toContain('schedule');
    expect(read('.github/workflows/release.yml')).toContain('--inputs 1000000');
  },
  License: () => expect(read('LICENSE')).toMatch(/Apache License\s+Version 2\.0/),
  Packaging: () => expect(workflow('release').jobs.publish?.permissions).toMatchObject({ 'id-token': 'write' }),
  'Pinned-Dependencies': () => {
    expect(workflowFiles.flatMap((file) => workflowFaults(read(file)))).toEqual([]);
    for (const file of globSync('{,*/,*/*/}package.json', { cwd: root, exclude: ['**/node_modules'] })) {
      const { dependencies, devDependencies } = JSON.parse(read(file));
      for (const [name, version] of Object.entries<string>({ ...dependencies, ...devDependencies })) {
        expect(version, `${name} in ${file}`).toMatch(/^\d+\.\d+\.\d+/);
      }
    }
  },
  SAST: () => {
    expect(events('codeql')).toEqual(expect.arrayContaining(['pull_request', 'push']));
    expect(read('.github/workflows/codeql.yml')).toContain('language: [actions, javascript-typescript, python, rust]');
  },
  SBOM: () => expect(workflow('release').jobs).toHaveProperty('bills'),
  'Security-Policy': () =>
    expect(read('SECURITY.md')).toMatch(/report a vulnerability[^#]*privately[^#]*within a week/is),
  'Signed-Releases': () => expect(workflow('release').jobs.sign?.permissions).toMatchObject({ 'id-token': 'write' }),
  'Token-Permissions': () => {
    for (const file of workflowFiles) {
      const { permissions } = parse(read(file)) as Workflow;
      expect(
        Object.entries(permissions).filter(([name, value]) => name !== 'contents' || value !== 'read'),
        file,
      ).toEqual([]);
    }
  },
};

describe('the page of the OpenSSF checks', () => {
  it('the page has a row for every check of Scorecard, each met by files or left to the hosting', () => {
    expect(scorecard.map(([name]) => name)).toEqual(checks);
    for (const [name, state] of scorecard) expect(['met', 'hosting'], name).toContain(state);
  });

  it('every check that is called met has a test here, and no other has', () => {
    expect(scorecard.filter(([, state]) => state === 'met').map(([name]) => name)).toEqual(Object.keys(claims));
  });

  it.each(Object.entries(claims))('what the page says of %s holds', (_, holds) => holds());

  it.each([...scorecard, ...badge])('the evidence for %s exists', (...cells) => {
    const links = [...(cells.at(-1) ?? '').matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    if (cells[1] === 'met' && cells[0] !== 'Binary-Artifacts') expect(links).not.toEqual([]);
    for (const link of links) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? 'docs/openssf.md' : path.posix.join('docs', file);
      expect(existsSync(path.join(root, target)), link).toBe(true);
      if (anchor === undefined) continue;
      const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slug(heading));
      expect(headings, link).toContain(anchor);
    }
  });

  it('the settings that the page asks for name what the workflows have', () => {
    expect(page).toContain('`ci-ok`');
    expect(workflow('ci').jobs).toHaveProperty('ci-ok');
    expect(workflow('release').jobs.publish?.environment).toBe('npm');
  });
});
