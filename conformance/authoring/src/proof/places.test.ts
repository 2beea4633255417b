import { expect, it } from 'vitest';
import { type LoadedVector, loadVectors } from '../../../suite/src/vectors/load.ts';
import { DEFAULT_LISTING } from '../recipes/compile.ts';
import { forgeBundle } from '../recipes/forge.ts';
import type { Forgery } from '../recipes/recipe.ts';
import { proveOneFault } from './one-fault.ts';
import { placesThatDiffer } from './places.ts';

const byId = new Map(loadVectors().map((each) => [each.vector.id, each]));
const control = byId.get('bundle_plain') as LoadedVector;

/** A refused vector with these changes to the control's bundle, and to its inputs. */
function planted(forge: Forgery, inputs = {}): LoadedVector {
  const bundle = forgeBundle(control.vector.model, DEFAULT_LISTING, 'p256-a', [forge]);
  const vector = { ...control.vector, expect: { outcome: 'reject' }, inputs: { ...control.vector.inputs, ...inputs } };
  return { ...control, vector: vector as LoadedVector['vector'], bundle };
}

const truncated = (json: string) => json.trimEnd().slice(0, -1);
const noResources: Forgery = { statementAndRoot: (s) => delete s.predicate.resources };
const withHint: Forgery = { material: (m) => Object.assign(m.publicKey, { hint: 'f'.repeat(64) }) };
const unsignedPayload: Forgery = {
  envelope: (e) => Object.assign(e, { payload: Buffer.from('model').toString('base64') }),
};

it.each<[what: string, forge: Forgery, place: string]>([
  ['a missing brace', { raw: truncated }, 'the bundle'],
  ['a payload that is not JSON', { payload: () => 'model' }, 'payload as a whole'],
  ['missing resources', noResources, 'payload /predicate/resources'],
  ['a removed envelope', { bundle: (b) => delete b.dsseEnvelope }, '/dsseEnvelope'],
])('A vector in which %s is the only fault differs from its control in one place', (_what, forge, place) => {
  expect(placesThatDiffer(planted(forge), control)).toEqual([place]);
});

it.each<[what: string, vector: LoadedVector]>([
  ['a missing brace and another hint', planted({ ...withHint, raw: truncated })],
  ['a missing brace and another key', planted({ raw: truncated }, { publicKey: 'keys/test-p256-b.pub.pem' })],
  ['missing resources and another hint', planted({ ...noResources, ...withHint })],
  ['missing resources and a foreign payload type', planted({ ...noResources, payloadType: 'application/json' })],
  [
    'missing resources under a signature that does not verify',
    planted({ ...noResources, signedBytes: () => Buffer.of(1) }),
  ],
  ['a payload that is not JSON and was not signed', planted(unsignedPayload)],
  [
    'two missing members of a resource',
    planted({
      statementAndRoot: ({
        predicate: {
          resources: [first, second],
        },
      }) => {
        delete first.name;
        delete second.digest;
      },
    }),
  ],
  [
    'a wrong digest and an added subject',
    planted({
      statement: (s) => {
        s.predicate.resources[0].digest = '0'.repeat(64);
        s.subject.push(s.subject[0]);
      },
    }),
  ],
  [
    'a name that escapes in place of a listed file',
    planted({
      statement: (s) => {
        s.predicate.resources[1].name = '../outside.bin';
      },
    }),
  ],
  [
    'a wrong media type and a repeated member',
    planted({
      bundle: (b) => Object.assign(b, { mediaType: 'application/json' }),
      raw: (json) => json.replace('"payload":', '"payload": "", "payload":'),
    }),
  ],
])('A vector with two faults, %s, is not proven to have one', (_what, vector) => {
  expect(proveOneFault(vector, control)).toBeTypeOf('string');
});

it('A vector that is its control is not proven to have a fault', () => {
  expect(proveOneFault(planted({}), control)).toBe('the oracle accepts it');
});
