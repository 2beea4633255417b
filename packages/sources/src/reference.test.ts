import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from './reference.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

describe('the name of a model', () => {
  it.each([
    ['hf://ibm-granite/granite-3.3-2b', { type: 'model', repository: 'ibm-granite/granite-3.3-2b', revision: null }],
    ['hf://gpt2@refs/pr/1', { type: 'model', repository: 'gpt2', revision: 'refs/pr/1' }],
    ['hf://datasets/org/name@v1.0', { type: 'dataset', repository: 'org/name', revision: 'v1.0' }],
  ])('the name %s is one of the hub', (text, expected) => {
    expect(parseReference(text)).toEqual({ kind: 'huggingface', ...expected });
  });

  it.each([
    ['oci://ghcr.io/org/model', { registry: 'ghcr.io', name: 'org/model', tag: null, digest: null }],
    ['oci://localhost:5000/m:v1', { registry: 'localhost:5000', name: 'm', tag: 'v1', digest: null }],
    [`oci://[::1]:80/a/b/c:v1@${DIGEST}`, { registry: '[::1]:80', name: 'a/b/c', tag: 'v1', digest: DIGEST }],
  ])('the name %s is one of a registry', (text, expected) => {
    expect(parseReference(text)).toEqual({ kind: 'oci', ...expected });
  });

  it.each(['model', './hf:/x', '/a/b', 'C:\\models', 'hf:org/model', 'a@b', ''])('the name %j is a path', (text) => {
    expect(parseReference(text)).toEqual({ kind: 'path', path: text });
  });

  it.each([
    'hf://',
    'hf://org/',
    'hf://../x',
    'hf://org/model/file.bin',
    'hf://org/model@',
    'hf://org/model@a..b/../c',
    'hf://org/model@\ud800',
    'hf://org/mo del',
    'hf://org/model?x',
    'hf://spaces/org/name',
    'oci://host',
    'oci://host/',
    'oci://host/UPPER',
    'oci://user:password@host/name',
    'oci://host/name:',
    'oci://host/name@sha256:55',
    'oci://host/name@sha512:00',
    'oci://ho st/name',
    'oci://host:99999/name',
    'oci://1.2.3.4.5/name',
    'oci://host.123/name',
    'oci://[::::]/name',
    's3://bucket/model',
    'https://host/model',
    `hf://org/${'x'.repeat(5000)}`,
  ])('the name %j is refused', (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'source/reference-invalid' }));
  });

  it('a name that was read and written again is the same name', () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const hub = fc.tuple(word, word, fc.option(word)).map(([a, b, c]) => `hf://${a}/${b}${c ? `@${c}` : ''}`);
    const registry = fc.tuple(word, word, fc.option(word)).map(([a, b, c]) => `oci://${a}.io/${b}${c ? `:${c}` : ''}`);
    fc.assert(
      fc.property(fc.oneof(hub, registry), (text) => {
        expect(formatReference(parseReference(text))).toBe(text);
      }),
    );
  });

  it('any text is read or refused, in time linear in its length', () => {
    fc.assert(
      fc.property(fc.constantFrom('hf://', 'oci://', ''), fc.string({ unit: 'binary' }), (scheme, text) => {
        try {
          parseReference(scheme + text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'source/reference-invalid' });
        }
      }),
    );
    expect(() => parseReference(`oci://host/${'a-'.repeat(1000)}`)).toThrow();
  });
});
