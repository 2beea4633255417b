import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { HostCannot, writeModel } from '../../../suite/src/run/workspace.ts';
import { type LoadedVector, loadVectors } from '../../../suite/src/vectors/load.ts';
import { type NaiveCase, type NaiveCheck, naiveCheckOf, naiveChecks, verifyNaively } from './naive-verifier.ts';

const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-naive-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Milliseconds: catches a hang, even on a busy machine. */
const LIMIT = 600_000;

const loaded = loadVectors();

/** The case as the naive verifier reads it, or null if it is beyond what it supports. */
function caseOf({ vector, bundle, root }: LoadedVector): NaiveCase | null {
  const { inputs, model, profile, kind, heavy } = vector;
  if (kind !== 'verify' || profile !== 'core' || heavy || inputs.method !== 'key' || !bundle) return null;
  if (inputs.ignoreGitPaths === false) return null;
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bundle));
    const payload = Buffer.from(value.dsseEnvelope.payload, 'base64');
    const statement = JSON.parse(String(payload));
    const { serialization, resources } = statement.predicate;
    const supported =
      serialization.method === 'files' && serialization.hash_type === 'sha256' && Array.isArray(resources);
    if (
      resources.some?.(({ name }: { name: string }) => name === '.') &&
      ('content' in model || resources.length === 1)
    )
      return null;
    if (!supported || !Array.isArray(statement.subject)) return null;
    const at = mkdtempSync(path.join(directory, 'case-'));
    const written = writeModel(model, at);
    const spelled = `${at}/${inputs.signature ?? `${model.name}.sig`}`;
    writeFileSync(spelled, bundle);
    const signatureFile = realpathSync(spelled);
    const publicKey = String(readFileSync(path.join(root, inputs.publicKey ?? '')));
    return { bundle: value, statement, payload, publicKey, model: written, signatureFile, inputs };
  } catch (error) {
    if (error instanceof HostCannot || error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

/** The checks in other orders than their own: backwards, and from each of some places on. */
const orders: readonly (readonly NaiveCheck[])[] = [
  naiveChecks,
  naiveChecks.toReversed(),
  ...[4, 9, 13].map((from) => [...naiveChecks.slice(from), ...naiveChecks.slice(0, from)]),
];

/** Vectors that a second check refuses as well, and that catch what no vector with one fault can. */
const unavoidable: Readonly<Record<string, string>> = {
  'manifest_name-twice-first-right':
    'a verifier that keeps one digest of a repeated name is caught by a wrong one alone',
  'manifest_name-twice-last-right':
    'a verifier that keeps one digest of a repeated name is caught by a wrong one alone',
  'model_link-text-for-file': 'the text of the link is the content, and so leads to nothing',
  'signer_another-signer':
    'a verifier that skips the signature for a hint it does not know is caught by another hint alone',
};

it(
  'A naive verifier refuses every refused vector about one of its checks for that check alone, in any order',
  () => {
    const wrong: unknown[] = [];
    let judged = 0;
    for (const each of loaded) {
      const { id, requirements, expect: expected } = each.vector;
      const about = requirements.flatMap((requirement) => naiveCheckOf[requirement] ?? []);
      if (expected.outcome !== 'reject' || about.length === 0 || id in unavoidable) continue;
      const naiveCase = caseOf(each);
      if (naiveCase === null) continue;
      judged++;
      const found = new Set(orders.map((order) => verifyNaively(naiveCase, order)));
      const [refusing] = found;
      if (found.size === 1 && refusing && about.includes(refusing)) {
        const without = orders.map((order) =>
          verifyNaively(
            naiveCase,
            order.filter((check) => check !== refusing),
          ),
        );
        if (without.every((check) => check === null)) continue;
      }
      wrong.push([id, about, [...found]]);
    }
    expect(wrong).toEqual([]);
    expect(judged).toBeGreaterThan(200);
  },
  LIMIT,
);

it(
  'A naive verifier with all of its checks accepts every accepted vector that it supports',
  () => {
    const wrong: unknown[] = [];
    let judged = 0;
    for (const each of loaded) {
      if (each.vector.expect.outcome !== 'accept') continue;
      const naiveCase = caseOf(each);
      if (naiveCase === null) continue;
      judged++;
      const refusing = verifyNaively(naiveCase, naiveChecks);
      if (refusing !== null) wrong.push([each.vector.id, refusing]);
    }
    expect(wrong).toEqual([]);
    expect(judged).toBeGreaterThan(100);
  },
  LIMIT,
);
