import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { preparePrograms } from './programs.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'sigstore-lab-'));
  vi.stubEnv('PATH', directory);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

/** A fake Go command that runs `script`, with a version that no cached program was built with. */
function pretendGo(script: string): void {
  const file = path.join(directory, 'go');
  writeFileSync(file, `#!/bin/sh\nif [ "$1" = env ]; then echo go0.0-pretended; exit; fi\n${script}\n`);
  chmodSync(file, 0o755);
}

describe.skipIf(process.platform === 'win32')('preparePrograms', () => {
  it('preparePrograms says that the programs are unavailable without Go', async () => {
    expect(await preparePrograms(() => {})).toEqual({ unavailable: expect.stringContaining('"go" could not be run') });
  });

  it('preparePrograms does not build a program from a module with another checksum', async () => {
    pretendGo(`if [ "$1" = mod ]; then echo '{"Sum": "h1:another"}'; else echo built >&2; exit 1; fi`);
    const told: string[] = [];
    const { unavailable } = (await preparePrograms((text) => told.push(text))) as { unavailable: string };
    expect(unavailable).toMatch(/^ct-log could not be built: .* has the checksum h1:another, not h1:/);
    expect(told).toEqual(['building ct-log']);
  });

  it('preparePrograms says why the programs are unavailable if a module cannot be downloaded', async () => {
    pretendGo('echo no such module >&2; exit 1');
    expect(await preparePrograms(() => {})).toEqual({ unavailable: 'ct-log could not be built: no such module' });
  });
});
