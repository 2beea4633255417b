import { describe, expect, it } from 'vitest';
import { issueOf, type SchemaError } from './issue.ts';

const values = [null, undefined, true, 0, '', 'text', [], [1], {}, { hint: 'a' }, { hint: 'a', rawBytes: 'b' }];

describe('the issue for an error of a validator', () => {
  it.each(['oneOf', 'required', 'additionalProperties', 'type', 'enum', 'const', 'pattern'])(
    'an issue for the keyword %s has a message, whatever the value is',
    (keyword) => {
      for (const data of values) {
        const parentSchema = {
          oneOf: [{ required: ['hint'] }, { required: ['rawBytes'] }],
          properties: {},
          enum: ['a'],
        };
        const error: SchemaError = { keyword, instancePath: '/a', params: {}, parentSchema, data };
        expect(issueOf([error])).toMatchObject({
          pointer: '/a',
          message: expect.stringMatching(/^expected .+, found|absent$/),
        });
      }
    },
  );

  it('an issue for alternatives says what was found in their place', () => {
    const parentSchema = { oneOf: [{ required: ['hint'] }, { required: ['rawBytes'] }] };
    const messageFor = (data: unknown) =>
      issueOf([{ keyword: 'oneOf', instancePath: '', params: {}, parentSchema, data }]).message;
    expect(messageFor(null)).toBe('expected exactly one of hint and rawBytes, found null');
    expect(messageFor('x')).toBe('expected exactly one of hint and rawBytes, found "x"');
    expect(messageFor({})).toBe('expected exactly one of hint and rawBytes, found none');
    expect(messageFor({ hint: '', rawBytes: '' })).toBe(
      'expected exactly one of hint and rawBytes, found hint and rawBytes',
    );
  });

  it('an issue for a missing member of a closed object names the members that it has and the schema does not know', () => {
    const properties = { hint: {}, rawBytes: {} };
    const closed = {
      oneOf: [{ required: ['hint'] }, { required: ['rawBytes'] }],
      properties,
      additionalProperties: false,
    };
    const messageFor = (keyword: string, data: unknown, parentSchema: object = closed) =>
      issueOf([
        { keyword, instancePath: '', params: { missingProperty: 'hint' }, parentSchema: { ...parentSchema }, data },
      ]).message;
    expect(messageFor('oneOf', { hnit: '' })).toBe(
      'expected exactly one of hint and rawBytes, found none; "hnit" is unknown',
    );
    expect(messageFor('required', { hnit: '', raw: '', rawBytes: '' })).toBe(
      'expected the member "hint", which is absent; "hnit" and "raw" are unknown',
    );
    expect(messageFor('required', { rawBytes: '' })).toBe('expected the member "hint", which is absent');
    expect(messageFor('oneOf', ['x'])).toMatch(/found none$/);
    expect(messageFor('required', { hnit: '' }, { ...closed, additionalProperties: undefined })).toMatch(/absent$/);
  });
});
