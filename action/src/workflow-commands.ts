/** What a step tells its runner by lines on standard output. Texts in them are untrusted: nothing in one can begin another. */
import { randomUUID } from 'node:crypto';

type Write = (text: string) => unknown;

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** What an annotation is about. */
export interface AnnotationPlace {
  readonly title: string;
  /** Relative to the workspace, with `/`. */
  readonly file?: string | undefined;
}

/** An annotation, as one line. */
export function annotation(level: 'error' | 'warning', message: string, { title, file }: AnnotationPlace): string {
  const properties = { ...(file !== undefined && { file }), title };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${level} ${written.join(',')}::${escapeData(message)}\n`;
}

/** The line after which the runner shows `***` in place of the secret, whole and line by line. */
export function mask(secret: string): string {
  return `::add-mask::${escapeData(secret)}\n`;
}

/**
 * Lets other text through to the log, in which nothing is a command to the runner until `end` is called: it ends with a word that
 * is made for this text.
 */
export class PlainText {
  readonly #word = randomUUID();
  readonly #write: Write;
  #isLineOpen = false;

  constructor(write: Write) {
    this.#write = write;
    write(`::stop-commands::${this.#word}\n`);
  }

  write(text: string): void {
    if (text === '') return;
    this.#write(text);
    this.#isLineOpen = !text.endsWith('\n');
  }

  end(): void {
    this.#write(`${this.#isLineOpen ? '\n' : ''}::${this.#word}::\n`);
  }
}
