import { quote } from '@model-signing/core';
import { usageError } from './failure.ts';

/** The most verbose first. The names are those of Python's logging, which scripts already use. */
export const logLevels = ['debug', 'info', 'warning', 'error', 'critical'] as const;

export type LogLevel = (typeof logLevels)[number];

/** The settings that follow from the global flags. */
export interface Settings {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logLevel: LogLevel;
}

/** The global flags, before the environment is taken into account. */
export interface GlobalFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly logLevel?: LogLevel;
}

/**
 * Parses a level of {@link logLevels}, in any case.
 * @throws {CommandError} `command/usage`
 */
export function parseLogLevel(text: string, where = '--log-level'): LogLevel {
  const level = logLevels.find((candidate) => candidate === text.toLowerCase());
  if (!level) throw usageError(`${where} is ${quote(text)}, and must be one of ${logLevels.join(', ')}`);
  return level;
}

/** The settings of a call. A flag overrides the environment. */
export function settingsFrom(flags: GlobalFlags, { MODEL_SIGNING_LOG_LEVEL: fromEnv }: NodeJS.ProcessEnv): Settings {
  const logLevel = flags.logLevel ?? (fromEnv ? parseLogLevel(fromEnv, 'MODEL_SIGNING_LOG_LEVEL') : 'info');
  return { json: flags.json ?? false, quiet: flags.quiet ?? false, logLevel };
}
