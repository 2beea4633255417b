import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { SPEC_FOLDER } from '../layout.ts';

/** A copy of the specification, without vectors, that a test may damage; removed when the test ends. */
export class SpecCopy {
  /** The folder of the package, with a trailing separator. */
  readonly folder: string;
  readonly root: string;

  constructor() {
    this.root = mkdtempSync(path.join(tmpdir(), 'oms-spec-'));
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    this.folder = `${path.join(this.root, 'spec')}${path.sep}`;
    const skipped = ['dist', 'node_modules', 'src', 'tools', 'locks', 'reviews'].map((name) =>
      path.join(SPEC_FOLDER, name),
    );
    cpSync(SPEC_FOLDER, this.folder, { recursive: true, filter: (from) => !skipped.includes(from) });
    mkdirSync(path.join(this.root, '.changeset'));
    // In a frozen version, every damage would only be reported as a change to a frozen file.
    this.write('versions.json', this.read('versions.json').replaceAll('"frozen"', '"current"'));
  }

  read(file: string): string {
    return readFileSync(this.folder + file, 'utf8');
  }

  write(file: string, content: string): void {
    mkdirSync(path.dirname(this.folder + file), { recursive: true });
    writeFileSync(this.folder + file, content);
  }

  /** Replaces every occurrence of a text in a file; throws when there is none. */
  replace(file: string, before: string, after: string): void {
    const content = this.read(file);
    if (!content.includes(before)) throw new Error(`${file} does not contain ${before}`);
    this.write(
      file,
      content.replaceAll(before, () => after),
    );
  }

  /** Removes every other version from the list. */
  keepOnly(version: string): void {
    const list = JSON.parse(this.read('versions.json')) as { version: string }[];
    this.write('versions.json', JSON.stringify(list.filter((each) => each.version === version)));
  }

  /** Commits everything to a repository of its own; returns the commit. */
  commit(branch = 'main'): string {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: this.root, encoding: 'utf8' });
    git('init', '--quiet', '--initial-branch', branch);
    git('add', '--all');
    git('-c', 'user.name=test', '-c', 'user.email=test@example.org', 'commit', '--quiet', '--message', 'all');
    return git('rev-parse', 'HEAD').trim();
  }
}
