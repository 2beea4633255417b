import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { Sandbox } from './testing/command.ts';

/** A module to preload, as OpenTelemetry's own are: it registers an SDK that prints the names of the spans when the process ends. */
function sdk(): string {
  const packageOf = (name: string) => JSON.stringify(pathToFileURL(fileURLToPath(import.meta.resolve(name))));
  return `
    import { trace } from ${packageOf('@opentelemetry/api')};
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

test('without an SDK, nothing of OpenTelemetry is loaded', async () => {
  const box = new Sandbox();
  const hook = "process.on('exit', () => process.stderr.write(Object.keys(require.cache).join('\\n')))";
  box.write('hook.cjs', hook);
  const { stderr } = await box.run(['digest', 'model'], { nodeArgs: ['--require', box.path('hook.cjs')] });
  expect(stderr).toContain('main.cjs');
  expect(stderr).not.toMatch(/@opentelemetry|[/\\]telemetry\.cjs/);
});
