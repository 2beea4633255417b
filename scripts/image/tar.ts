// Archives whose bytes follow from their content alone: no time, no user, one order.

/** A file, a directory or a symbolic link in an archive. */
export interface Entry {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** The permissions, such as 0o755. */
  readonly mode: number;
  /** What a file holds, where a link leads, or nothing for a directory. */
  readonly content: Uint8Array | string | null;
  /** The user and group that own it. Default root. */
  readonly owner?: number;
}

const BLOCK = 512;

/** The archive of entries and of the directories above them, in the order of their paths. @throws {Error} if a path is too long */
export function tarOf(entries: readonly Entry[]): Buffer {
  const all = new Map<string, Entry>();
  for (const entry of entries) {
    for (const parent of parentsOf(entry.path))
      if (!all.has(parent)) all.set(parent, { path: parent, mode: 0o755, content: null });
    all.set(entry.path, entry);
  }
  const sorted = [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return Buffer.concat([...sorted.flatMap(blocksOf), Buffer.alloc(2 * BLOCK)]);
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function blocksOf(entry: Entry): Uint8Array[] {
  const { content } = entry;
  if (!(content instanceof Uint8Array)) return [headerOf(entry)];
  return [headerOf(entry), content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}

/** A header in the form of POSIX 1003.1-1988 (ustar), which every program reads. */
function headerOf({ path, mode, content, owner = 0 }: Entry): Buffer {
  const header = Buffer.alloc(BLOCK);
  const isFile = content instanceof Uint8Array;
  const [prefix, name] = splitPath(content === null ? `${path}/` : path);
  header.write(name, 0);
  header.write(octal(mode, 8), 100);
  header.write(octal(owner, 8), 108);
  header.write(octal(owner, 8), 116);
  header.write(octal(isFile ? content.length : 0, 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        ', 148);
  header.write(isFile ? '0' : content === null ? '5' : '2', 156);
  if (typeof content === 'string') header.write(fitting(content, 100), 157);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`;
}

/** A long path is written in two fields, apart at a slash. */
function splitPath(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ['', path];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (name !== '' && Buffer.byteLength(name) <= 100) return [fitting(prefix, 155), name];
  }
  return ['', fitting(path, 100)];
}

function fitting(text: string, length: number): string {
  if (Buffer.byteLength(text) > length) throw new Error(`a path is too long for an archive: ${text}`);
  return text;
}
