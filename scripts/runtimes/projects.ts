// The README's program and the command, as each runtime runs them in a project of its own.
import path from 'node:path';

/** What a project runs: a program and its arguments. */
export type Line = readonly [program: string, ...words: string[]];

export interface Project {
  /** What the table calls it. */
  readonly title: string;
  /** The version that was tried. */
  readonly version: string;
  /** The files to write, by their names. */
  readonly files: Readonly<Record<string, string>>;
  /** Signs and verifies with the library. */
  readonly library: readonly Line[];
  /** The command, before its own arguments. */
  readonly command: Line;
}

/** The versions that are tried, exactly. Deno and Bun come as packages of npm. */
export const versions = { deno: '2.9.6', bun: '1.4.5' } as const;

/** Where npm puts the programs of Deno and Bun, which their own packages would only link. */
const programs: Readonly<Record<string, { readonly deno: string; readonly bun: string }>> = {
  'linux-x64': { deno: '@deno/linux-x64-glibc/deno', bun: '@oven/bun-linux-x64/bin/bun' },
  'linux-arm64': { deno: '@deno/linux-arm64-glibc/deno', bun: '@oven/bun-linux-aarch64/bin/bun' },
  'darwin-x64': { deno: '@deno/darwin-x64/deno', bun: '@oven/bun-darwin-x64/bin/bun' },
  'darwin-arm64': { deno: '@deno/darwin-arm64/deno', bun: '@oven/bun-darwin-aarch64/bin/bun' },
};

const compilerOptions = { module: 'NodeNext', target: 'ES2022', strict: true, types: ['node'] };
const json = (value: object) => `${JSON.stringify(value)}\n`;

/**
 * The projects.
 * @param program the program of the README, in TypeScript
 * @param modules the folder `node_modules` that all of them use
 * @throws {Error} on a platform for which npm has no Deno or Bun
 */
export function projects(program: string, modules: string, typescript: string): Project[] {
  const found = programs[`${process.platform}-${process.arch}`];
  if (!found) throw new Error(`there is no Deno or Bun to try on ${process.platform}-${process.arch}`);
  const node = process.execPath;
  const bin = path.join(modules, '@model-signing/cli/bin/model-signing.js');
  const deno: Line = [path.join(modules, found.deno), 'run', '--quiet', '--allow-all', '--node-modules-dir=manual'];
  const bun: Line = [path.join(modules, found.bun), 'run'];
  const esm = json({ type: 'module' });
  const tsconfig = json({ compilerOptions });
  const tsc: Line = [node, path.join(modules, 'typescript/bin/tsc'), '-p', 'tsconfig.json'];
  return [
    {
      ...{ title: 'Node.js, an ES module in strict TypeScript', version: `${process.versions.node}, ${typescript}` },
      files: { 'package.json': esm, 'tsconfig.json': tsconfig, 'program.ts': program },
      library: [tsc, [node, 'program.js']],
      command: [node, bin],
    },
    {
      ...{ title: 'Node.js, CommonJS', version: process.versions.node },
      files: { 'package.json': json({ type: 'commonjs' }), 'program.js': asCommonJs(program) },
      library: [[node, 'program.js']],
      command: [node, bin],
    },
    {
      ...{ title: 'Deno', version: versions.deno },
      files: { 'package.json': esm, 'program.ts': program },
      library: [[...deno, 'program.ts']],
      command: [...deno, bin],
    },
    {
      ...{ title: 'Bun', version: versions.bun },
      files: { 'package.json': esm, 'program.ts': program },
      library: [[...bun, 'program.ts']],
      command: [...bun, bin],
    },
  ];
}

/** A program as a module of CommonJS, which has no `await` outside of functions. */
export function asCommonJs(program: string): string {
  const imported = /^import (\{[^}]*\}) from ('[^']+');$/gm;
  const required = [...program.matchAll(imported)].map(([, names, from]) => `const ${names} = require(${from});`);
  return `${required.join('\n')}\n(async () => {\n${program.replaceAll(imported, '')}})();\n`;
}
