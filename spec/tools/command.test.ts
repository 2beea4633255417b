import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findingsDocument, runCommand } from './command.ts';
import { faultsOf } from './testing/output-schema.ts';

describe('oms-spec', () => {
  const said: string[] = [];

  beforeEach(() => {
    said.length = 0;
    vi.spyOn(console, 'log').mockImplementation((text) => void said.push(String(text)));
    vi.spyOn(console, 'error').mockImplementation((text) => void said.push(String(text)));
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([[['--help']], [['help']], [['-h']]])(
    'oms-spec lists its commands for %j and exits with 0',
    async (words) => {
      expect(await runCommand(words)).toBe(0);
      expect(said.join('\n')).toContain('  compat <earlier> <later> [--json]\n');
    },
  );

  it.each([[['new', '--help']], [['help', 'new']], [['new', '1.2', '-h']]])(
    'oms-spec explains a command for %j and exits with 0',
    async (words) => {
      expect(await runCommand(words)).toBe(0);
      expect(said.join('\n')).toMatch(/^Usage: oms-spec new <version> --from <version>\n\n.*\n\n {2}version +the new/);
    },
  );

  it('oms-spec says that versions without a change accept the same documents', async () => {
    expect(await runCommand(['compat', '1.0', '1.0'])).toBe(0);
    expect(said.join('\n')).toContain('accept the same documents');
    said.length = 0;
    expect(await runCommand(['compat', '--json', '1.0', '1.0'])).toBe(0);
    const schema = 'model-signing/specification-changes/v1';
    expect(faultsOf('changes', JSON.parse(said.join('\n')))).toBeNull();
    expect(JSON.parse(said.join('\n'))).toEqual({ schema, earlier: 'v1.0', later: 'v1.0', changes: [] });
  });

  it.each([
    ['no command', [], 'name a command'],
    ['an unknown command', ['chek'], 'there is no command chek\n\n'],
    ['half of a command', ['vector'], 'vector add --requirement <id>'],
    ['an unknown flag', ['check', '--jsn'], "'--jsn'"],
    ['a flag without its value', ['new', '1.2', '--from'], '--from'],
    ['too many arguments', ['check', 'all'], 'expected no argument, found all'],
    ['too few arguments', ['compat', '1.0'], 'expected <earlier> <later>, found 1.0'],
    ['an unknown version', ['compat', '1.0', '9.9'], 'there is no version 9.9; there are v1.0, v1.1'],
    ['a new version without a base', ['new', '1.2'], 'the flag --from is required'],
    ['a review that names nothing', ['vector', 'review', '1.0'], 'name what was reviewed'],
    [
      'a review of all and of one',
      ['vector', 'review', '1.0', '--all', '--requirement', 'A'],
      'name what was reviewed',
    ],
    ['a review of an unknown requirement', ['vector', 'review', '1.0', '--requirement', 'OMS-X-1'], 'OMS-X-1'],
    ['a draft to be frozen', ['freeze', '1.1'], 'v1.1 is still a draft'],
  ])('oms-spec exits with 2 for %s', async (_what, words, text) => {
    expect(await runCommand(words)).toBe(2);
    expect(said.join('\n')).toContain(text);
  });
});

it('what oms-spec check prints in JSON is as its schema says, and has no other member', () => {
  const finding = { path: 'v1.0/oms.md', line: 1, requirement: 'OMS-JSON-1', message: 'wrong', fix: 'Fix it' };
  const document = findingsDocument([finding, { ...finding, requirement: null }]);
  expect(faultsOf('findings', document)).toBeNull();
  expect(faultsOf('findings', { ...document, findings: [{ ...finding, unheardOf: 1 }] })).not.toBeNull();
});
