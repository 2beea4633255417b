import { expect, it } from 'vitest';
import { compile } from './compile.ts';
import { accept, directory, type Recipe, reject, variant } from './recipe.ts';

const plain: Recipe = {
  id: 'bundle_a',
  kind: 'verify',
  title: 'a',
  requirements: ['OMS-CONF-2'],
  model: directory({ a: 'a' }),
  expect: accept(),
};

it('The compiler refuses a fault that changes nothing', () => {
  const fault = variant(
    'bundle_a',
    'bundle_b',
    'b',
    ['OMS-BUNDLE-6'],
    { forge: { bundle: () => {} } },
    reject(['bundle']),
  );
  expect(() => compile([plain, fault])).toThrow('bundle_b does not differ from bundle_a');
});

it('The compiler refuses two recipes with one id, and a recipe whose control does not exist', () => {
  expect(() => compile([plain, plain])).toThrow('two recipes have one id: bundle_a');
  expect(() => compile([{ ...plain, from: 'bundle_x' }])).toThrow('bundle_a comes from bundle_x, which does not exist');
});

it('The compiler names a recipe that was begun and not written', () => {
  expect(() => compile([{ ...plain, title: 'TITLE: the least that the requirement still allows' }])).toThrow(
    'bundle_a is not written yet: say in its title what it changes, and change it',
  );
});
