import type { Content, Listing, ListOptions, Model, ModelFile } from '../model.ts';

/** A model whose files are in memory and read through a function, in chunks of three bytes. */
export function memoryModel(
  files: Readonly<Record<string, string>>,
  known: (name: string) => Content['known'] = () => undefined,
): Model {
  return {
    name: 'model',
    list: async ({ excludes }: ListOptions): Promise<Listing> => ({
      singleFile: false,
      files: Object.entries(files)
        .filter(([name]) => !excludes(name))
        .map(([name, text]) => memoryFile(name, text, known(name))),
      excluded: [],
      unusable: [],
      externalLinks: [],
      signatureName: null,
      confirm: async () => {},
    }),
  };
}

export function memoryFile(name: string, text: string, known?: Content['known']): ModelFile {
  const bytes = new TextEncoder().encode(text);
  async function* read(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; at += 3) yield bytes.subarray(at, Math.min(at + 3, end));
  }
  return { name, size: bytes.length, content: { read, known } };
}
