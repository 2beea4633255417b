import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { context, metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { attest, openAttestation } from './attest.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import { localModel } from './node/local-model.ts';
import { openSignature } from './open.ts';
import { hashModel, signModel } from './sign.ts';
import type { Signer } from './signer.ts';
import { enableTelemetry } from './telemetry.ts';
import { memoryModel } from './testing/memory-model.ts';
import { verifyModel, verifySigned } from './verify.ts';
import { verifySeveral } from './verify-several.ts';
import { verifySome } from './verify-some.ts';

const spans = new InMemorySpanExporter();
const processor = new SimpleSpanProcessor({ exporter: spans });
const exported = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: 3_600_000 });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor] }));
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
const stop = enableTelemetry();
afterAll(stop);

beforeEach(async () => {
  await reader.forceFlush();
  await processor.forceFlush();
  spans.reset();
  exported.reset();
});

const key = testKey();
const tree = { 'config.json': '{}', 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbb' };

/** The finished spans: name, name of the parent, attributes. */
async function finished() {
  await processor.forceFlush();
  const all = spans.getFinishedSpans();
  const nameOf = new Map(all.map((span) => [span.spanContext().spanId, span.name]));
  return all.map((span) => ({
    name: span.name,
    parent: nameOf.get(span.parentSpanContext?.spanId ?? '') ?? null,
    attributes: span.attributes,
    failed: span.status.code === SpanStatusCode.ERROR,
  }));
}

/** The values of an instrument since the test began, with their attributes. */
async function values(name: string) {
  await reader.forceFlush();
  return exported
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    .filter(({ descriptor }) => descriptor.name === name)
    .flatMap(({ dataPoints }) => dataPoints.map(({ value, attributes }) => ({ value, attributes })));
}

async function signed() {
  const root = modelDirectory(tree);
  const { bundle } = await signModel(localModel(root), keySigner(key));
  await processor.forceFlush();
  spans.reset();
  return { root, model: localModel(root), bundle };
}

it('signing is a span with its steps inside', async () => {
  await signModel(localModel(modelDirectory(tree)), keySigner(key));
  const hashed = { 'model_signing.files': 3, 'model_signing.bytes': 10, 'model_signing.hash.algorithm': 'sha256' };
  const verb = { 'model_signing.method': 'key', 'model_signing.model.name': 'model' };
  expect(await finished()).toEqual([
    { name: 'model_signing.hash_files', parent: 'model_signing.sign', attributes: hashed, failed: false },
    { name: 'model_signing.seal', parent: 'model_signing.sign', attributes: {}, failed: false },
    { name: 'model_signing.sign', parent: null, attributes: verb, failed: false },
  ]);
});

it('what a signer does belongs to the span of its step', async () => {
  const inner = keySigner(key);
  const signer: Signer = {
    sign: (content, warn) =>
      trace.getTracer('test').startActiveSpan('request', async (span) => {
        const made = await inner.sign(content, warn);
        span.end();
        return made;
      }),
  };
  await signModel(localModel(modelDirectory(tree)), signer);
  expect(await finished()).toContainEqual(expect.objectContaining({ name: 'request', parent: 'model_signing.seal' }));
});

it('a span of the caller is the parent', async () => {
  await trace.getTracer('test').startActiveSpan('deploy', async (span) => {
    await hashModel(localModel(modelDirectory(tree)));
    span.end();
  });
  expect(await finished()).toContainEqual(expect.objectContaining({ name: 'model_signing.hash', parent: 'deploy' }));
});

it('verifying is a span with the verdict, and counts files, bytes and the verdict', async () => {
  const { model, bundle } = await signed();
  await values('model_signing.files');
  exported.reset();
  await verifyModel(model, bundle, keyVerifier(key));
  expect((await finished()).map(({ name, parent }) => [name, parent])).toEqual([
    ['model_signing.open', 'model_signing.verify'],
    ['model_signing.hash_files', 'model_signing.verify'],
    ['model_signing.verify', null],
  ]);
  expect((await finished()).at(-1)?.attributes).toEqual({
    'model_signing.method': 'key',
    'model_signing.model.name': 'model',
    'model_signing.verdict': 'verified',
  });
  const hashing = { 'model_signing.operation': 'hash_files' };
  expect(await values('model_signing.files')).toEqual([{ value: 3, attributes: hashing }]);
  expect(await values('model_signing.bytes')).toEqual([{ value: 10, attributes: hashing }]);
  expect(await values('model_signing.verdicts')).toEqual([
    {
      value: 1,
      attributes: {
        'model_signing.operation': 'verify',
        'model_signing.method': 'key',
        'model_signing.verdict': 'verified',
      },
    },
  ]);
});

it('a refused model is counted by the code of its error, which is all that is said of the error', async () => {
  const { root, model, bundle } = await signed();
  appendFileSync(path.join(root, 'config.json'), 'SECRET');
  writeFileSync(path.join(root, 'hidden-name'), '');
  await expect(verifyModel(model, bundle, keyVerifier(key))).rejects.toThrow();
  const span = (await finished()).at(-1);
  expect(span).toMatchObject({ name: 'model_signing.verify', failed: true });
  expect(span?.attributes['error.type']).toBe('model/mismatch');
  const [counted] = await values('model_signing.verdicts');
  expect(counted?.attributes).toMatchObject({ 'error.type': 'model/mismatch' });
  expect(counted?.attributes).not.toHaveProperty('model_signing.verdict');
  const all = JSON.stringify([await finished(), exported.getMetrics().map(({ scopeMetrics }) => scopeMetrics)]);
  expect(all).not.toMatch(/SECRET|hidden-name|config\.json/);
});

it('an untrusted signature is counted as that, and the model is not read', async () => {
  const { model, bundle } = await signed();
  await expect(verifyModel(model, bundle, keyVerifier(testKey()))).rejects.toThrow();
  const found = (await finished()).map(({ name, attributes }) => [name, attributes['error.type']]);
  expect(found).toEqual([
    ['model_signing.open', expect.stringMatching(/^(?:signer|envelope)\//)],
    ['model_signing.verify', expect.stringMatching(/^(?:signer|envelope)\//)],
  ]);
});

it('some files, several signatures and attestations have spans too', async () => {
  const { model, bundle } = await signed();
  const verifier = keyVerifier(key);
  const opened = await openSignature(bundle, verifier);
  await verifySome(opened, model, ['config.json']);
  await verifySigned(opened, model);
  await verifySeveral([opened, opened], model);
  const claim = { predicateType: 'https://example.com/test', predicate: {} };
  await openAttestation((await attest(opened, claim, keySigner(key))).bundle, verifier);
  const verbs = (await finished()).filter(({ name }) => !/hash_files|seal/.test(name));
  expect(verbs.map(({ name, attributes }) => [name, attributes['model_signing.verdict']])).toEqual([
    ['model_signing.open', undefined],
    ['model_signing.verify_some', 'partial'],
    ['model_signing.verify', 'verified'],
    ['model_signing.verify', 'verified'],
    ['model_signing.verify', 'verified'],
    ['model_signing.verify_several', undefined],
    ['model_signing.attest', undefined],
    ['model_signing.open_attestation', undefined],
  ]);
  expect(
    verbs.every(({ name, attributes }) => /several/.test(name) || attributes['model_signing.method'] === 'key'),
  ).toBe(true);
});

it('the name of a model is cut and has no hidden characters', async () => {
  await hashModel({ ...memoryModel({ a: 'a' }), name: `\u001b[2J${'x'.repeat(1000)}` });
  const name = String((await finished()).at(-1)?.attributes['model_signing.model.name']);
  expect(name.length).toBeLessThanOrEqual(256);
  expect(name).toMatch(/^\\u\{1b\}\[2Jx/);
});

it.each([
  [Object.assign(new Error('x'), { code: 'source/not-found' }), 'source/not-found'],
  [Object.assign(new Error('x'), { code: 'EACCES' }), 'EACCES'],
  [Object.assign(new Error('x'), { code: 'a long text, with names' }), 'Error'],
  [new TypeError('x'), 'TypeError'],
  [Object.assign(new Error('x'), { name: 'text '.repeat(99) }), '_OTHER'],
  ['thrown text', '_OTHER'],
  [undefined, '_OTHER'],
])('the type of the error %o is %s', async (error, type) => {
  const signer: Signer = { sign: () => Promise.reject(error) };
  await signModel(memoryModel({ a: 'a' }), signer).catch(() => {});
  expect((await finished()).at(-1)?.attributes['error.type']).toBe(type);
});

it('after the end nothing is recorded', async () => {
  stop();
  await hashModel(memoryModel({ a: 'a' }));
  expect(await finished()).toEqual([]);
});
