import { directory, type Recipe, reject } from '../recipe.ts';

export const modelRecipes: readonly Recipe[] = [
  {
    id: 'model_modified',
    kind: 'verify',
    from: 'bundle_plain',
    title: 'one byte of a listed file is another',
    requirements: ['OMS-VERIFY-3', 'OMS-VERIFY-1'],
    model: directory({ 'config.json': '{}\n', 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbB' }),
    expect: reject(['model/modified'], { differences: [{ kind: 'modified', path: 'weights/b.bin' }] }),
  },
];
