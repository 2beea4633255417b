// `npm run native`: builds the native engine for this machine and tries it; `-- --target linux-x64-musl`: for another platform, by
// zig; `-- --release`: as it is published.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { digestOf, setOutput } from '../release/sums.ts';
import { buildEngine, hostPlatform } from './cargo.ts';
import { platformNamed } from './platforms.ts';
import { tryEngine } from './try.ts';

try {
  const { values } = parseArgs({
    options: { target: { type: 'string' }, release: { type: 'boolean', default: false } },
  });
  const start = performance.now();
  const host = hostPlatform();
  const platform = values.target === undefined ? host : platformNamed(values.target);
  const file = buildEngine(platform, { release: values.release });
  if (platform === host) await tryEngine(file);
  setOutput(platform.name, digestOf(readFileSync(file)));
  console.log(`${path.relative('', file)}: built in ${Math.round((performance.now() - start) / 1000)} s`);
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
}
