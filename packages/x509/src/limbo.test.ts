import { describe, expect, it } from 'vitest';
import { X509Error } from './errors.ts';
import { type LimboCase, listFaults, otherSubject, readLimbo } from './testing/limbo.ts';
import { acceptedCases } from './testing/limbo-accepted.ts';
import { judgeCase } from './testing/limbo-judge.ts';

const file = process.env.X509_LIMBO;
if (!file) {
  process.stderr.write(
    'skipped: x509-limbo. Set the environment variable X509_LIMBO to its limbo.json or to an extract of it.\n',
  );
}

const cases = file ? readLimbo(file).filter((limboCase) => otherSubject(limboCase) === null) : [];

function isAccepted(limboCase: LimboCase): boolean {
  try {
    judgeCase(limboCase);
    return true;
  } catch (error) {
    if (error instanceof X509Error) return false;
    throw error;
  }
}

describe.skipIf(!file)('x509-limbo (skipped unless X509_LIMBO names its file)', () => {
  it('x509-limbo has cases to accept and cases to refuse', () => {
    const expected = new Set(cases.map(({ expected_result }) => expected_result));
    expect([...expected].sort()).toEqual(['FAILURE', 'SUCCESS']);
  });

  it.each(
    cases.filter(({ id }) => acceptedCases[id] === undefined).map((limboCase) => [limboCase.id, limboCase] as const),
  )('the verdict of x509-limbo holds for %s', (_, limboCase) => {
    expect(isAccepted(limboCase) ? 'SUCCESS' : 'FAILURE').toBe(limboCase.expected_result);
  });

  it('the cases of x509-limbo that are accepted against its verdict are exactly those that are listed', () => {
    const wrong = cases.filter((each) => each.expected_result === 'FAILURE' && isAccepted(each)).map(({ id }) => id);
    expect(listFaults(cases, wrong, Object.keys(acceptedCases))).toEqual([]);
  });
});

describe('the list of accepted cases', () => {
  const of = (...ids: string[]) => ids.map((id) => ({ id }) as LimboCase);

  it('a case that is accepted and not listed is a fault', () => {
    expect(listFaults(of('a', 'b'), ['a', 'b'], ['a'])).toEqual(['b is accepted and not listed']);
    expect(listFaults(of('b'), ['b'], ['a'])).toEqual(['b is accepted and not listed']);
  });

  it('a listed case that is refused is a fault', () => {
    expect(listFaults(of('a', 'b'), ['a'], ['a', 'b'])).toEqual(['b is listed and not accepted']);
  });

  it('an extract without any listed case has no fault', () => {
    expect(listFaults(of('x'), [], ['a'])).toEqual([]);
  });
});
