import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allCases, type Case } from './all-cases.ts';
import { makeCertificates } from './certificates.ts';
import { check, checkDigest, checkInstallation, type Exchange, exchange } from './exchange.ts';
import { type Credentials, pythonPackages } from './implementation.ts';
import { makeKeys } from './keys.ts';
import { findKnownDifference, type KnownDifference } from './known-differences.ts';
import { ENVIRONMENT_VARIABLE, type Pair, pairsFromEnvironment, roleOf } from './peers.ts';
import { callCounts } from './process.ts';
import { constraintsFile } from './python-environment.ts';
import { isTried } from './tried.ts';

const pairs = pairsFromEnvironment();

const SIGNING = ['sign', 'accept', 'signer-accepts', 'refuse', 'signer-refuses'] as const;

/** The part of a test's title that names a known difference. */
const note = (known: KnownDifference | undefined) => (known ? ` [known difference: ${known.reason}]` : '');

function newDirectory(...names: string[]): string {
  const at = path.join(directory, ...names);
  mkdirSync(at, { recursive: true });
  return at;
}

function exchanges(pair: Pair, testCase: Case): void {
  const { first, second, known } = pair;
  for (const signer of [first, second]) {
    const verifier = signer === first ? second : first;
    const role = roleOf(signer, pair);
    if (!isTried(testCase, signer, verifier)) continue;
    const difference = findKnownDifference(known, testCase.id, role, SIGNING);
    it(`${signer.name} signs and ${verifier.name} verifies ${testCase.title}${note(difference)}`, async () => {
      const place = newDirectory(`${first.name}-${second.name}`, `${role}-signs`, testCase.id);
      const parties: Exchange = { signer, verifier, credentials: credentialsOf(testCase), directory: place };
      await check(exchange(testCase, parties), difference);
    });
  }
}

/** Certificates are made per case, keys once. */
function credentialsOf({ id, curve = 'P-256', certificate }: Case): Credentials {
  if (!certificate) return keys[curve];
  const made = certificates.get(id) ?? makeCertificates(newDirectory('certificates', id), curve, certificate);
  certificates.set(id, made);
  return made;
}

function digests({ first, second, known }: Pair, testCase: Case): void {
  if (!testCase.digest || !first.digest || !second.digest) return;
  const difference = findKnownDifference(known, testCase.id, null, ['digest']);
  it(`${first.name} and ${second.name} give the same root digest of ${testCase.title}${note(difference)}`, async () => {
    const place = newDirectory(`${first.name}-${second.name}`, 'digest', testCase.id);
    await check(checkDigest(testCase, first, second, place), difference);
  });
}

let directory: string;
let keys: ReturnType<typeof makeKeys>;
const certificates = new Map<string, Credentials>();
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'model-signing-peer-'));
  keys = makeKeys(newDirectory('keys'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  const counts = [...callCounts()].map(([who, count]) => `${who} ${count}`).join(', ');
  if (counts) process.stderr.write(`commands started: ${counts}\n`);
});

if (pairs.length === 0) {
  const how = '"npm run peer -w @model-signing/interop" installs the Python peer and runs the suite with it';
  process.stderr.write(`The peer suite is skipped: ${how}.\n`);
  it.skip(how);
}

for (const pair of pairs) {
  describe.concurrent(`${pair.first.name} and ${pair.second.name}`, () => {
    for (const testCase of allCases) {
      exchanges(pair, testCase);
      digests(pair, testCase);
    }
  });
}

const environment = process.env[ENVIRONMENT_VARIABLE];
if (environment)
  describe('the installed Python peer', () => {
    const known = pairs[0]?.known ?? [];
    const difference = findKnownDifference(known, 'installation', null, ['installation']);

    it(`the Python package requires what it imports${note(difference)}`, async () => {
      await check(checkInstallation(await pythonPackages(environment)), difference);
    });

    it('the Python package is pinned together with all its dependencies', async () => {
      const { output } = await pythonPackages(environment);
      const installed = output
        .split('\n')
        .flatMap((line) => (line.startsWith('installed ') ? [normalise(line.slice(10))] : []));
      const pinned = new Set(readFileSync(constraintsFile, 'utf8').trim().split('\n').map(normalise));
      expect(installed.filter((each) => !pinned.has(each) && !/^(pip|setuptools)==/.test(each))).toEqual([]);
      expect(installed.length).toBeGreaterThan(10);
    });
  });

/** Package names are compared without case and separators. */
function normalise(requirement: string): string {
  return requirement
    .trim()
    .toLowerCase()
    .replaceAll(/[-_.]+(?=.*==)/g, '-');
}
