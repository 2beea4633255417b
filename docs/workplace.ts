import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export const root = path.resolve(import.meta.dirname, '..');

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/**
 * A folder like a user's, with the commands on the path, the libraries installed and, unless the document makes it, a model;
 * removed after the test.
 */
export function workplace(hasModel = true): { readonly folder: string; readonly env: NodeJS.ProcessEnv } {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-guide-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (hasModel) {
    mkdirSync(path.join(folder, 'my-model'));
    writeFileSync(path.join(folder, 'my-model', 'config.json'), '{}');
  }
  mkdirSync(path.join(folder, 'bin'));
  const command = path.join(root, 'packages/cli/bin/model-signing.js');
  const shims = { 'model-signing': `'${process.execPath}' '${command}'`, node: `'${process.execPath}'` };
  for (const [name, program] of Object.entries(shims)) {
    writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\nexec ${program} "$@"\n`, { mode: 0o755 });
  }
  mkdirSync(path.join(folder, 'node_modules', '@model-signing'), { recursive: true });
  for (const name of ['core', 'sources']) {
    symlinkSync(path.join(root, 'packages', name), path.join(folder, 'node_modules', '@model-signing', name));
  }
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  const PATH = `${path.join(folder, 'bin')}${path.delimiter}${process.env.PATH}`;
  return { folder, env: { ...process.env, PATH, XDG_CONFIG_HOME: path.join(folder, '.config') } };
}
