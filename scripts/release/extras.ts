// What a release has besides packages: the container image and the programs in one file, each with its bill of materials.
// `node scripts/release/extras.ts EXTRAS SIGNATURES` signs each with the identity of a CI job. EXTRAS holds a folder for each; the
// variable EXTRAS is the digest of the list of each folder, in JSON by its name.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SignOptions } from './assets.ts';
import { run } from './shell.ts';
import { checkSums, setOutput, writeSums } from './sums.ts';

/** A folder with a published file, its bill, and the list of both. */
export interface Extra {
  readonly folder: string;
  /** The digest of the list. */
  readonly sums: string;
}

const BILL = '.cdx.json';

/**
 * Signs each published file together with its bill, as one model, into a folder of signatures.
 * @returns their names, without endings
 * @throws {Error} if a folder holds anything else
 */
export async function signExtras(
  extras: readonly Extra[],
  signatures: string,
  { command, how, env }: Omit<SignOptions, 'billSums'>,
): Promise<string[]> {
  const [method, ...flags] = how;
  mkdirSync(signatures, { recursive: true });
  const names: string[] = [];
  for (const extra of extras) {
    const { name, files } = filesOf(extra);
    const model = path.join(mkdtempSync(path.join(tmpdir(), 'model-signing-extra-')), name);
    try {
      mkdirSync(model);
      for (const each of files) copyFileSync(path.join(extra.folder, each), path.join(model, each));
      const signature = path.join(signatures, `${name}.sig`);
      await run(process.execPath, [command, 'sign', method, model, ...flags, '--signature', signature], {
        cwd: signatures,
        env,
      });
    } finally {
      rmSync(path.dirname(model), { recursive: true });
    }
    names.push(name);
  }
  return names;
}

/** The published file and its bill. @throws {Error} */
function filesOf({ folder, sums }: Extra): { readonly name: string; readonly files: readonly string[] } {
  const files = checkSums(folder, sums);
  const [bill, ...more] = files.filter((each) => each.endsWith(BILL));
  const name = bill?.slice(0, -BILL.length) ?? '';
  const fits = files.length === 2 && more.length === 0 && /^model-signing-[\w.-]+$/.test(name);
  if (!fits || !files.every((each) => each.startsWith(`${name}.`)))
    throw new Error(`${path.basename(folder)} holds ${files.join(', ')} instead of a file and its bill`);
  return { name, files };
}

/** The folders that earlier jobs made, which must be all that there are. @throws {Error} */
export function extrasFrom(parent: string, digests: string): Extra[] {
  const expected: Readonly<Record<string, unknown>> = JSON.parse(digests);
  const found = readdirSync(parent).sort();
  if (found.join() !== Object.keys(expected).sort().join()) throw new Error(`there are ${found.join(', ')}`);
  return found.map((name) => ({ folder: path.join(parent, name), sums: String(expected[name]) }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [parent, signatures, ...more] = process.argv.slice(2);
  if (!parent || !signatures || more.length > 0)
    throw new Error('usage: node scripts/release/extras.ts EXTRAS SIGNATURES');
  const command = path.resolve(import.meta.dirname, '../../packages/cli/bin/model-signing.js');
  const how = ['sigstore', '--use-ambient-credentials'] as const;
  const { env } = process;
  const extras = extrasFrom(path.resolve(parent), env.EXTRAS ?? '{}');
  const folder = path.resolve(signatures);
  console.log((await signExtras(extras, folder, { command, how, env })).join('\n'));
  setOutput('sums', writeSums(folder));
}
