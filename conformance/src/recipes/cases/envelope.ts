import { signatureDer } from '../keys.ts';
import { type Recipe, reject } from '../recipe.ts';

export const envelopeRecipes: readonly Recipe[] = [
  {
    id: 'envelope_signature-wrong',
    kind: 'verify',
    from: 'bundle_plain',
    title: 'the signature is off by one, and everything else right',
    requirements: ['OMS-DSSE-10', 'OMS-VERIFY-1'],
    why: 'without this check there is no signature at all',
    forge: { signature: ({ r, s }) => signatureDer({ r, s: s - 1n }) },
    expect: reject(['envelope/signature-invalid']),
  },
];
