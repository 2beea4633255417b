import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Permission, signerChoices, verifierChoices } from '../../../suite/src/oracle/permitted-choices.ts';
import { producerDefects, sharedDefects } from '../../../suite/src/oracle/signer-defects.ts';
import { verifierDefects } from '../../../suite/src/oracle/verifier-defects.ts';
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { everyChoice, PublicJudge } from './public-power.ts';

/** What the public text says, by section. */
const publicText = new URL('../../../../spec/v1.0/public-text.json', import.meta.url);

const judge = new PublicJudge(loadAllVectors());

it.each(['verifier', 'signer'] as const)(
  'A %s that makes every choice of the public text fails no vector by the public verdict',
  (role) => {
    expect([...judge.failures(role, everyChoice[role])]).toEqual([]);
    expect(judge.counts()[role]).toBeGreaterThan(role === 'signer' ? 60 : 500);
  },
);

it('Each choice names a section of the public text or of a document that it makes normative', () => {
  const permissions: [string, Permission][] = [...Object.entries(verifierChoices), ...Object.entries(signerChoices)];
  const unnamed = permissions.filter(
    ([, [, by]]) => !/^public text, \d+(?:\.\d+)*(?:\(\d\))?$|^upstream: \S.*, \S/.test(by),
  );
  expect(unnamed).toEqual([]);
  const { statements } = JSON.parse(readFileSync(publicText, 'utf8')) as { statements: { statement: string }[] };
  const sections = new Set(statements.map(({ statement }) => statement.replace(/-P?\d+$/, '')));
  const cited = permissions.flatMap(([, [, by]]) => /^public text, ([\d.]+)/.exec(by)?.[1] ?? []);
  expect(cited.filter((section) => !sections.has(section))).toEqual([]);
});

it('No permitted choice is listed among the defects of the same role', () => {
  const verifying = Object.keys(verifierChoices).filter((choice) => choice in verifierDefects);
  const signing = Object.keys(signerChoices).filter((choice) => choice in producerDefects || choice in sharedDefects);
  expect([...verifying, ...signing]).toEqual([]);
});
