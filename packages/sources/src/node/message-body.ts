import type { IncomingMessage } from 'node:http';

/** What is read ahead of the reader at most, in bytes, so that the network goes on while the reader is at work. */
const MAX_AHEAD = 1024 * 1024;

interface Reader {
  resolve(result: IteratorResult<Uint8Array>): void;
  reject(error: unknown): void;
}

/**
 * The body of a response. It fails if the connection ends before the body does, and its `return` frees the connection even if nothing
 * was read. It reads ahead, which the iterator of the stream does not do.
 */
export class MessageBody implements AsyncIterableIterator<Uint8Array> {
  readonly #message: IncomingMessage;
  readonly #chunks: Uint8Array[] = [];
  #ahead = 0;
  #isReading = false;
  #isOver = false;
  #failure: unknown = null;
  #reader: Reader | null = null;

  constructor(message: IncomingMessage) {
    this.#message = message;
    message
      .once('end', () => this.#finish(message.complete ? null : new Error('the connection was closed')))
      .once('close', () => this.#finish(new Error('the connection was closed')))
      .on('error', (error) => this.#finish(error));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    if (!this.#isReading) {
      this.#isReading = true;
      this.#message.on('data', this.#onChunk); // without which the message stays paused
    }
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#ahead -= chunk.length;
      if (this.#ahead < MAX_AHEAD / 2 && this.#message.isPaused()) this.#message.resume();
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#chunks.length = 0;
    this.#isOver = true;
    this.#message.destroy();
    return { done: true, value: undefined };
  }

  readonly #onChunk = (chunk: Uint8Array): void => {
    const reader = this.#reader;
    if (reader) {
      this.#reader = null;
      reader.resolve({ done: false, value: chunk });
      return;
    }
    this.#chunks.push(chunk);
    this.#ahead += chunk.length;
    if (this.#ahead >= MAX_AHEAD) this.#message.pause();
  };

  #finish(failure: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    const reader = this.#reader;
    this.#reader = null;
    if (failure === null) reader?.resolve({ done: true, value: undefined });
    else reader?.reject(failure);
  }
}
