import { type Forgery, fixRoot, forge, testKey } from '@model-signing/testing/forge';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_BUNDLE_BYTES } from './format/bundle.ts';
import { OmsError } from './format/errors.ts';
import { inspectBundle } from './inspect.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { Model } from './model.ts';
import { openSignature } from './open.ts';
import { signModel } from './sign.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';

const key = testKey();
const verifier = keyVerifier(key);
const model: Model = {
  name: 'm',
  list: async () => ({
    singleFile: false,
    files: ['a', 'b'].map((name) => ({
      name,
      size: 1,
      content: {
        async *read() {
          yield Buffer.from(name);
        },
      },
    })),
    excluded: [],
    unusable: [],
    externalLinks: [],
    signatureName: null,
    confirm: async () => {},
  }),
};

let bundle: Uint8Array;
let baseline: string;

/** The meaning of a bundle: a mutant with the same meaning may be accepted, any other may not. */
const meaning = (bytes: Uint8Array) => {
  const { dsseEnvelope } = JSON.parse(Buffer.from(bytes).toString());
  return JSON.stringify([dsseEnvelope.payload, dsseEnvelope.payloadType]);
};

beforeAll(async () => {
  ({ bundle } = await signModel(model, keySigner(key)));
  baseline = meaning(bundle);
});

async function accepts(bytes: Uint8Array): Promise<boolean> {
  try {
    await verifyModel(model, bytes, verifier);
    return true;
  } catch (error) {
    if (!(error instanceof OmsError)) throw error;
    return false;
  }
}

describe('a mutated bundle', () => {
  it('a mutated bundle is refused with a code unless it means the same', async () => {
    expect(await accepts(bundle)).toBe(true);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bundle.length - 1),
        fc.nat(255),
        fc.constantFrom('set', 'insert', 'cut', 'drop'),
        async (at, byte, how) => {
          const mutant = mutate(bundle, at, byte, how);
          if (await accepts(mutant)) expect(meaning(mutant)).toBe(baseline);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('a bundle whose statement is arbitrary JSON with a valid signature is refused with a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        expect(await accepts(forge(bundle, key, { payload: Buffer.from(text) }))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('a bundle with one value of its statement replaced and a valid signature is refused', async () => {
    const anything = fc.oneof(
      fc.constant(null),
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant([]),
      fc.constant({}),
    );
    const paths = [
      '_type',
      'predicateType',
      'subject',
      'predicate',
      'predicate.resources',
      'predicate.serialization',
      'predicate.serialization.method',
      'predicate.serialization.hash_type',
      'predicate.resources.0',
      'predicate.resources.1.name',
      'predicate.resources.0.digest',
      'predicate.resources.0.algorithm',
      'subject.0',
      'subject.0.digest',
      'subject.0.digest.sha256',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anything, async (path, value) => {
        const edit: NonNullable<Forgery['statement']> = (statement) => {
          const steps = path.split('.');
          const last = steps.pop() as string;
          const owner = steps.reduce((node, step) => node[step], statement);
          owner[last] = owner[last] === value ? null : value;
        };
        expect(await accepts(forge(bundle, key, { statement: edit })), `${path} = ${JSON.stringify(value)}`).toBe(
          false,
        );
      }),
      { numRuns: 1000 },
    );
  });
});

function mutate(bytes: Uint8Array, at: number, byte: number, how: string): Uint8Array {
  const before = bytes.subarray(0, at);
  if (how === 'cut') return before;
  const middle = how === 'drop' ? [] : how === 'set' ? [byte] : [byte, bytes[at] as number];
  return Buffer.concat([before, Buffer.from(middle), bytes.subarray(at + 1)]);
}

describe('a bundle that is too much', () => {
  it('a bundle of too many bytes is refused before it is read', async () => {
    await refusal('bundle/too-large', () => inspectBundle(new Uint8Array(MAX_BUNDLE_BYTES + 1)));
  });

  // The longest string of V8, and more bytes than a string of any runtime can have been made of.
  it.each([0x1fffffe8, 0x1fffffe9, 0x40000000])(
    'a bundle of %d bytes is refused as too large, not as malformed text',
    async (length) => {
      const bundle = new Uint8Array(length);
      await refusal('bundle/too-large', () => inspectBundle(bundle));
      await refusal('bundle/too-large', () => openSignature(bundle, verifier));
      await refusal('bundle/too-large', () => verifyModel(model, bundle, verifier));
    },
  );

  it('a bundle that is nested too deeply is refused', async () => {
    await refusal('bundle/too-large', () => inspectBundle(Buffer.from(`{"a":${'['.repeat(1000)}`)));
  });

  it('a bundle of too many values is refused', async () => {
    await refusal('bundle/too-large', () => inspectBundle(Buffer.from(`{"a":[${'0,'.repeat(200_000)}0]}`)));
  });

  it('a statement that is nested too deeply is refused', async () => {
    const payload = Buffer.from(`${'{"a":'.repeat(1000)}0${'}'.repeat(1000)}`);
    await refusal('statement/too-large', () => verifyModel(model, forge(bundle, key, { payload }), verifier));
  });

  it('a statement of too many resources is refused before they are validated', async () => {
    const statement: NonNullable<Forgery['statement']> = (s) => {
      s.predicate.resources = Array.from({ length: 1_000_001 }, () => 0);
    };
    await refusal('manifest/too-many-resources', () => verifyModel(model, forge(bundle, key, { statement }), verifier));
  });

  it('a name of a hundred thousand components is refused without delay', async () => {
    for (const name of [
      `${'a/'.repeat(100_000)}`,
      `${'a/'.repeat(100_000)}..`,
      '/'.repeat(100_000),
      `${'.'.repeat(100_000)}/.`,
    ]) {
      const statement: NonNullable<Forgery['statement']> = (s) => {
        s.predicate.resources[0].name = name;
      };
      await refusal('manifest/name-invalid', () => verifyModel(model, forge(bundle, key, { statement }), verifier));
    }
  });
});

describe('valid names that are costly to compare', () => {
  const withNames = (names: string[]) =>
    forge(bundle, key, {
      statement: (s) => {
        s.predicate.resources = names.map((name) => ({ name, algorithm: 'sha256', digest: '00'.repeat(32) }));
        s.predicate.serialization.ignore_paths = names.slice(0, 1000).map((name) => `${name}/x`);
        s.subject[0].digest.sha256 = 'ff'.repeat(32);
      },
    });

  it('names that are costly to compare because they are long are refused', async () => {
    const names = Array.from({ length: 4000 }, (_, i) => String(i).padStart(16_400, 'x'));
    await refusal('manifest/name-invalid', () => verifyModel(model, withNames(names), verifier));
  });

  it('names that are costly to compare because they are deep are compared in the end', async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `${'a/'.repeat(1900)}${i}`);
    const forged = forge(withNames(names), key, { statement: fixRoot });
    const error = await refusal('model/mismatch', () => verifyModel(model, forged, verifier));
    expect(error.differences).toHaveLength(5002);
  });
});

it('terminal escapes in untrusted text are kept out of messages', async () => {
  const statement: NonNullable<Forgery['statement']> = (s) => {
    s.predicate.resources[0].name = '../\u001b]0;owned\u0007\u202e';
  };
  const error = await refusal('manifest/name-invalid', () =>
    verifyModel(model, forge(bundle, key, { statement }), verifier),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
});
