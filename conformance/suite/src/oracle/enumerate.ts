import { posix } from 'node:path';
import type { ReasonClass } from '../vectors/reasons.ts';
import type { Content } from '../vectors/vector.ts';
import { type Judge, Refusal } from './judgement.ts';
import { bytesOfText, type Directory, type Entry, type Place, resolve, textOfBytes } from './workspace.ts';

export interface EnumerateOptions {
  readonly follow: boolean;
  readonly external: boolean;
  readonly excludes: (name: string) => boolean;
  /** The path of the signature file, existing or not, in the workspace. */
  readonly signature: string;
}

/** An entry that is neither a file nor a directory, or whose name is not UTF-8. */
export interface Unusable {
  readonly name: string;
  readonly reason: ReasonClass;
}

export interface Found {
  readonly singleFile: boolean;
  /** The basename of the model path. */
  readonly basename: string;
  readonly files: Map<string, Content>;
  readonly excluded: string[];
  readonly unusable: Unusable[];
  readonly externalLinks: string[];
  /** The name of the signature file, if it is inside the model. */
  signatureName: string | null;
}

/** Finds what belongs to a model: sections 5 and 7. */
export function enumerate(workspace: Directory, path: string, options: EnumerateOptions, judge: Judge): Found {
  const components = path.split('/').filter((component) => component !== '' && component !== '.');
  const basename = components.at(-1) ?? '';
  const found: Found = {
    singleFile: false,
    basename,
    files: new Map(),
    excluded: [],
    unusable: [],
    externalLinks: [],
    signatureName: null,
  };
  const followsByForm = path.endsWith('/') || path.endsWith('/.');
  const model = modelAt(workspace, path, options.follow || followsByForm, judge);
  if (model.entry.kind === 'file') {
    if (judge.has('single-file-refused')) throw new Refusal('model/unsupported-file', 'the model is a file');
    const excluded = judge.has('exclusions-on-single-file') && options.excludes(basename);
    if (!excluded) found.files.set(basename, model.entry.content);
    return { ...found, singleFile: true };
  }
  if (model.entry.kind !== 'dir')
    throw new Refusal('model/unsupported-file', 'the model is neither a file nor a directory');
  new Walk(
    [...model.parents, model.entry],
    signatureEntry(workspace, path, options.signature),
    options,
    found,
    judge,
  ).run();
  if (judge.has('names-cut-by-given-path')) cutNames(found.files, path);
  return found;
}

/** Cuts so many characters off each path as the model's path has where the caller spelled it, and not where it was read. */
function cutNames(files: Map<string, Content>, path: string): void {
  const read = posix.normalize(`${path}/.`);
  const entries = [...files].map(([name, content]) => [`${read}/${name}`.slice(path.length + 1), content] as const);
  files.clear();
  for (const [name, content] of entries) files.set(name, content);
}

function modelAt(workspace: Directory, path: string, follow: boolean, judge: Judge): Place {
  const at = resolve([workspace], bytesOfText(path), follow || judge.has('model-path-link-followed'));
  if (typeof at === 'string') throw new Refusal('model/symlink-broken', `the model is ${at}`);
  if (at.entry.kind === 'symlink')
    throw new Refusal('model/symlink', 'the model is a link', { checks: ['model-path-link-followed'] });
  return at;
}

interface SignatureEntry {
  readonly directory: Directory | undefined;
  readonly name: string;
  /** Its path relative to the model's path, both as spelled; null if it does not begin with the model's path. */
  readonly spelled: string | null;
}

function signatureEntry(workspace: Directory, modelPath: string, path: string): SignatureEntry {
  const slash = path.lastIndexOf('/');
  const directory = resolve([workspace], bytesOfText(path.slice(0, Math.max(slash, 0))));
  const entry = typeof directory === 'object' && directory.entry.kind === 'dir' ? directory.entry : undefined;
  const spelled = path.startsWith(`${modelPath}/`) ? path.slice(modelPath.length + 1) : null;
  return { directory: entry, name: bytesOfText(path.slice(slash + 1)), spelled };
}

class Walk {
  readonly #root: readonly Directory[];
  readonly #signature: SignatureEntry;
  readonly #options: EnumerateOptions;
  readonly #found: Found;
  readonly #judge: Judge;

  constructor(
    root: readonly Directory[],
    signature: SignatureEntry,
    options: EnumerateOptions,
    found: Found,
    judge: Judge,
  ) {
    this.#root = root;
    this.#signature = signature;
    this.#options = options;
    this.#found = found;
    this.#judge = judge;
  }

  run(): void {
    this.#directory(this.#root, '', [this.#root.at(-1) as Directory]);
  }

  /** `real` is the path of the directory, `walked` the path through links by which it was reached. */
  #directory(real: readonly Directory[], prefix: string, walked: readonly Directory[]): void {
    const directory = real.at(-1) as Directory;
    if (directory.entries.size === 0 && prefix !== '' && this.#judge.has('empty-directories-counted')) {
      this.#found.files.set(prefix, { utf8: '' });
    }
    const holdsSignature = directory === this.#signature.directory;
    if (holdsSignature) this.#found.signatureName = prefix + (textOfBytes(this.#signature.name) ?? '');
    for (const [bytes, entry] of directory.entries) {
      const text = textOfBytes(bytes);
      if (text === null && this.#judge.has('names-not-utf8-replaced')) {
        const replaced = Buffer.from(bytes, 'latin1').toString();
        this.#entry(prefix + replaced, entry, real, walked);
        continue;
      }
      if (text === null) {
        if (!this.#judge.has('skips-names-not-utf8')) {
          const name = prefix + Buffer.from(bytes, 'latin1').toString('utf8');
          this.#found.unusable.push({ name, reason: 'model/name-not-utf8' });
        }
        continue;
      }
      const name = prefix + text;
      if (text.startsWith('.') && this.#judge.has('skips-hidden')) continue;
      const signature = this.#isSignature(holdsSignature, bytes, name);
      if (signature || this.#excluded(name, entry)) this.#found.excluded.push(name);
      else this.#entry(name, entry, real, walked);
    }
  }

  #isSignature(here: boolean, bytes: string, name: string): boolean {
    if (this.#judge.has('signature-file-not-excluded')) return false;
    if (this.#judge.has('signature-files-by-extension') && name.endsWith('.sig')) return true;
    if (this.#judge.has('signature-file-by-spelling')) return name === this.#signature.spelled;
    return bytes === this.#signature.name && (here || this.#judge.has('signature-file-by-basename'));
  }

  #excluded(name: string, entry: Entry): boolean {
    if (entry.kind === 'dir' && this.#judge.has('exclusion-of-the-path-alone')) return false;
    if (entry.kind === 'symlink' && this.#judge.has('links-never-excluded')) return false;
    if (entry.kind === 'fifo' && this.#judge.has('special-files-never-excluded')) return false;
    return this.#options.excludes(name);
  }

  #entry(name: string, entry: Entry, real: readonly Directory[], walked: readonly Directory[]): void {
    if (entry.kind === 'dir') {
      if (this.#judge.has('top-level-only')) return;
      this.#directory([...real, entry], `${name}/`, [...walked, entry]);
    } else if (entry.kind === 'file') this.#found.files.set(name, entry.content);
    else if (entry.kind === 'symlink') this.#link(name, entry.target, real, walked);
    else this.#special(name);
  }

  #special(name: string): void {
    if (this.#judge.has('special-files-read-as-empty')) this.#found.files.set(name, { utf8: '' });
    else if (!this.#judge.has('skips-special-files')) this.#unusable(name, 'model/unsupported-file');
  }

  #unusable(name: string, reason: ReasonClass): void {
    this.#found.unusable.push({ name, reason });
  }

  #link(name: string, target: string, real: readonly Directory[], walked: readonly Directory[]): void {
    if (!this.#options.follow && this.#judge.has('links-listed-as-files')) {
      this.#found.files.set(name, { utf8: target });
      return;
    }
    if (!this.#options.follow && !this.#judge.has('follows-links-unasked')) {
      if (!this.#judge.has('skips-links')) this.#unusable(name, 'model/symlink');
      return;
    }
    const at = resolve(real, bytesOfText(target));
    const lenient = this.#judge.has('skips-broken-links');
    if (at === 'missing' || at === 'loop') {
      if (!lenient) this.#unusable(name, 'model/symlink-broken');
      return;
    }
    const inside = typeof at === 'object' && [...at.parents, at.entry].includes(this.#root.at(-1) as Directory);
    if (!inside) {
      const follows = this.#options.external || this.#judge.has('follows-links-outside');
      if (at === 'outside' || !follows) {
        this.#unusable(name, 'model/symlink-outside');
        return;
      }
      if (!this.#judge.has('external-links-not-reported')) this.#found.externalLinks.push(name);
    }
    this.#target(name, at, real, walked);
  }

  #target(name: string, at: Place, real: readonly Directory[], walked: readonly Directory[]): void {
    const { entry } = at;
    if (entry.kind === 'dir') {
      if (walked.includes(entry) || real.includes(entry)) {
        if (!this.#judge.has('skips-broken-links')) this.#unusable(name, 'model/symlink-broken');
        return;
      }
      if (this.#judge.has('linked-directories-not-walked')) return;
      this.#directory([...at.parents, entry], `${name}/`, [...walked, entry]);
    } else if (entry.kind === 'file') {
      this.#found.files.set(
        this.#judge.has('linked-file-by-its-target') ? (textOfBytes(at.name) ?? name) : name,
        entry.content,
      );
    } else this.#special(name);
  }
}
