import { shorten } from '@model-signing/x509/text';
import { type Attributes, metrics, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { printable } from './format/text.ts';
import { type Observer, type OperationEnd, type OperationName, observe } from './observe.ts';

/** The name of the tracer and of the meter. */
const SCOPE = '@model-signing/core';

/** The most characters of the name of a model in an attribute, without the `…` where it is cut. */
const MAX_NAME = 255;

/**
 * Reports every operation of this package to OpenTelemetry from now on: a span for each, and counters of files, bytes and verdicts.
 * Whatever SDK the program registers with `@opentelemetry/api` receives them, also if it is registered later; without one, nothing
 * is recorded.
 *
 * Attributes hold no key, token, digest or identity, no content or name of a file, and no message of an error. The name of the model is
 * in spans only, with hidden characters escaped and cut after 256 characters.
 * @returns a function that ends it
 *
 * @example
 * import { enableTelemetry } from '@model-signing/core/telemetry';
 *
 * enableTelemetry();
 */
export function enableTelemetry(): () => void {
  const tracer = trace.getTracer(SCOPE);
  const record = instruments();
  const observer: Observer = {
    begin: (operation, run) =>
      tracer.startActiveSpan(`model_signing.${operation}`, (span) => {
        run();
        return (end: OperationEnd) => {
          // An SDK must not fail, and must not make an operation fail if it does: what it throws or rejects is ignored.
          void Promise.allSettled([finish(span, end), ...record(operation, end)]);
        };
      }),
  };
  return observe(observer);
}

function finish(span: Span, end: OperationEnd): unknown {
  const { modelName, files, bytes, hashAlgorithm } = end;
  span.setAttributes({
    ...commonAttributes(end),
    ...(modelName !== undefined && { 'model_signing.model.name': shorten(printable(modelName), MAX_NAME) }),
    ...(hashAlgorithm !== undefined && { 'model_signing.hash.algorithm': hashAlgorithm }),
    ...(files !== undefined && { 'model_signing.files': files }),
    ...(bytes !== undefined && { 'model_signing.bytes': bytes }),
  });
  if (end.failed) span.setStatus({ code: SpanStatusCode.ERROR });
  return span.end();
}

/** Attributes with few values, so that they can be those of metrics too. */
function commonAttributes({ method, verdict, failed, error }: OperationEnd): Attributes {
  return {
    ...(method !== undefined && { 'model_signing.method': method }),
    ...(verdict !== undefined && { 'model_signing.verdict': verdict }),
    ...(failed && { 'error.type': errorType(error) }),
  };
}

/** Creates the instruments. Returns what records the end of an operation, with what the SDK answers. */
function instruments(): (operation: OperationName, end: OperationEnd) => readonly unknown[] {
  const meter = metrics.getMeter(SCOPE);
  const duration = meter.createHistogram('model_signing.operation.duration', {
    description: 'How long signing, verifying and their steps take',
    unit: 's',
    advice: { explicitBucketBoundaries: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800] },
  });
  const files = meter.createCounter('model_signing.files', { description: 'Hashed files', unit: '{file}' });
  const bytes = meter.createCounter('model_signing.bytes', { description: 'Hashed bytes', unit: 'By' });
  const verdicts = meter.createCounter('model_signing.verdicts', {
    description: 'Verifications, by their verdict or by why there is none',
    unit: '{verification}',
  });
  return (operation, end) => {
    const attributes = { 'model_signing.operation': operation, ...commonAttributes(end) };
    return [
      duration.record(end.milliseconds / 1000, attributes),
      end.files !== undefined && files.add(end.files, attributes),
      end.bytes !== undefined && bytes.add(end.bytes, attributes),
      (operation === 'verify' || operation === 'verify_some') && verdicts.add(1, attributes),
    ];
  };
}

/** The code of an error, or else its class, if it looks like one: never a text of any length. */
function errorType(error: unknown): string {
  const { code, name } = Object(error) as { readonly code?: unknown; readonly name?: unknown };
  if (typeof code === 'string' && /^[\w-]{1,32}(?:\/[\w-]{1,32})?$/.test(code)) return code;
  return typeof name === 'string' && /^\w{1,64}$/.test(name) ? name : '_OTHER';
}
