import { quote } from '@model-signing/core';
import type { Output } from './output.ts';

/** Reports what the library does to the OpenTelemetry SDK of this process, if `@opentelemetry/api` is installed beside the command. */
export async function reportOperations(output: Output): Promise<void> {
  const unavailable = (why: string) =>
    output.notice('command/telemetry-unavailable', `${why}: nothing is reported to it`);
  const telemetry = await import('@model-signing/core/telemetry').catch(() => null);
  if (telemetry === null) {
    return unavailable('an OpenTelemetry SDK is running, and @opentelemetry/api is not installed beside this command');
  }
  try {
    telemetry.enableTelemetry();
  } catch (error) {
    unavailable(
      `the OpenTelemetry SDK of this process fails (${quote(error instanceof Error ? error.message : String(error))})`,
    );
  }
}
