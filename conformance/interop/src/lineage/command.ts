import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../../../..');

/** The worked example in the repository. */
export const example = path.join(root, 'docs/examples/lineage');

const command = path.join(root, 'packages/cli/bin/model-signing.js');

const started = promisify(execFile);

/**
 * Runs `model-signing` in a folder, and returns what it prints.
 * @throws {Error} with what it said, if it fails
 */
export async function run(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await started(process.execPath, [command, ...args], {
    cwd: folder,
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

const operands = ['corpus', 'base', 'assistant', 'assistant-q4'];

/** The lineage of the example in each form that it is committed in, by file name. */
export const forms: Readonly<Record<string, readonly string[]>> = {
  'lineage.txt': [],
  'lineage.json': ['--json'],
  'lineage.html': ['--html'],
  'lineage.svg': ['--svg'],
  'lineage.mmd': ['--mermaid'],
};

/** The lineage of an example in one of the forms. It is printed only if all of it is verified. */
export async function lineage(folder: string, form: readonly string[]): Promise<string> {
  const printed = await run(folder, ['lineage', ...operands, '--policy', 'policy.json', '--require-verified', ...form]);
  return form.includes('--json') ? `${JSON.stringify(JSON.parse(printed), null, 2)}\n` : printed;
}
