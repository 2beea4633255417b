import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Answer, defaultLimits } from '../adapter/answer.ts';
import { bare } from '../adapter/capabilities.ts';
import type { Session } from '../adapter/session.ts';
import { signVector } from '../oracle/sign.ts';
import type { LoadedVector } from '../vectors/load.ts';
import { loadSuite } from '../vectors/suite.ts';
import { execute } from './execute.ts';

const { byId } = loadSuite();

function vectorOf(id: string): LoadedVector {
  const loaded = byId.get(id);
  if (!loaded) throw new Error(`there is no vector ${id}`);
  return loaded;
}

const directoryInstead = 'a directory';

/** Runs a signing vector with a program that writes this file, or none, and gives this answer. */
async function sign(loaded: LoadedVector, bundle: string | null, answer: Answer = { kind: 'accept', details: null }) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const session: Session = {
    call: async ({ args }) => {
      if (bundle === directoryInstead) mkdirSync(String(args['output-bundle']));
      else if (bundle !== null) writeFileSync(String(args['output-bundle']), bundle);
      return { answer, command: '', output: '', seconds: 0, peakMemory: null };
    },
    close: async () => {},
  };
  const stage = { directory, capabilities: bare, limits: defaultLimits, support: new Map() };
  const { verdicts, faults } = await execute(loaded, session, stage);
  return { public: verdicts.public, clarified: verdicts.clarified, faults };
}

/** The bundle that the oracle makes for a vector. */
function bundleOf({ vector, root }: LoadedVector): string {
  const signing = signVector(vector, (file) => readFileSync(path.join(root, file)), new Set());
  if ('refusal' in signing) throw new Error(signing.refusal.message);
  return signing.bundle.toString();
}

const plain = vectorOf('bundle_sign-plain');

it('a signature that the oracle finds right passes both verdicts', async () => {
  const { faults, ...verdicts } = await sign(plain, bundleOf(plain));
  expect(faults).toEqual([]);
  for (const { judgement, did } of Object.values(verdicts)) expect([judgement.state, did]).toEqual(['pass', 'accept']);
});

it('a signature with a fault against the public text fails both verdicts, and is no control', async () => {
  const { faults, ...verdicts } = await sign(plain, bundleOf(vectorOf('manifest_sign-blake2b')));
  expect(faults.length).toBeGreaterThan(0);
  for (const { judgement, did } of Object.values(verdicts)) {
    expect([judgement.state, did]).toEqual(['fail-rejected', null]);
    expect(judgement.detail).toContain('its bundle is wrong');
  }
});

it.each(['bundle_sign-over-earlier', 'model_sign-signature-again'])(
  'a program that reports success over the earlier signature of %s and writes nothing passes no verdict',
  async (id) => {
    const loaded = vectorOf(id);
    const { clarified } = await sign(loaded, null);
    expect(clarified.judgement).toEqual({ state: 'protocol', detail: 'it reports success and wrote no bundle' });
    const again = await sign(loaded, bundleOf(loaded));
    expect(again.clarified.judgement.state).toBe('pass');
  },
);

it('a refusal that destroys an earlier signature file fails with the clarifications, which ask to keep it', async () => {
  const refusal: Answer = { kind: 'reject', reason: null, message: 'no files', details: null };
  const { clarified, faults, public: byPublic } = await sign(vectorOf('bundle_sign-empty-over-earlier'), '', refusal);
  expect(clarified.judgement.state).toBe('fail-accepted');
  expect(faults).toMatchObject([{ requirement: 'OMS-STORE-3', basis: 'clarification' }]);
  expect(byPublic.judgement.state).toBe('observed');
});

it('by the public text a refusal to sign passes although it leaves a file behind', async () => {
  const loaded = vectorOf('model_sign-not-utf8');
  const refusal: Answer = { kind: 'reject', reason: null, message: 'caf is no name', details: null };
  const { clarified, public: byPublic } = await sign(loaded, 'half', refusal);
  expect(byPublic).toMatchObject({ judgement: { state: 'pass' }, did: 'reject' });
  expect(clarified).toMatchObject({ judgement: { state: 'fail-accepted' }, did: null });
});

it('what a verdict only observes stays observed, whatever is wrong with the signature', async () => {
  const ours = [...byId.values()].find(
    ({ vector: { basis, kind, profile, inputs, expect: expected } }) =>
      basis === 'clarification' && kind === 'sign' && profile === 'core' && inputs.method === 'key' && expected.signed,
  );
  const loaded = vectorOf(String(ours?.vector.id));
  const wrong = await sign(loaded, bundleOf(vectorOf('manifest_sign-blake2b')));
  expect(wrong.faults.some(({ basis, level }) => basis === 'public' && level === 'MUST')).toBe(true);
  const missing = await sign(loaded, null);
  for (const { public: byPublic } of [wrong, missing]) expect(byPublic.judgement.state).toBe('observed');
  expect([wrong, missing].map(({ clarified }) => clarified.judgement.state)).toEqual(['fail-rejected', 'protocol']);
});

it('a bundle that is a directory fails the vector, and does not end the run', async () => {
  const { public: byPublic } = await sign(plain, directoryInstead);
  expect(byPublic).toMatchObject({ judgement: { state: 'protocol' }, did: null });
  expect(byPublic.judgement.detail).toContain('its bundle cannot be read');
});
