import { describe, expect, it } from 'vitest';
import { X509Error } from './errors.ts';
import { otherSubject, readLimbo } from './testing/limbo.ts';
import { judgeCase } from './testing/limbo-judge.ts';

const file = process.env.X509_LIMBO;
if (!file) {
  process.stderr.write(
    'skipped: x509-limbo. Set the environment variable X509_LIMBO to its limbo.json or to an extract of it.\n',
  );
}

const cases = file ? readLimbo(file).filter((limboCase) => otherSubject(limboCase) === null) : [];

describe.skipIf(!file)('x509-limbo (skipped unless X509_LIMBO names its file)', () => {
  it('x509-limbo has cases to accept and cases to refuse', () => {
    const expected = new Set(cases.map(({ expected_result }) => expected_result));
    expect([...expected].sort()).toEqual(['FAILURE', 'SUCCESS']);
  });

  it.each(cases.map((limboCase) => [limboCase.id, limboCase] as const))(
    'the verdict of x509-limbo holds for %s',
    (_, limboCase) => {
      let result = 'SUCCESS';
      try {
        judgeCase(limboCase);
      } catch (error) {
        if (!(error instanceof X509Error)) throw error;
        result = 'FAILURE';
      }
      expect(result).toBe(limboCase.expected_result);
    },
  );
});
