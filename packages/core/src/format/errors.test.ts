import { requirements } from '@model-signing/spec/requirements';
import { requirements as draftRequirements } from '@model-signing/spec/v1.1/requirements';
import { describe, expect, it } from 'vitest';
import { errorCodes, OmsError, Warnings } from './errors.ts';

describe('OmsError', () => {
  it('an OmsError derives the stage and the requirement from the code', () => {
    const error = new OmsError('manifest/unsorted', 'out of order');
    expect(error).toMatchObject({ stage: 'manifest', requirement: 'OMS-ORDER-3', differences: [] });
  });

  it('an OmsError prefers a narrower requirement to that of its code', () => {
    expect(new OmsError('bundle/not-json', 'bad', { requirement: 'OMS-JSON-3' }).requirement).toBe('OMS-JSON-3');
  });

  it('an OmsError escapes hidden characters in its message, whatever made it', () => {
    expect(new OmsError('bundle/malformed', 'a\u001b[2Jb').message).toBe('a\\u{1b}[2Jb');
  });

  it('the error table names only requirements that the specification or its draft has', () => {
    const known = new Set([...requirements, ...draftRequirements].map(({ id }) => id as string));
    for (const code of errorCodes) {
      const { requirement } = new OmsError(code, '');
      if (requirement !== null) expect(known, code).toContain(requirement);
    }
  });
});

describe('Warnings', () => {
  it('warnings are collected with code and requirement', () => {
    const warnings = new Warnings();
    warnings.add('manifest/unsorted', 'late');
    expect(warnings.list).toEqual([{ code: 'manifest/unsorted', message: 'late', requirement: 'OMS-ORDER-3' }]);
  });

  it('warnings escape hidden characters in what they collect', () => {
    const warnings = new Warnings();
    warnings.add('manifest/unsorted', 'a\u202eb');
    expect(warnings.list[0]?.message).toBe('a\\u{202e}b');
  });

  it('warnings throw in strict mode', () => {
    expect(() => new Warnings(true).add('manifest/unsorted', 'late')).toThrow(OmsError);
  });

  it('warnings refuse in strict mode even if what they throw is caught', () => {
    const warnings = new Warnings(true);
    for (const code of ['manifest/unsorted', 'signer/historical-key'] as const) {
      try {
        warnings.warn(code, 'caught');
      } catch {}
    }
    expect(() => warnings.close()).toThrow(expect.objectContaining({ code: 'manifest/unsorted' }));
  });

  it.each([true, false])('a warning that comes after the result throws (strict mode: %j)', (strict) => {
    const warnings = new Warnings(strict);
    expect(warnings.close()).toEqual([]);
    expect(() => warnings.warn('manifest/unsorted', 'late')).toThrow('came after the result: late [manifest/unsorted]');
    expect(warnings.list).toEqual([]);
  });
});
