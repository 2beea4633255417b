import { requirements } from '@model-signing/spec/requirements';
import { requirements as draftRequirements } from '@model-signing/spec/v1.1/requirements';
import { describe, expect, it } from 'vitest';
import { errorCodes, OmsError, quote, Warnings } from './errors.ts';

describe('OmsError', () => {
  it('derives the stage and the requirement from the code', () => {
    const error = new OmsError('manifest/unsorted', 'out of order');
    expect(error).toMatchObject({ stage: 'manifest', requirement: 'OMS-ORDER-3', differences: [] });
  });

  it('takes a narrower requirement over that of the code', () => {
    expect(new OmsError('bundle/not-json', 'bad', { requirement: 'OMS-JSON-3' }).requirement).toBe('OMS-JSON-3');
  });

  it('names only requirements that the specification or its draft has', () => {
    const known = new Set([...requirements, ...draftRequirements].map(({ id }) => id as string));
    for (const code of errorCodes) {
      const { requirement } = new OmsError(code, '');
      if (requirement !== null) expect(known, code).toContain(requirement);
    }
  });
});

describe('Warnings', () => {
  it('collects with code and requirement', () => {
    const warnings = new Warnings();
    warnings.add('manifest/unsorted', 'late');
    expect(warnings.list).toEqual([{ code: 'manifest/unsorted', message: 'late', requirement: 'OMS-ORDER-3' }]);
  });

  it('refuses in strict mode', () => {
    expect(() => new Warnings(true).add('manifest/unsorted', 'late')).toThrow(OmsError);
  });
});

describe('quote', () => {
  it.each([
    ['plain/name.bin', '"plain/name.bin"'],
    ['ümläut 模型 😀', '"ümläut 模型 😀"'],
    ['red\u001b[31m', '"red\\u{1b}[31m"'],
    ['two\nlines', '"two\\u{a}lines"'],
    ['"quoted" \\', '"\\"quoted\\" \\\\"'],
    ['\u202egnp.exe', '"\\u{202e}gnp.exe"'],
    ['zero\u200bwidth', '"zero\\u{200b}width"'],
    ['\ud800', '"\\u{d800}"'],
  ])('makes %j printable', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  it('cuts what is too long', () => {
    expect(quote('x'.repeat(10_000)).length).toBeLessThan(250);
  });
});
