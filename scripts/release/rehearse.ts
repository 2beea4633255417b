// `npm run release:rehearse`: a whole release, from changesets to a user who installs it, against a registry on loopback.
// It works in a temporary clone of the committed files, so that versions, tags and packages stay there.
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';
import { makeBills, type Parts, signAssets } from './assets.ts';
import { consume } from './consumer.ts';
import { makeEnginePackages } from './engines.ts';
import { rehearseExtras } from './extra-user.ts';
import { packAll } from './pack.ts';
import { assetName, isEngine, PAGE, type PublishedPackage, publishedPackages } from './packages.ts';
import { publishAll } from './publish.ts';
import { type Registry, startRegistry } from './registry.ts';
import { setRepository } from './repository.ts';
import { type RunOptions, run } from './shell.ts';
import { makeKeyPair } from './tarballs.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The source address in a rehearsal: a reserved name that has no owner. */
const SOURCE = 'https://github.example/model-signing/model-signing';

interface Step {
  readonly title: string;
  readonly result: string;
  readonly seconds: number;
}

const steps: Step[] = [];

/** Runs one step of the release and records its result, the last line of its output. */
async function step(title: string, work: () => Promise<string>): Promise<void> {
  process.stdout.write(`${title} … `);
  const start = performance.now();
  const output = await work();
  const result = output.trim().split('\n').at(-1) ?? '';
  steps.push({ title, result, seconds: (performance.now() - start) / 1000 });
  console.log(styleText('green', result || 'done'));
}

class Rehearsal {
  readonly #clone: string;
  readonly #registry: Registry;
  readonly #inClone: RunOptions;

  constructor(clone: string, registry: Registry) {
    this.#clone = clone;
    this.#registry = registry;
    this.#inClone = { cwd: clone, env: registry.env };
  }

  packages(): PublishedPackage[] {
    return publishedPackages(this.#clone);
  }

  async prepare(): Promise<void> {
    const { env } = this.#inClone;
    await step('clone', () =>
      run('git', ['clone', '--quiet', '--no-hardlinks', root, this.#clone], { cwd: root, env }),
    );
    // Install the locked packages from the machine's own registry, because the release has not begun.
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
    await step('install', () => run('npm', ['ci', ...flags], { cwd: this.#clone, env: process.env }));
  }

  async version(): Promise<void> {
    await step('version', async () => {
      await this.#changeset('version');
      await this.#commit('Version packages');
      return this.#versions();
    });
  }

  /** Compiles the engine of this machine and makes its package, as the workflow does for each platform. */
  async engine(): Promise<void> {
    await step('compile the native engine', async () => {
      if (spawnSync('cargo', ['--version']).status !== 0) {
        if (process.env.CI) throw new Error('cargo is not installed');
        return 'skipped: cargo is not installed';
      }
      await run(process.execPath, ['scripts/native/build.ts', '--release'], this.#inClone);
      return makeEnginePackages(this.#clone);
    });
  }

  async build(): Promise<void> {
    await step('build', () => run('npm', ['run', '--silent', 'build'], this.#inClone));
    await step('check the packages with publint and attw', async () => {
      await run('npm', ['run', '--silent', 'packages'], this.#inClone);
      return 'no problems';
    });
  }

  /** Packs the packages as the workflow does, and returns the digest of the list of digests. */
  async pack(tarballs: string): Promise<string> {
    let sums = '';
    await step('pack', async () => {
      sums = await packAll(this.#clone, this.packages(), tarballs, this.#registry.env);
      return `${this.packages().length} tarballs and ${PAGE.name}`;
    });
    return sums;
  }

  /** Publishes the very tarballs that were packed, and checks that the registry serves them. */
  async publish(tag: string, tarballs: string, sums: string): Promise<void> {
    await step(`publish under ${tag}`, async () => {
      const released = await this.#publish(tarballs, sums);
      const expected = this.packages().map(assetName).sort();
      if (released.sort().join() !== expected.join()) throw new Error(`published ${released}, expected ${expected}`);
      for (const { name, version } of this.packages()) {
        const tags = await this.#distTags(name);
        if (tags[tag] !== version) throw new Error(`the tag ${tag} of ${name} is ${tags[tag]}, expected ${version}`);
      }
      return `${released.length} packages`;
    });
  }

  async publishAgain(tarballs: string, sums: string): Promise<void> {
    await step('publish again', async () => {
      const before = await this.#published();
      await this.#publish(tarballs, sums);
      if ((await this.#published()) !== before) throw new Error('publishing twice published something');
      return 'nothing to do';
    });
  }

  /** A tarball that another job changed must not be published. */
  async refuseChanged(tarballs: string, sums: string): Promise<void> {
    await step('publish a changed tarball', async () => {
      const changed = `${tarballs}-changed`;
      cpSync(tarballs, changed, { recursive: true });
      const [first] = this.packages();
      if (!first) throw new Error('there is no package');
      appendFileSync(path.join(changed, `${assetName(first)}.tgz`), 'x');
      const refused = await this.#publish(changed, sums).then(
        () => null,
        (error: Error) => error.message,
      );
      if (refused === null) throw new Error('a changed tarball was published');
      return `refused: ${refused}`;
    });
  }

  #publish(tarballs: string, sums: string): Promise<string[]> {
    return publishAll(tarballs, sums, { env: this.#registry.env, provenance: false });
  }

  /** A pre-release must not become the default version. */
  async prerelease(): Promise<void> {
    const latest = await this.#latest();
    await step('enter a pre-release', async () => {
      await this.#changeset('pre', 'enter', 'next');
      const versioned = this.packages().filter((each) => !isEngine(each));
      const changed = versioned.map(({ name }) => `'${name}': patch\n`);
      writeFileSync(
        path.join(this.#clone, '.changeset', 'rehearsal.md'),
        `---\n${changed.join('')}---\n\nA rehearsal.\n`,
      );
      await this.#changeset('version');
      await this.#commit('Version packages (next)');
      return this.#versions();
    });
    await this.engine();
    await step('build', () => run('npm', ['run', '--silent', 'build'], this.#inClone));
    const tarballs = path.join(this.#clone, '../tarballs-next');
    await this.publish('next', tarballs, await this.pack(tarballs));
    if ((await this.#latest()) !== latest) throw new Error('the pre-release moved the tag latest');
  }

  /** Sets the source address, which a workflow takes from its environment. */
  async nameSource(address: string): Promise<void> {
    await step('set the source repository', async () => setRepository(this.#clone, address));
  }

  /** Signs the tarballs that were published, each with its bill of materials. */
  async sign(parts: Parts, assets: string): Promise<void> {
    const { env } = this.#registry;
    const released = this.packages().map(assetName);
    let billSums = '';
    await step('make bills of materials', async () => {
      billSums = await makeBills(parts, released, env);
      return `${released.length} bills`;
    });
    await step('sign tarballs and bills', async () => {
      await makeKeyPair(assets, 'release', env);
      const how = ['key', '--private-key', 'release.pem'] as const;
      const command = path.join(this.#clone, 'packages/cli/bin/model-signing.js');
      return signAssets(parts, released, assets, { billSums, command, how, env });
    });
  }

  #changeset(...args: string[]): Promise<string> {
    return run('npx', ['--no-install', 'changeset', ...args], this.#inClone);
  }

  #commit(message: string): Promise<string> {
    const identity = ['-c', 'user.name=Rehearsal', '-c', 'user.email=rehearsal@model-signing.example'];
    return run('git', [...identity, 'commit', '--quiet', '--all', '--message', message], this.#inClone);
  }

  #versions(): string {
    return this.packages()
      .map(({ name, version }) => `${name} ${version}`)
      .join(', ');
  }

  async #distTags(name: string): Promise<Record<string, string>> {
    return JSON.parse(await run('npm', ['view', name, 'dist-tags', '--json', '--prefer-online'], this.#inClone));
  }

  async #latest(): Promise<string> {
    const tags = await Promise.all(this.packages().map(({ name }) => this.#distTags(name)));
    return tags.map(({ latest }) => latest).join(' ');
  }

  async #published(): Promise<string> {
    const names = this.packages().map(({ name }) => name);
    const views = names.map((name) =>
      run('npm', ['view', name, 'versions', '--json', '--prefer-online'], this.#inClone),
    );
    return (await Promise.all(views)).join('');
  }
}

function toolVersions(): Record<string, string> {
  const { devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return { typescript: devDependencies.typescript, '@types/node': devDependencies['@types/node'] };
}

const work = mkdtempSync(path.join(tmpdir(), 'model-signing-release-'));
const registry = await startRegistry(path.join(work, 'registry'), '@model-signing');
try {
  const rehearsal = new Rehearsal(path.join(work, 'clone'), registry);
  await rehearsal.prepare();
  await rehearsal.version();
  await rehearsal.nameSource(SOURCE);
  await rehearsal.engine();
  await rehearsal.build();
  const assets = path.join(work, 'assets');
  mkdirSync(assets);
  const parts = { tarballs: path.join(work, 'tarballs'), bills: path.join(work, 'bills') };
  const sums = await rehearsal.pack(parts.tarballs);
  await rehearsal.refuseChanged(parts.tarballs, sums);
  await rehearsal.publish('latest', parts.tarballs, sums);
  await rehearsal.publishAgain(parts.tarballs, sums);
  await rehearsal.sign({ ...parts, tarballSums: sums }, assets);
  const folder = path.join(work, 'consumer');
  mkdirSync(folder);
  await consume({
    folder,
    env: registry.env,
    packages: rehearsal.packages(),
    tools: toolVersions(),
    assets,
    page: path.join(parts.tarballs, PAGE.name),
    source: SOURCE,
    step,
  });
  const extras = path.join(work, 'extras');
  mkdirSync(extras);
  await rehearseExtras({
    clone: path.join(work, 'clone'),
    root,
    tarballs: parts.tarballs,
    work: extras,
    keys: assets,
    consumer: folder,
    env: registry.env,
    step,
  });
  await rehearsal.prerelease();
  console.log(
    `\n${steps.length} steps passed in ${Math.round(steps.reduce((sum, { seconds }) => sum + seconds, 0))} s`,
  );
} finally {
  await registry.stop();
  rmSync(work, { recursive: true, force: true });
}
