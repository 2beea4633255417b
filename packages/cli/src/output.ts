import { styleText } from 'node:util';
import { printable } from '@model-signing/core';
import { shorten } from '@model-signing/x509/text';
import type { Failure } from './failure.ts';
import { type LogRecord, recordLine } from './log-record.ts';
import { printableJson, printableNames } from './printable.ts';
import { Redaction } from './secret-text.ts';
import { type LogLevel, logLevels, type Settings } from './settings.ts';
import { type Streams, standardStreams } from './standard-streams.ts';

const RESULT_SCHEMA = 'model-signing/result/v1';

/** How many entries of one kind a list for people shows. */
const MAX_LISTED = 20;

/** The most characters of a message for people: more than any with a few cut names has. */
const MAX_MESSAGE = 4000;

/** A warning of the command itself. */
interface Notice {
  readonly code: string;
  readonly message: string;
  readonly requirement: null;
}

type Style = Parameters<typeof styleText>[0];

/** The codes that say no more than the message does. */
const plainCodes: ReadonlySet<string> = new Set(['command/usage', 'command/interrupted']);

/** Writes data to stdout and messages to stderr, as far as the settings allow. */
export class Output {
  readonly settings: Settings;
  readonly #streams: Streams;
  readonly #redaction: Redaction;
  readonly #notices: Notice[] = [];
  /** Where the model was found, for a failure in JSON. */
  #source: object = {};
  /** Whether the one JSON object is printed; a failure after it goes to stderr only. */
  #answered = false;

  /** @param secrets what no message and no failure may repeat, not even in part */
  constructor(settings: Settings, streams = standardStreams, secrets: readonly string[] = []) {
    this.settings = settings;
    this.#streams = streams;
    this.#redaction = new Redaction(secrets);
  }

  /** Writes to stdout as it is. `--quiet` does not silence it. */
  data(text: string): void {
    this.#streams.stdout.write(text);
  }

  /** Prints requested text, such as a completion script: as it is, or in one object with `--json`. */
  text(command: string, fields: Record<string, unknown>, text: string): void {
    if (this.settings.json) this.#json({ ok: true, command, ...fields });
    else this.data(text);
  }

  /** Prints the requested result: one object with `--json`, otherwise lines for people. */
  answer(command: string, fields: Record<string, unknown>, lines: () => readonly string[]): void {
    if (this.settings.json) this.#json({ ok: true, command, ...fields, ...this.#withNotices(fields) });
    else for (const line of lines()) this.data(`${printable(line)}\n`);
  }

  /** Prints an {@link answer} that only confirms the exit code, so `--quiet` silences it. */
  success(command: string, fields: Record<string, unknown>, lines: () => readonly string[]): void {
    this.answer(command, fields, this.settings.quiet ? () => [] : lines);
  }

  /** Reports a failure on stderr, and with `--json` also on stdout. */
  failure({
    code,
    stage,
    requirement,
    differences,
    choices,
    members,
    lines = [],
    exitCode,
    ...failure
  }: Failure): void {
    const message = this.#redaction.apply(failure.message);
    const hints = failure.hints.map((hint) => this.#redaction.apply(hint));
    const more = { ...(choices && { choices }), ...members };
    const error = { code, stage, requirement, message, differences, hints, ...more, exitCode };
    if (this.settings.json && !this.#answered) this.#json({ ok: false, ...this.#source, error });
    const shownHints = this.#silences('error') ? [] : hints;
    const details = lines.map((line) => this.#redaction.apply(line));
    if (this.settings.logFormat === 'json') {
      const few = firstOfEach(differences);
      const fields = { stage, requirement, exitCode, hints: shownHints, details, differences: few };
      this.#record({ level: 'error', code, message, fields: { ...fields, differenceCount: differences.length } });
      return;
    }
    const named = plainCodes.has(code) ? '' : ` [${[code, requirement].filter(Boolean).join(' ')}]`;
    this.#say('error', 'red', `${message}${named}`);
    for (const line of describeDifferences(differences, (style, text) => this.#paint(style, text))) {
      this.#streams.stderr.write(`  ${line}\n`);
    }
    for (const line of details) this.#streams.stderr.write(`  ${printable(line)}\n`);
    for (const hint of shownHints) this.#say('hint', 'cyan', hint);
  }

  /** Says where a model in a store was found, so that a failure in JSON says it too. */
  found(source: object): void {
    this.#source = source;
  }

  /** Asks the user for an action that the command waits for. Nothing silences it. */
  request(text: string): void {
    if (this.settings.logFormat === 'json') this.#record({ level: 'info', code: 'command/request', message: text });
    else for (const line of text.split('\n')) this.#streams.stderr.write(`${printable(line)}\n`);
  }

  /** @param code the code of the warning, if it has one */
  warning(message: string, code: string | null = null): void {
    if (this.#silences('warning')) return;
    if (this.settings.logFormat === 'json') this.#record({ level: 'warning', code, message });
    else this.#say('warning', 'yellow', code === null ? message : `${message} [${code}]`);
  }

  /** Warns of how the command was called, also in the warnings of its result in JSON. */
  notice(code: string, message: string): void {
    this.#notices.push({ code, message: this.#redaction.apply(message), requirement: null });
    this.warning(message, code);
  }

  /** Requested information beside the result. */
  info(message: string): void {
    if (this.#silences('info')) return;
    if (this.settings.logFormat === 'json') this.#record({ level: 'info', code: null, message });
    else this.#say('info', 'dim', message);
  }

  /** How far reading a model has come, where records are written and information is wanted. */
  progress(fields: Readonly<Record<string, unknown>>): void {
    if (!this.#silences('info')) this.#record({ level: 'info', code: 'command/progress', message: 'reading', fields });
  }

  /** Details for debugging, which may have several lines. */
  debug(text: string): void {
    if (this.settings.logLevel !== 'debug') return;
    if (this.settings.logFormat === 'json') this.#record({ level: 'debug', code: null, message: text });
    else for (const line of text.split('\n')) this.#say('debug', 'dim', line);
  }

  /** Writes a record, without what no message may repeat. */
  #record(record: LogRecord): void {
    const message = shorten(this.#redaction.apply(record.message), MAX_MESSAGE);
    this.#streams.stderr.write(recordLine({ ...record, message }));
  }

  #silences(level: LogLevel): boolean {
    return this.settings.quiet || logLevels.indexOf(level) < logLevels.indexOf(this.settings.logLevel);
  }

  #say(kind: string, style: Style, text: string): void {
    const line = printable(shorten(this.#redaction.apply(text), MAX_MESSAGE));
    this.#streams.stderr.write(`model-signing: ${this.#paint(style, `${kind}:`)} ${line}\n`);
  }

  /** The warnings of a result that has some, after what was wrong with the call. */
  #withNotices({ warnings }: Record<string, unknown>): Record<string, unknown> {
    return Array.isArray(warnings) ? { warnings: [...this.#notices, ...warnings] } : {};
  }

  #paint(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#streams.stderr });
  }

  #json(value: object): void {
    this.#answered = true;
    for (const piece of printableJson({ schema: RESULT_SCHEMA, ...value })) this.data(piece);
    this.data('\n');
  }
}

const kinds = [
  { kind: 'modified', symbol: '~', style: 'yellow' },
  { kind: 'missing', symbol: '-', style: 'red' },
  { kind: 'unsigned', symbol: '+', style: 'magenta' },
  { kind: 'ignored', symbol: '+', style: 'magenta' },
] as const;

/** At most {@link MAX_LISTED} differences of each kind. */
function firstOfEach(differences: Failure['differences']): Failure['differences'] {
  return kinds.flatMap(({ kind }) => differences.filter((each) => each.kind === kind).slice(0, MAX_LISTED));
}

type Paint = (style: Style, text: string) => string;

/** One line for each file that differs, grouped by kind, at most {@link MAX_LISTED} of each. */
export function describeDifferences(differences: Failure['differences'], paint: Paint): string[] {
  const groups = kinds.map((group) => {
    const found = differences.filter((difference) => difference.kind === group.kind);
    const shown = found.slice(0, MAX_LISTED);
    return { ...group, shown, rest: found.length - shown.length };
  });
  // Names of different groups can look the same too: one is missing, the other unsigned.
  const names = printableNames(groups.flatMap(({ shown }) => shown.map(({ path }) => path))).values();
  return groups.flatMap(({ kind, symbol, style, shown, rest }) => {
    const lines = shown.map((difference) => {
      const change = printable(describeChange(difference));
      return paint(style, `${symbol} ${kind.padEnd(8)} ${names.next().value}${change}`);
    });
    return rest > 0 ? [...lines, paint(style, `${symbol} and ${rest} more ${kind} (--json lists all)`)] : lines;
  });
}

/** What changed, after the name of a file; empty if its kind says it all. The text is untrusted. */
export function describeChange({ range, expected, actual, pointer }: Failure['differences'][number]): string {
  if (pointer !== undefined) return ` (only a pointer, by ${pointer})`;
  if (range) return ` (bytes ${range[0]} to ${range[1]})`;
  const sizes = expected?.endsWith(' bytes') && actual?.endsWith(' bytes');
  return sizes ? ` (${actual}, signed with ${expected})` : '';
}

/** Names in one line, at most {@link MAX_LISTED}. */
export function listed(names: readonly string[]): string {
  const shown = printableNames(names.slice(0, MAX_LISTED)).join(', ');
  return names.length > MAX_LISTED ? `${shown} and ${names.length - MAX_LISTED} more (--json lists all)` : shown;
}

/** Labelled lines, with their values aligned. */
export function table(rows: readonly (readonly [label: string, value: string] | null)[]): string[] {
  return rows.flatMap((row) => (row ? [`${`${row[0]}:`.padEnd(11)}${row[1]}`] : []));
}
