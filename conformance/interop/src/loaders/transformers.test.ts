import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { keySigner, localModel, signModel } from '@model-signing/core';
import { type HubFile, startHub } from '@model-signing/testing/hub';
import { onnxModel } from '@model-signing/testing/onnx-model';
import { modelDirectory, temporaryDirectory } from '@model-signing/testing/tree';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { fileOf, skipReason } from '../needed-programs.ts';
import { type AttackResults, attackPage } from './attack-page.ts';
import { attacks } from './attacks.ts';
import { loaderFor } from './environment.ts';
import { ChromiumLoader } from './in-chromium.ts';
import { NodeLoader } from './in-node.ts';
import type { LoadOutcome, LoadRequest } from './load.ts';

const transformers = loaderFor('transformers');
const chromium = loaderFor('chromium');

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }) as string;

// transformers.js does not handle the failure of an ONNX file while it waits for its external data, nor that of what it no longer waits for.
const handlers = process.listeners('unhandledRejection');
beforeAll(() => {
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', () => {});
});
afterAll(() => {
  process.removeAllListeners('unhandledRejection');
  for (const handler of handlers) process.on('unhandledRejection', handler);
});

/** What loads models, and changes what it keeps of them. */
interface Loader {
  load(request: LoadRequest): Promise<LoadOutcome>;
  poison(request: LoadRequest, name: string): Promise<void>;
}

let opened: Promise<ChromiumLoader> | undefined;
afterAll(async () => (await opened)?.[Symbol.asyncDispose]());

function openChromium(): Promise<ChromiumLoader> {
  opened ??= ChromiumLoader.open(fileOf(chromium), fileOf(transformers));
  return opened;
}

const openNode = async () => new NodeLoader(fileOf(transformers), temporaryDirectory());

interface Runtime {
  readonly title: string;
  readonly needed: Parameters<typeof skipReason>[0];
  readonly options: Partial<LoadRequest>;
  readonly open: () => Promise<Loader>;
}

const runtimes: readonly Runtime[] = [
  { title: 'Node, by path', needed: { transformers }, options: {}, open: openNode },
  { title: 'Node, in memory', needed: { transformers }, options: { inMemory: true }, open: openNode },
  { title: 'Chromium', needed: { transformers, chromium }, options: {}, open: openChromium },
];

let count = 0;

/** A signed model on a hub, under a name of its own, since transformers.js remembers what it has read. */
async function startLoading(loader: Loader, options: Partial<LoadRequest>) {
  const tree = onnxModel({ externalData: true });
  const { bundle } = await signModel(localModel(modelDirectory(tree)), keySigner({ privateKey }));
  const model = `org/model-${++count}`;
  const files: Record<string, HubFile> = { ...tree, 'model.sig': bundle };
  const hub = await startHub({ repositories: { [model]: files, 'org/other': tree } });
  onTestFinished(hub.stop);
  const request: LoadRequest = { hub: hub.url, model, revision: hub.head(model), publicKey, ...options };
  const load = (asked: LoadRequest['asked'] = {}) => loader.load({ ...request, asked });
  return { hub, model, files, load, poison: (name: string) => loader.poison(request, name) };
}

/** The rows of the two words in the table of the model. */
const FEATURES = [1, 1.5, 2, 2.5];

const results: AttackResults = new Map(attacks.map(({ title }) => [title, new Map()]));

describe.each(runtimes)('transformers.js under guard', ({ title: runtime, needed, options, open }) => {
  const isMissing = Object.values(needed).some((program) => 'unavailable' in program);
  it.skipIf(isMissing).each(attacks)(
    `$title: the load in ${runtime} ends as it has to${skipReason(needed)}`,
    async ({ title, isWarm, act, refused, evicted, ...attack }) => {
      const world = await startLoading(await open(), options);
      if (isWarm) expect((await world.load()).features).toEqual(FEATURES);
      await act?.(world);
      const { revision, dtype, elsewhere } = attack;
      const outcome = await world.load({
        ...(elsewhere && { model: 'org/other' }),
        ...(revision !== undefined && { revision }),
        ...(dtype !== undefined && { dtype }),
      });
      results.get(title)?.set(runtime, outcome);
      if (refused === undefined) expect(outcome).toMatchObject({ features: FEATURES, refused: [], unchecked: 0 });
      else expect(outcome.code, outcome.message ?? 'it was loaded').toBe(refused);
      if (refused !== undefined) expect(outcome.refused).toContain(refused);
      expect(outcome.evicted).toEqual(evicted === undefined ? [] : [evicted]);
      world.hub.faults.clear();
      expect((await world.load()).features).toEqual(FEATURES);
    },
  );
});

afterAll(() => {
  const isWhole = [...results.values()].every((found) => found.size === runtimes.length);
  if (!isWhole) return;
  const titles = runtimes.map(({ title }) => title);
  writeFileSync(path.join(import.meta.dirname, '../../attacks.md'), attackPage(titles, results));
});
