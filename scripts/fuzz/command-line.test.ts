import { describe, expect, it } from 'vitest';
import { readCommandLine, UsageError } from './command-line.ts';

const known = ['json', 'names'];

describe('the command line of the fuzzer', () => {
  it.each([
    [[], { kind: 'run', targets: known, minutes: 1, inputs: null }],
    [['--minutes', '0.5', 'json'], { kind: 'run', targets: ['json'], minutes: 0.5, inputs: null }],
    [['--inputs', '1000', '--seed', '7'], { kind: 'run', targets: known, minutes: null, inputs: 1000, seed: '7' }],
    [['--seed', '7', '--input', 's1.2', 'json'], { kind: 'again', target: 'json', seed: '7', id: 's1.2' }],
    [['--file', 'a', 'json'], { kind: 'file', target: 'json', file: 'a' }],
    [['--list'], { kind: 'list' }],
    [['--help', '--list'], { kind: 'help' }],
  ] as const)('the command line %j is read', (argv, request) => {
    expect(readCommandLine(argv, known)).toMatchObject(request);
  });

  it('a run without a seed gets a new one', () => {
    const [a, b] = [readCommandLine([], known), readCommandLine([], known)];
    expect(a).not.toEqual(b);
  });

  it.each([
    [['other'], 'there is no target "other"'],
    [['--minutes', '0'], '--minutes must be a number above 0'],
    [['--minutes', 'x'], '--minutes must be a number above 0'],
    [['--inputs', '1.5'], '--inputs must be a whole number above 0'],
    [['--seed', '-1'], "'--seed"],
    [['--seed', 'a'], '--seed must be a whole number'],
    [['--minutes', '1', '--inputs', '1'], '--minutes and --inputs cannot be combined'],
    [['--input', '1', '--seed', '1'], '--input needs one target'],
    [['--input', '1', 'json'], '--input needs --seed'],
    [['--file', 'a', 'json', 'names'], '--file needs one target'],
    [['--unknown'], '--unknown'],
    [['--minutes'], '--minutes'],
  ] as const)('the command line %j is refused', (argv, message) => {
    const read = () => readCommandLine(argv, known);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });
});
