// What a user of the published packages does, in an empty project outside the workspace.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { useNativeEngine } from './native-user.ts';
import { isEngine } from './packages.ts';
import { run } from './shell.ts';
import { type Consumer, makeKeyPair, verifyPage, verifyTarballs } from './tarballs.ts';

export interface ConsumerOptions extends Consumer {
  /** Exact versions of the tools to compile with. */
  readonly tools: Readonly<Record<string, string>>;
  /** The address of the source repository that the packages name. */
  readonly source: string;
  readonly step: (title: string, work: () => Promise<string>) => Promise<void>;
}

/** Installs the packages from the registry and uses each in every documented way. */
export async function consume(options: ConsumerOptions): Promise<void> {
  const { folder, env, packages, step } = options;
  const node = (...args: string[]) => run(process.execPath, args, { cwd: folder, env });
  makeProject(folder);
  await step('install in an empty project', () => install(options));
  await step('verify the signed tarballs that it downloads', () => verifyTarballs(options));
  await step('verify the signed page that verifies in a browser', () => verifyPage(options));
  await step('check the source repository of each package', () => checkSource(options));
  await step('sign and verify with the installed command', () => signAndVerify(options));
  await useNativeEngine(options);
  await step('use the library from an ECMAScript module', () => node('esm.mjs'));
  await step('use the library from CommonJS', () => node('commonjs.cjs'));
  for (const resolution of ['nodenext', 'bundler']) {
    await step(`check the types with module resolution ${resolution}`, async () => {
      await node(path.join('node_modules', 'typescript', 'bin', 'tsc'), '-p', `tsconfig.${resolution}.json`);
      return 'no errors';
    });
  }
  if (packages.some(({ name }) => name.endsWith('/conformance'))) {
    await step('run the conformance suite', () => node(commandFile(folder, 'oms-conformance'), 'list'));
  }
}

async function install({ folder, env, packages, tools }: ConsumerOptions): Promise<string> {
  // Compiled engines come with the packages that name them as optional dependencies.
  const asked = packages.filter((each) => !isEngine(each));
  const names = asked.map(({ name }) => `${name}@latest`);
  const wanted = [...names, ...Object.entries(tools).map(([name, version]) => `${name}@${version}`)];
  await run('npm', ['install', '--save-exact', '--ignore-scripts', ...wanted], { cwd: folder, env });
  const { dependencies } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return asked.map(({ name }) => `${name} ${dependencies[name]}`).join(', ');
}

async function checkSource({ folder, env, packages, source }: ConsumerOptions): Promise<string> {
  for (const { name, source: from } of packages) {
    const found = await run('npm', ['view', name, 'repository', '--json'], { cwd: folder, env, onlyOutput: true });
    const { url, directory: there } = JSON.parse(found);
    if (url !== `git+${source}.git` || there !== from) {
      throw new Error(`${name} names ${found} as its source`);
    }
  }
  return `${source}, each package with its folder`;
}

async function signAndVerify({ folder, env }: ConsumerOptions): Promise<string> {
  const inFolder = { cwd: folder, env };
  const command = commandFile(folder, 'model-signing');
  await makeKeyPair(folder, 'key', env);
  const common = ['key', 'model', '--signature', 'model.sig'];
  await run(process.execPath, [command, 'sign', ...common, '--private-key', 'key.pem'], inFolder);
  return run(process.execPath, [command, 'verify', ...common, '--public-key', 'key.pub.pem'], inFolder);
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
