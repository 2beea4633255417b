import { type Recipe, reject } from '../recipe.ts';

export const statementRecipes: readonly Recipe[] = [
  {
    id: 'statement_predicate-type-foreign',
    kind: 'verify',
    from: 'bundle_plain',
    title: 'the predicate type is a foreign one',
    requirements: ['OMS-STMT-4'],
    why: 'any attestation that a trusted key ever signed would pass as a signature of a model',
    forge: {
      statement: (statement) => {
        statement.predicateType = 'https://example.com/predicate/v1';
      },
    },
    expect: reject(['statement/predicate-type']),
  },
];
