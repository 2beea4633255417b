import { describe, expect, it } from 'vitest';
import { askFeatures, type Features, featureCounts, featureTable, helpLists } from './features.ts';

const help = `Usage: program [options]

  Signs with --mentioned and a key.

Options:
  --private_key FILE    the key, see --other
  -q, --quiet           say nothing
  --hash <algorithm>    the digest
Commands:
  key <model>           sign with a key
  certificate           Sign using a certificate.
`;

describe('the help of a command', () => {
  it.each(['--private-key', '--hash', 'key', 'certificate'])('helpLists finds %s in a help text', (name) => {
    expect(helpLists(help, name)).toBe(true);
  });

  it.each(['--mentioned', '--other', '--private', 'Usage', 'sign', 'pkcs11-key'])(
    'helpLists does not take %s for a flag or subcommand',
    (name) => {
      expect(helpLists(help, name)).toBe(false);
    },
  );
});

it('askFeatures asks each command for the help of its own subcommand', () => {
  const features: Features = {
    go: { tree: '', asOf: '' },
    features: [
      {
        title: 'Hashes',
        ours: { help: 'sign key', lists: '--hash' },
        python: { help: '', lists: '--digest' },
        go: { answer: 'no', source: '' },
      },
    ],
  };
  const asked: string[] = [];
  const command = (name: string) => (args: readonly string[]) => {
    asked.push([name, ...args].join(' '));
    return help;
  };
  expect(askFeatures(features, { ours: command('ours'), python: command('python') })).toEqual({
    ours: ['Hashes'],
    python: [],
  });
  expect(asked).toEqual(['ours sign key --help', 'python --help']);
});

it('a feature that is no command is in the table and in the counts, and no command is asked for it', () => {
  const page = {
    title: 'A page',
    ours: { answer: 'yes' },
    python: { answer: 'no' },
    go: { answer: 'no', source: 'README.md' },
  } as const;
  const features: Features = { go: { tree: 'https://go.example/', asOf: '' }, features: [page] };
  const ask = () => {
    throw new Error('a command was asked');
  };
  const answers = askFeatures(features, { ours: ask, python: ask });
  expect(answers).toEqual({ ours: [], python: [] });
  expect(featureCounts(features, answers)).toEqual([1, 0, 0]);
  expect(featureTable(features, answers).at(-1)).toMatch(/^\| A page \| .*yes.* \| .*no.* \| .*no.* \|$/);
});
