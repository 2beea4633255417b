import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand } from './command.ts';

describe('oms-spec', () => {
  const said: string[] = [];

  beforeEach(() => {
    said.length = 0;
    vi.spyOn(console, 'log').mockImplementation((text) => void said.push(String(text)));
    vi.spyOn(console, 'error').mockImplementation((text) => void said.push(String(text)));
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('shows each change from 1.0 to its draft with a document that shows it', async () => {
    expect(await runCommand(['compat', '1.0', 'v1.1', '--json'])).toBe(0);
    const { changes } = JSON.parse(said.join('\n'));
    expect(changes.length).toBeGreaterThan(0);
    for (const { backward, forward, witnesses } of changes) {
      expect(Object.keys(witnesses)).toEqual([...(backward ? ['backward'] : []), ...(forward ? ['forward'] : [])]);
    }
  });

  it('says in words what changed and which way', async () => {
    await runCommand(['compat', '1.0', '1.1']);
    expect(said.join('\n')).toMatch(
      /^narrower: predicate#\/\$defs\/annotations\n {2}it was any value before, for \/annotations/,
    );
    said.length = 0;
    await runCommand(['compat', '1.0', '1.0']);
    expect(said.join('\n')).toContain('accept the same documents');
  });

  it.each([
    ['a command that is none', ['chek'], 'Did you mean check?'],
    ['a flag that is none', ['check', '--jsn'], '--json'],
    ['a version that is none', ['compat', '1.0', '9.9'], 'there is no version 9.9; there are v1.0, v1.1'],
    ['a new version without a base', ['new', '1.2'], '--from <version>'],
    ['a review of nothing in particular', ['vector', 'review', '1.0'], 'name what was reviewed'],
    ['a review of a requirement that is none', ['vector', 'review', '1.0', '--requirement', 'OMS-X-1'], 'OMS-X-1'],
    ['a draft to be frozen', ['freeze', '1.1'], 'v1.1 is still a draft'],
  ])('ends with 2 for %s', async (_what, args, text) => {
    expect(await runCommand(args)).toBe(2);
    expect(said.join('\n')).toContain(text);
  });
});
