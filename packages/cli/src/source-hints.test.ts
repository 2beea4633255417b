import { SourceError, type SourceErrorCode } from '@model-signing/sources';
import { describe, expect, it } from 'vitest';
import { exitCodeOfSource } from './exit-codes.ts';
import { failureOf } from './failure.ts';
import { commandsBelow, isGroup, keyOf, pathText } from './grammar.ts';
import { type Call, flagsIn } from './hints.ts';
import { program } from './program.ts';

/** Every code and its exit code: a new code fails to compile here. */
const exitCodes: Readonly<Record<SourceErrorCode, number>> = {
  'source/reference-invalid': 2,
  'source/not-pinned': 2,
  'source/not-found': 3,
  'source/unauthorized': 3,
  'source/unreachable': 3,
  'source/response-invalid': 3,
  'source/manifest-invalid': 1,
  'source/too-large': 3,
  'source/digest-unavailable': 3,
  'source/signature-absent': 3,
  'source/signature-ambiguous': 2,
  'source/target-unusable': 3,
  'source/no-space': 3,
  'source/names-collide': 1,
};
const codes = Object.keys(exitCodes) as SourceErrorCode[];

const calls = commandsBelow([program]).flatMap((path): Call[] => {
  const entry = path.at(-1);
  if (!entry || isGroup(entry)) return [];
  const names = [...entry.flags, ...program.flags].map(({ name }) => name);
  const known = new Set(names);
  const all = Object.fromEntries(names.map((name) => [keyOf(name), 'x']));
  return ['hf://org/model', 'oci://host/name:v1', 'my model', '\u001b'].flatMap((operand) => [
    { known, operand, given: {} },
    { known, operand, given: all },
  ]);
});

const words = commandsBelow([program]).map((path) => pathText(path.slice(1)).split(' ')[0]);

describe('a hint follows from the cause', () => {
  const hintsOf = (code: SourceErrorCode, message: string) => failureOf(new SourceError(code, message), calls[0]).hints;

  it.each([
    ['hub.example could not be reached (ECONNREFUSED)', ['is there a network']],
    ['hub.example returned status 503 for /a, after every attempt', ['the server has a fault']],
    ['the certificate of hub.example has expired', []],
  ])('that is unreachable: %s', (message, expected) => {
    expect(hintsOf('source/unreachable', message)).toEqual(expected.map((text) => expect.stringContaining(text)));
  });

  it('an endpoint that is refused is in the environment', () => {
    const message = 'the endpoint of the hub is not an address';
    expect(hintsOf('source/reference-invalid', message)).toEqual([expect.stringContaining('HF_ENDPOINT')]);
  });
});

describe.each(codes)('%s', (code) => {
  it('the failure of a store has its code, its exit code and no stage', () => {
    const failure = failureOf(new SourceError(code, 'it failed'), calls[0]);
    expect(failure).toMatchObject({ code, stage: null, requirement: null, exitCode: exitCodes[code] });
    expect(exitCodeOfSource(code)).toBe(exitCodes[code]);
  });

  it('the hints for the failure of a store name only flags that the command has, and commands that exist', () => {
    for (const call of calls) {
      for (const hint of failureOf(new SourceError(code, 'it failed', { choices: ['a.sig'] }), call).hints) {
        for (const flag of flagsIn(hint)) expect(call.known, hint).toContain(flag);
        const [, named] = /model-signing ([a-z]+)/.exec(hint) ?? [];
        if (named) expect(words).toContain(named);
        expect(hint).not.toContain('\u001b');
      }
    }
  });
});

it('what a user has to choose from is in the failure, as it was found', () => {
  const error = new SourceError('source/signature-ambiguous', 'two', { choices: ['a.oms.sig', 'b\u001b.oms.sig'] });
  expect(failureOf(error).choices).toEqual(['a.oms.sig', 'b\u001b.oms.sig']);
  expect(failureOf(new SourceError('source/not-found', 'none'))).not.toHaveProperty('choices');
});

it.each<{ code: SourceErrorCode; message?: string; operand: string; flags?: string[]; hint: string }>([
  {
    code: 'source/reference-invalid',
    operand: 'https://huggingface.co/a/b/tree/v1',
    hint: 'that model is named hf://a/b@v1',
  },
  { code: 'source/unauthorized', message: 'hub does not accept the token', operand: 'hf://a/b', hint: 'HF_TOKEN' },
  {
    code: 'source/unreachable',
    message: 'there is no host a (ENOTFOUND)',
    operand: 'oci://a/b:v1',
    hint: 'is the registry',
  },
  { code: 'source/unreachable', operand: 'hf://a/b', flags: ['to'], hint: 'the same command goes on' },
])(
  'the hints for $code with the name $operand say: $hint',
  ({ code, message = 'it failed', operand, flags = [], hint }) => {
    const { hints } = failureOf(new SourceError(code, message), { known: new Set(flags), operand, given: {} });
    expect(hints.join()).toContain(hint);
  },
);

it('a signature that is neither a file nor in the store leads to the list of those that are', () => {
  const error = new SourceError('source/not-found', 'hf://a/b has no such file (/a/b/resolve/1/none.sig)');
  const call = { known: new Set(['signature']), operand: 'hf://a/b' };
  const { hints } = failureOf(error, { ...call, given: { signature: 'none.sig' } });
  expect(hints.join()).toContain('model-signing signatures hf://a/b lists');
  expect(failureOf(error, { ...call, given: {} }).hints).toEqual([]);
  const other = new SourceError('source/not-found', 'hub has no model hf://a/b');
  expect(failureOf(other, { ...call, given: { signature: 'model' } }).hints).toEqual([]);
});

it('an artifact whose config and file have one name leads to the form without --oci-layers', () => {
  const error = new SourceError('source/manifest-invalid', 'two of its resources are called "config.json"');
  const call = { known: new Set(['oci-layers']), operand: 'oci://host/name' };
  expect(failureOf(error, { ...call, given: { ociLayers: true } }).hints.join()).toContain('without --oci-layers');
  expect(failureOf(error, { ...call, given: {} }).hints).toEqual([]);
});
