import type { Output } from './output.ts';

/** Reports what the library does to the OpenTelemetry SDK of this process, if `@opentelemetry/api` is installed beside the command. */
export async function reportOperations(output: Output): Promise<void> {
  try {
    (await import('@model-signing/core/telemetry')).enableTelemetry();
  } catch {
    const missing = 'an OpenTelemetry SDK is running, and @opentelemetry/api is not installed beside this command';
    output.notice('command/telemetry-unavailable', `${missing}: nothing is reported to it`);
  }
}
