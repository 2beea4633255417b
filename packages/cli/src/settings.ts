import { quote } from '@model-signing/core';
import { usageError } from './failure.ts';

/** The most verbose first. The names are those of Python's logging, which scripts already use. */
export const logLevels = ['debug', 'info', 'warning', 'error', 'critical'] as const;

export type LogLevel = (typeof logLevels)[number];

/** The forms of what is written to stderr: lines for people, or one JSON object on each line. */
export const logFormats = ['text', 'json'] as const;

export type LogFormat = (typeof logFormats)[number];

/** The settings that follow from the global flags. */
export interface Settings {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** The global flags, before the environment is taken into account. */
export interface GlobalFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly logLevel?: LogLevel;
  readonly logFormat?: LogFormat;
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

/**
 * Parses a format of {@link logFormats}, in any case.
 * @throws {CommandError} `command/usage`
 */
export function parseLogFormat(text: string, where = '--log-format'): LogFormat {
  const format = logFormats.find((candidate) => candidate === text.toLowerCase());
  if (!format) throw usageError(`${where} is ${quote(text)}, and must be one of ${logFormats.join(', ')}`);
  return format;
}

/** The settings of a call. A flag overrides the environment. */
export function settingsFrom(flags: GlobalFlags, environment: NodeJS.ProcessEnv): Settings {
  const { MODEL_SIGNING_LOG_LEVEL: level, MODEL_SIGNING_LOG_FORMAT: format } = environment;
  return {
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
    logLevel: flags.logLevel ?? (level ? parseLogLevel(level, 'MODEL_SIGNING_LOG_LEVEL') : 'info'),
    logFormat: flags.logFormat ?? (format ? parseLogFormat(format, 'MODEL_SIGNING_LOG_FORMAT') : 'text'),
  };
}

/**
 * The settings before the command line is read, which can fail: whether failures are printed as JSON too, and in which format.
 * What is wrong with a value is said later.
 */
export function settingsBefore(
  argv: readonly string[],
  { MODEL_SIGNING_LOG_FORMAT: fromEnv }: NodeJS.ProcessEnv,
): Settings {
  const end = argv.indexOf('--');
  const words = argv.slice(0, end === -1 ? argv.length : end);
  const json = words.some((word) => /^--json(?:=|$)/.test(word));
  const at = words.findLastIndex((word) => /^--log[-_]format(?:=|$)/.test(word));
  const given = at === -1 ? fromEnv : (words[at]?.split('=')[1] ?? words[at + 1]);
  return { json, quiet: false, logLevel: 'info', logFormat: given?.toLowerCase() === 'json' ? 'json' : 'text' };
}
