// Checks the worked lineage: what is committed is what the command prints for it, and an example that is made anew has the same lineage.
// `--write` makes the committed example anew, which changes its keys and so each of its files.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { example, forms, lineage } from './command.ts';
import { makeExample } from './make.ts';

const [option, ...others] = process.argv.slice(2);
if (others.length > 0 || !['--write', '--print', undefined].includes(option)) {
  throw new Error('usage: lineage [--write | --print]');
}

if (option === '--write') {
  rmSync(example, { recursive: true, force: true });
  mkdirSync(example, { recursive: true });
  await makeExample(example);
}
if (option !== undefined) {
  for (const [name, form] of Object.entries(forms)) {
    writeFileSync(path.join(example, name), await lineage(example, form));
  }
}
await checkCommitted();
await checkAnew();
process.stdout.write('the worked lineage is what the command prints, and one that is made anew has the same lineage\n');

async function checkCommitted(): Promise<void> {
  for (const [name, form] of Object.entries(forms)) {
    const printed = await lineage(example, form);
    if (readFileSync(path.join(example, name), 'utf8') === printed) continue;
    throw new Error(
      `docs/examples/lineage/${name} is not what the command prints: run npm run lineage -w @model-signing/interop -- --print`,
    );
  }
}

async function checkAnew(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lineage-example-'));
  try {
    await makeExample(folder);
    const anew = shapeOf(await lineage(folder, ['--json']));
    const committed = shapeOf(readFileSync(path.join(example, 'lineage.json'), 'utf8'));
    if (!isDeepStrictEqual(anew, committed)) throw new Error('an example that is made anew has another lineage');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A lineage without keys and times, which differ each time. */
function shapeOf(json: string): unknown {
  const { nodes, edges, conflicts, unlinked, problems, counts, statements } = JSON.parse(json);
  const signers = statements.map(({ signer, ...statement }: { signer: { method: string } }) => ({
    ...statement,
    method: signer.method,
  }));
  return { nodes, edges, conflicts, unlinked, problems, counts, signers };
}
