// `npm run memory`: measures what one file of a model costs in memory, and writes the table into docs/library.md.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FILES = 100_000;
const NAME_LENGTHS = [20, 200, 1000];

const page = fileURLToPath(new URL('../docs/library.md', import.meta.url));
const core = new URL('../packages/core/dist/index.js', import.meta.url).href;

/** A model of empty files, or of a few bytes each, whose names have this many characters. */
function makeModel(root: string, files: number, nameLength: number): void {
  const own = 8;
  const components = Math.ceil((nameLength - own) / 200);
  const rest = nameLength - own - components;
  const names = Array.from({ length: components }, (_, i) =>
    'd'.repeat(Math.max(1, Math.floor((rest + i) / components))),
  );
  const directory = path.join(root, ...names);
  mkdirSync(directory, { recursive: true });
  for (let i = 0; i < files; i++) writeFileSync(path.join(directory, String(i).padStart(own, '0')), `${i}`);
}

/** Runs in a process of its own: signs or verifies, and prints the most resident memory, in bytes. */
const PROGRAM = `
import { readFileSync, writeFileSync } from 'node:fs';
import { keySigner, keyVerifier, localModel, signModel, verifyModel } from ${JSON.stringify(core)};
const [verb, root, key, publicKey, signature] = process.argv.slice(2);
const options = { threads: 1 };
if (verb === 'sign') {
  const { bundle } = await signModel(localModel(root), keySigner({ privateKey: readFileSync(key) }), options);
  writeFileSync(signature, bundle);
} else {
  const verifier = keyVerifier({ publicKey: readFileSync(publicKey) });
  await verifyModel(localModel(root), readFileSync(signature), verifier, options);
}
console.log(process.resourceUsage().maxRSS * 1024);
`;

interface Row {
  readonly nameLength: number;
  readonly sign: number;
  readonly verify: number;
  readonly bundle: number;
}

function measure(folder: string): Row[] {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [program, key, pub, signature] = ['run.mjs', 'key.pem', 'key.pub', 'model.sig'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string, string];
  writeFileSync(program, PROGRAM);
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(pub, publicKey.export({ type: 'spki', format: 'pem' }));
  const run = (verb: string, root: string) =>
    Number(execFileSync(process.execPath, [program, verb, root, key, pub, signature], { encoding: 'utf8' }));
  const both = (files: number, nameLength: number) => {
    const root = path.join(folder, `model-${files}-${nameLength}`);
    makeModel(root, files, nameLength);
    const [sign, verify] = [run('sign', root), run('verify', root)];
    return { sign, verify, bundle: readFileSync(signature).length };
  };
  const least = both(1, 20);
  return NAME_LENGTHS.map((nameLength) => {
    const { sign, verify, bundle } = both(FILES, nameLength);
    const each = (bytes: number, none: number) => Math.round((bytes - none) / FILES / 10) * 10;
    return {
      nameLength,
      sign: each(sign, least.sign),
      verify: each(verify, least.verify),
      bundle: each(bundle, least.bundle),
    };
  });
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ nameLength, sign, verify, bundle }) => `| ${nameLength} characters | ${bundle} B | ${sign} B | ${verify} B |`,
  );
  return ['| name | in the bundle | to sign | to verify |', '|---|---|---|---|', ...lines].join('\n');
}

const folder = mkdtempSync(path.join(tmpdir(), 'memory-'));
try {
  const text = readFileSync(page, 'utf8');
  const [before, , after] = text.split(/<!-- \/?memory -->/);
  if (before === undefined || after === undefined) throw new Error('docs/library.md has no place for the table');
  writeFileSync(page, `${before}<!-- memory -->\n\n${table(measure(folder))}\n\n<!-- /memory -->${after}`);
} finally {
  rmSync(folder, { recursive: true });
}
