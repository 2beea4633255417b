import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { Sandbox } from './testing/command.ts';

const packageOf = (name: string) => JSON.stringify(pathToFileURL(fileURLToPath(import.meta.resolve(name))));
const API = packageOf('@opentelemetry/api');

/** A module to preload, as OpenTelemetry's own are: it registers an SDK that prints the names of the spans when the process ends. */
function sdk(): string {
  return `
    import { trace } from ${API};
    import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from ${packageOf('@opentelemetry/sdk-trace')};
    const exporter = new InMemorySpanExporter();
    const processor = new SimpleSpanProcessor({ exporter });
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor] }));
    process.once('beforeExit', async () => {
      await processor.forceFlush();
      for (const { name } of exporter.getFinishedSpans()) console.error('span ' + name);
    });`;
}

test('where an SDK is registered, the command reports to it, and its result is the same', async () => {
  const box = new Sandbox();
  box.write('sdk.mjs', sdk());
  const nodeArgs = ['--import', pathToFileURL(box.path('sdk.mjs')).href];
  expect((await box.run(['sign', 'key', 'model', '--private-key', 'key.pem'], { nodeArgs })).stderr).toContain(
    'span model_signing.sign\n',
  );
  const { code, result, stderr } = await box.json(['verify', 'key', 'model', '--public-key', 'key.pub'], { nodeArgs });
  expect({ code, result }).toMatchObject({ code: 0, result: { ok: true, verdict: 'verified' } });
  expect(stderr).toContain('span model_signing.verify\n');
});

const spanOf = (members: string) =>
  `trace.setGlobalTracerProvider({ getTracer: () => ({ startActiveSpan: (_, run) => run({ ${members} }) }) });`;
const broken = "() => { throw new Error('broken') }";
const rejecting = "() => Promise.reject(new Error('broken'))";

test.each([
  ['whose tracers throw', `trace.setGlobalTracerProvider({ getTracer: ${broken} });`, true],
  ['whose meters throw', `metrics.setGlobalMeterProvider({ getMeter: ${broken} });`, true],
  ['whose spans throw', spanOf(`setAttributes: ${broken}`), false],
  ['whose spans reject', spanOf(`setAttributes() {}, setStatus() {}, end: ${rejecting}`), false],
  [
    'whose instruments reject',
    `const instrument = { record: ${rejecting}, add: ${rejecting} };
     metrics.setGlobalMeterProvider({ getMeter: () => ({ createHistogram: () => instrument, createCounter: () => instrument }) });`,
    false,
  ],
  [
    'whose tracers run the work twice and reject',
    `const startActiveSpan = (_, run) => { run({}); run({}); return Promise.reject(new Error('broken')); };
     trace.setGlobalTracerProvider({ getTracer: () => ({ startActiveSpan }) });`,
    false,
  ],
] as const)('an SDK %s changes no result', async (_, registers, isTold) => {
  const box = new Sandbox();
  box.write('sdk.mjs', `import { metrics, trace } from ${API};\n${registers}`);
  const nodeArgs = ['--import', pathToFileURL(box.path('sdk.mjs')).href];
  const { code, stderr } = await box.run(['digest', 'model'], { nodeArgs });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: isTold
      ? 'model-signing: warning: the OpenTelemetry SDK of this process fails ("broken"): nothing is reported to it [command/telemetry-unavailable]\n'
      : '',
  });
});

test('without an SDK, nothing of OpenTelemetry is loaded', async () => {
  const box = new Sandbox();
  const hook = "process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\\n')))";
  box.write('hook.cjs', hook);
  const { stderr } = await box.run(['digest', 'model'], { nodeArgs: ['--require', box.path('hook.cjs')] });
  expect(stderr).toContain('main.cjs');
  expect(stderr).not.toMatch(/@opentelemetry|[/\\]telemetry\.cjs/);
});
