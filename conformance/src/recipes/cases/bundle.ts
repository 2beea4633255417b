import { accept, directory, type Recipe } from '../recipe.ts';

export const plainModel = directory({ 'config.json': '{}\n', 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbb' });

export const bundleRecipes: readonly Recipe[] = [
  {
    id: 'bundle_plain',
    kind: 'verify',
    title: 'three files, signed by a key on P-256',
    requirements: ['OMS-CONF-2', 'OMS-BUNDLE-6', 'OMS-DSSE-10', 'OMS-ENUM-1'],
    model: plainModel,
    expect: accept(),
  },
];
