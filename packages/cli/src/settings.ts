import { usageError } from './failure.ts';

/** Most talkative first, in the words of Python's logging, which scripts already use. */
export const logLevels = ['debug', 'info', 'warning', 'error', 'critical'] as const;

export type LogLevel = (typeof logLevels)[number];

/** What the flags that every command has ask for. */
export interface Settings {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logLevel: LogLevel;
}

/** The flags as they are parsed, before the environment has its say. */
export interface GlobalFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly logLevel?: LogLevel;
}

/** Names a level as {@link logLevels} does, whatever its case, or refuses it as a wrong command line. */
export function parseLogLevel(text: string, where = '--log-level'): LogLevel {
  const level = logLevels.find((candidate) => candidate === text.toLowerCase());
  if (!level) throw usageError(`${where} is ${JSON.stringify(text)}, and must be one of ${logLevels.join(', ')}`);
  return level;
}

/** The settings of a call: a flag goes before the environment. */
export function settingsFrom(flags: GlobalFlags, { MODEL_SIGNING_LOG_LEVEL: fromEnv }: NodeJS.ProcessEnv): Settings {
  const logLevel = flags.logLevel ?? (fromEnv ? parseLogLevel(fromEnv, 'MODEL_SIGNING_LOG_LEVEL') : 'info');
  return { json: flags.json ?? false, quiet: flags.quiet ?? false, logLevel };
}
