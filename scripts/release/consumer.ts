// What a user of the published packages does, in an empty project outside the workspace.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PublishedPackage } from './packages.ts';
import { run } from './shell.ts';
import { verifyTarballs } from './tarballs.ts';

export interface ConsumerOptions {
  /** An empty folder outside the workspace. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly packages: readonly PublishedPackage[];
  /** Exact versions of the tools to compile with. */
  readonly tools: Readonly<Record<string, string>>;
  /** Folder with the assets of the release, and with the key to verify them. */
  readonly assets: string;
  /** The address of the source repository that the packages name. */
  readonly source: string;
  readonly step: (title: string, work: () => Promise<string>) => Promise<void>;
}

/** Installs the packages from the registry and uses each in every documented way. */
export async function consume(options: ConsumerOptions): Promise<void> {
  const { folder, env, packages, tools, step } = options;
  const inFolder = { cwd: folder, env };
  const node = (...args: string[]) => run(process.execPath, args, inFolder);
  const bin = (name: string, ...args: string[]) => node(commandFile(folder, name), ...args);
  makeProject(folder);

  await step('install in an empty project', async () => {
    const names = packages.map(({ name }) => `${name}@latest`);
    const wanted = [...names, ...Object.entries(tools).map(([name, version]) => `${name}@${version}`)];
    await run('npm', ['install', '--save-exact', '--ignore-scripts', ...wanted], inFolder);
    const { dependencies } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return packages.map(({ name }) => `${name} ${dependencies[name]}`).join(', ');
  });
  await step('verify the signed tarballs that it downloads', () => verifyTarballs(options));
  await step('check the source repository of each package', async () => {
    for (const { name, directory } of packages) {
      const found = await run('npm', ['view', name, 'repository', '--json'], { ...inFolder, onlyOutput: true });
      const { url, directory: there } = JSON.parse(found);
      if (url !== `git+${options.source}.git` || there !== directory)
        throw new Error(`${name} names ${found} as its source`);
    }
    return `${options.source}, each package with its folder`;
  });
  await step('sign and verify with the installed command', async () => {
    await run(
      'openssl',
      ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'key.pem'],
      inFolder,
    );
    await run('openssl', ['pkey', '-in', 'key.pem', '-pubout', '-out', 'key.pub.pem'], inFolder);
    await bin('model-signing', 'sign', 'key', 'model', '--private-key', 'key.pem', '--signature', 'model.sig');
    return bin('model-signing', 'verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub.pem');
  });
  await step('use the library from an ECMAScript module', () => node('esm.mjs'));
  await step('use the library from CommonJS', () => node('commonjs.cjs'));
  for (const resolution of ['nodenext', 'bundler']) {
    await step(`check the types with module resolution ${resolution}`, async () => {
      await node(path.join('node_modules', 'typescript', 'bin', 'tsc'), '-p', `tsconfig.${resolution}.json`);
      return 'no errors';
    });
  }
  if (packages.some(({ name }) => name.endsWith('/conformance'))) {
    await step('run the conformance suite', () => bin('oms-conformance', 'list'));
  }
}

/** The script of an installed command; the file on the PATH is not one that Node can run on every system. */
function commandFile(folder: string, command: string): string {
  const packageOf: Readonly<Record<string, string>> = {
    'model-signing': '@model-signing/cli',
    'oms-conformance': '@model-signing/conformance',
  };
  const directory = path.join(folder, 'node_modules', packageOf[command] as string);
  const { bin } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
  return path.join(directory, bin[command]);
}

function makeProject(folder: string): void {
  cpSync(path.join(import.meta.dirname, 'consumer'), folder, { recursive: true });
  mkdirSync(path.join(folder, 'model'));
  writeFileSync(path.join(folder, 'model', 'config.json'), '{}\n');
  writeFileSync(path.join(folder, 'model', 'weights.bin'), Buffer.alloc(100_000, 7));
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  for (const [resolution, module] of [
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ]) {
    const compilerOptions = {
      module,
      moduleResolution: resolution,
      target: 'es2023',
      strict: true,
      noEmit: true,
      types: ['node'],
    };
    writeFileSync(
      path.join(folder, `tsconfig.${resolution}.json`),
      JSON.stringify({ compilerOptions, files: ['program.ts'] }),
    );
  }
}
