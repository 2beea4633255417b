import { publicKeyFile } from '../keys.ts';
import { accept, directory, type Recipe } from '../recipe.ts';
import { plainModel } from './bundle.ts';
import { expectedOf } from './expected.ts';

export const signRecipes: readonly Recipe[] = [
  {
    id: 'bundle_sign-plain',
    kind: 'sign',
    title: 'three files are signed with a key on P-256',
    requirements: ['OMS-CONF-2', 'OMS-FILES-1', 'OMS-FILES-2', 'OMS-ROOT-1', 'OMS-KEY-1', 'OMS-ALG-4'],
    model: plainModel,
    expect: accept({ signed: { ...expectedOf(plainModel), key: publicKeyFile('p256-a') } }),
  },
  {
    id: 'manifest_sign-order-tokenizer',
    kind: 'sign',
    from: 'bundle_sign-plain',
    title: 'a directory "tokenizer" stands beside "tokenizer.json" and "tokenizer-2"',
    requirements: ['OMS-ORDER-1'],
    why: 'a signer that sorts by path components lists what a strict verifier refuses',
    model: directory({ 'tokenizer.json': '{}', 'tokenizer/vocab.json': '[]', 'tokenizer-2/vocab.json': '[1]' }),
    expect: accept({
      signed: expectedOf(
        directory({ 'tokenizer.json': '{}', 'tokenizer/vocab.json': '[]', 'tokenizer-2/vocab.json': '[1]' }),
      ),
    }),
  },
];
