import type { Content, KnownDigest, ModelFile } from '@model-signing/core';
import type { SourceModel } from '../source-model.ts';

/** What goes wrong with a file, by its name. */
export interface Fault {
  /** The connection ends after so many bytes of a read, so many times. */
  readonly cutAfter?: number;
  times?: number;
  /** The byte at this position is another one. */
  readonly flip?: number;
  /** The size in the listing. */
  readonly size?: number;
  readonly known?: KnownDigest;
  /** More bytes than were asked for. */
  readonly extra?: number;
  /** The read waits until it is aborted. */
  readonly stall?: boolean;
}

export interface MemorySource extends SourceModel {
  readonly files: Map<string, Uint8Array>;
  readonly faults: Map<string, Fault>;
  /** The reads that began, as `name:start:end`. */
  readonly reads: string[];
  /** Whether all reads that began have ended. */
  readonly isIdle: boolean;
}

/** A model in a store that is in memory. It gives chunks of at most `chunk` bytes, and overwrites each with the next. */
export function memorySource(files: Readonly<Record<string, string | Uint8Array>>, chunk = 1000): MemorySource {
  const content = new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
  const source = new Source(content, chunk);
  return source;
}

export class Cut extends Error {}

class Source implements MemorySource {
  readonly name = 'model';
  readonly location = {
    kind: 'huggingface',
    reference: 'hf://org/model',
    pinned: `hf://org/model@${'0'.repeat(40)}`,
    revision: '0'.repeat(40),
    isPinned: false,
  } as const;
  readonly faults = new Map<string, Fault>();
  readonly reads: string[] = [];
  readonly files: Map<string, Uint8Array>;
  readonly #chunk: number;
  #open = 0;

  constructor(files: Map<string, Uint8Array>, chunk: number) {
    this.files = files;
    this.#chunk = chunk;
  }

  get isIdle(): boolean {
    return this.#open === 0;
  }

  async list({ excludes }: Parameters<SourceModel['list']>[0]) {
    const names = [...this.files.keys()];
    return {
      singleFile: false,
      files: names.filter((name) => !excludes(name)).map((name) => this.#fileOf(name)),
      excluded: names.filter((name) => excludes(name)),
      unusable: [],
      externalLinks: [],
      signatureName: null,
      confirm: async () => {},
    };
  }

  #fileOf(name: string): ModelFile {
    const { size = this.files.get(name)?.length ?? 0, known } = this.faults.get(name) ?? {};
    const read: Extract<Content, { read: unknown }>['read'] = (start, end, signal) =>
      this.#read(name, start, end, signal);
    return { name, size, content: { read, known } };
  }

  async *#read(name: string, start: number, end: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    this.reads.push(`${name}:${start}:${end}`);
    this.#open++;
    try {
      const fault = this.faults.get(name) ?? {};
      if (fault.stall) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      const bytes = Buffer.from(this.files.get(name) ?? []);
      if (fault.flip !== undefined) bytes[fault.flip] = (bytes[fault.flip] ?? 0) ^ 1;
      const isCut = fault.cutAfter !== undefined && (fault.times === undefined || fault.times-- > 0);
      const stop = Math.min(bytes.length, end, isCut ? start + (fault.cutAfter ?? 0) : end);
      const buffer = Buffer.alloc(this.#chunk);
      for (let at = start; at < stop; at += this.#chunk) {
        const length = bytes.copy(buffer, 0, at, Math.min(at + this.#chunk, stop));
        yield buffer.subarray(0, length);
      }
      if (isCut) throw new Cut(`the connection ended after ${stop - start} bytes of ${name}`);
      if (fault.extra) yield Buffer.alloc(fault.extra);
    } finally {
      this.#open--;
    }
  }

  async findSignatures() {
    return [];
  }

  async readSignature(name: string): Promise<Uint8Array> {
    return this.files.get(name) ?? new Uint8Array();
  }
}
