import { describe, expect, it } from 'vitest';
import { withDefaultMethod } from './default-method.ts';

const known = new Map([
  ['--signature', true],
  ['--identity', true],
  ['--json', false],
]);

function completed(line: string): string {
  const isMethod = (_: string, name: string) => ['sigstore', 'key'].includes(name);
  return withDefaultMethod(line.split(' ').filter(Boolean), known, isMethod).join(' ');
}

describe('withDefaultMethod', () => {
  it.each([
    ['sign model', 'sign sigstore model'],
    ['verify --signature s --identity i model', 'verify sigstore --signature s --identity i model'],
    ['--json verify model --signature s', '--json verify sigstore model --signature s'],
    ['sign -- model', 'sign sigstore -- model'],
    ['sign ./key', 'sign sigstore ./key'],
    ['sign model --misspelt', 'sign sigstore model --misspelt'],
    ['verify model --identitty i --signature s', 'verify sigstore model --identitty i --signature s'],
    ['verify --identitty=i kye model', 'verify sigstore --identitty=i kye model'],
  ])('completes %j', (line, expected) => {
    expect(completed(line)).toBe(expected);
  });

  it.each([
    'sign key model',
    'sign sigstore model',
    'sign',
    'sign --help',
    'sign kye model',
    'sign kye model --json --help',
    'sign -- kye --model',
    'verify --signature s kye model',
    'digest model',
    'inspect sign',
    '',
  ])('leaves %j alone', (line) => {
    expect(completed(line)).toBe(line);
  });
});
