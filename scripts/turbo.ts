// Runs turbo with its telemetry off, on every platform.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const manifest = createRequire(import.meta.url).resolve('turbo/package.json');
const { status } = spawnSync(
  process.execPath,
  [path.join(path.dirname(manifest), 'bin/turbo'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  },
);
process.exitCode = status ?? 1;
