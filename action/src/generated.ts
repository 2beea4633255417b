import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type BundledFile, bundle } from './bundle.ts';
import { metadata } from './metadata.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The files of the actions that are made, by their paths in this workspace. */
export async function generated(): Promise<readonly BundledFile[]> {
  const { files, packages } = await bundle();
  return [
    { name: 'sign/action.yml', text: metadata('sign') },
    { name: 'verify/action.yml', text: metadata('verify') },
    { name: 'dist/package.json', text: '{ "type": "commonjs" }\n' },
    { name: 'dist/sign.cjs', text: entry("act('sign')") },
    { name: 'dist/verify.cjs', text: entry("act('verify')") },
    { name: 'dist/command.cjs', text: entry('command()') },
    ...files.map(({ name, text }) => ({ name: `dist/${name}`, text })),
    { name: 'dist/licenses.txt', text: packages.map(license).join('\n') },
  ];
}

/** A file that a runner or an action starts. A fault of ours has no verdict, and is not printed as a command to the runner. */
function entry(call: string): string {
  return `'use strict';
require('./index.cjs')
  .${call}
  .catch((error) => {
    process.stderr.write(\`model-signing: \${String(error && error.message).replace(/[^ -~]/g, '?')}\\n\`);
    process.exitCode = 3;
  });
`;
}

/** The licence of a package in the bundle, in its own words. */
export function license(folder: string): string {
  const { name, version, license: id } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  const [file] = globSync('{LICENSE,LICENCE,license}*', { cwd: path.join(root, folder) }).sort();
  const text = file === undefined ? `${id}\n` : readFileSync(path.join(root, folder, file), 'utf8');
  return `${name} ${version}\n\n${text.replaceAll('\r\n', '\n').trimEnd()}\n`;
}
