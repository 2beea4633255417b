/** `npm run action` writes what a runner needs: `action.yml` of each action, the bundle, and the licences of what is in it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generated } from './generated.ts';

const folder = path.resolve(import.meta.dirname, '..');

rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
let bytes = 0;
for (const { name, text } of await generated()) {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  bytes += readFileSync(file).length;
}
process.stdout.write(`action: ${bytes} bytes\n`);
