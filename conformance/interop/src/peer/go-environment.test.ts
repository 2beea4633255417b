import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GO_PEER_VARIABLE, GO_SOURCE_VARIABLE, goRevision, prepareGoPeer } from './go-environment.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'go-peer-'));
  vi.stubEnv(GO_PEER_VARIABLE, '');
  vi.stubEnv(GO_SOURCE_VARIABLE, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const hasGo = spawnSync('go', ['version']).status === 0;

/** Programs that stand for Go and Git: `go` fails to download with this message, `git` is at this commit. */
function pretend(message: string, commit = ''): void {
  const write = (name: string, script: string) =>
    writeFileSync(path.join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  write('go', `if [ "$1" = env ]; then echo go0.0-pretended; exit; fi\necho '${message}' >&2; exit 1`);
  write('git', `echo ${commit}`);
  vi.stubEnv('PATH', directory);
}

it('the Go peer is the command that the caller names', () => {
  const file = path.join(directory, 'model-signing');
  writeFileSync(file, '');
  vi.stubEnv(GO_PEER_VARIABLE, file);
  expect(prepareGoPeer(directory)).toEqual({ program: file, origin: expect.stringContaining(GO_PEER_VARIABLE) });
});

it('a named command of the Go peer that does not exist is said to be missing', () => {
  vi.stubEnv(GO_PEER_VARIABLE, path.join(directory, 'none'));
  expect(prepareGoPeer(directory)).toEqual({ unavailable: expect.stringContaining('which does not exist') });
});

it.skipIf(process.platform === 'win32')('without Go, the Go peer is unavailable, and the reason names Go', () => {
  vi.stubEnv('PATH', directory);
  expect(prepareGoPeer(directory)).toEqual({ unavailable: expect.stringContaining('"go" could not be run') });
});

it.skipIf(process.platform === 'win32')(
  'a refusal of the module proxy is shown without the address of the proxy',
  () => {
    pretend('reading https://proxy.example/x/@v/list: 403 Forbidden');
    const { unavailable } = prepareGoPeer(directory) as { unavailable: string };
    expect(unavailable).toMatch(/did not serve \S+@\w+: reading … 403 Forbidden; .* set MODEL_SIGNING_GO_SOURCE$/);
    expect(unavailable).not.toContain('proxy.example');
  },
);

it.skipIf(process.platform === 'win32')('a checkout at another commit than the pinned one is not built', () => {
  pretend('not called', '0123456789');
  vi.stubEnv(GO_SOURCE_VARIABLE, directory);
  expect(prepareGoPeer(directory)).toEqual({
    unavailable: `${GO_SOURCE_VARIABLE} is at commit 0123456789, and ${goRevision} is pinned`,
  });
});

it.skipIf(!hasGo || process.platform === 'win32')(
  'the Go peer is built from a checkout at the pinned commit, with the replacements, and leaves the checkout as it was',
  () => {
    const source = path.join(directory, 'source');
    mkdirSync(path.join(source, 'cmd/model-signing'), { recursive: true });
    writeFileSync(path.join(source, 'go.mod'), 'module example.test/peer\n\ngo 1.24\n');
    writeFileSync(
      path.join(source, 'cmd/model-signing/main.go'),
      'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("built") }\n',
    );
    const programs = path.join(directory, 'programs');
    mkdirSync(programs);
    writeFileSync(path.join(programs, 'git'), `#!/bin/sh\necho ${goRevision}0000\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${programs}${path.delimiter}${process.env.PATH}`);
    vi.stubEnv(GO_SOURCE_VARIABLE, source);

    const cache = path.join(directory, 'cache');
    const peer = prepareGoPeer(cache);
    expect(peer).toEqual({ program: expect.stringContaining('go-peer-'), origin: `commit ${goRevision}` });
    const { program } = peer as { program: string };
    expect(spawnSync(program, { encoding: 'utf8' }).stdout).toBe('built\n');
    expect(readFileSync(path.join(program, '../go.mod'), 'utf8')).toContain('server-middleware v0.33.0');
    expect(readdirSync(source).sort()).toEqual(['cmd', 'go.mod']);
    expect(readdirSync(cache)).toHaveLength(1);
    expect(prepareGoPeer(cache)).toEqual(peer);
  },
);
