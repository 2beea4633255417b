import { Problem } from './problem.ts';

/** The most that a policy may have, in bytes. */
const MAX_POLICY_BYTES = 1_048_576;

/** The most that a file that a policy names may have, in bytes. */
const MAX_FILE_BYTES = 4_194_304;

/** The chosen files: a policy, and those that it names. A page knows only the names of files, not their folders. */
export class PolicyFolder {
  readonly policy: Uint8Array;
  readonly #files: ReadonlyMap<string, File>;
  /** The path under which each file was asked for. */
  readonly #paths = new Map<string, string>();

  private constructor(policy: Uint8Array, files: ReadonlyMap<string, File>) {
    this.policy = policy;
    this.#files = files;
  }

  /** @throws {Problem} unless exactly one of the files is a policy */
  static async of(files: readonly File[]): Promise<PolicyFolder> {
    const policies: [file: File, content: Uint8Array][] = [];
    for (const file of files) {
      if (file.size > MAX_POLICY_BYTES) continue;
      const content = new Uint8Array(await file.arrayBuffer());
      if (files.length === 1 || isPolicy(content)) policies.push([file, content]);
    }
    const [found, ...others] = policies;
    if (!found) throw new Problem('None of the chosen files is a policy.', 'policy-files');
    if (others.length > 0) throw new Problem('Two of the chosen files are policies: choose one.', 'policy-files');
    return new PolicyFolder(
      found[1],
      new Map(files.filter((each) => each !== found[0]).map((each) => [each.name, each])),
    );
  }

  /** A file that the policy names, found by the last part of its path. */
  async read(path: string): Promise<Uint8Array> {
    const name = path.split(/[/\\]/).at(-1) as string;
    const before = this.#paths.get(name);
    if (before !== undefined && before !== path) {
      throw new Error(`the policy names two files ${name} in different folders, which a page cannot tell apart`);
    }
    this.#paths.set(name, path);
    const file = this.#files.get(name);
    if (!file) throw new Error('choose it together with the policy');
    if (file.size > MAX_FILE_BYTES) throw new Error('it is too large');
    return new Uint8Array(await file.arrayBuffer());
  }
}

function isPolicy(content: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
    return typeof value === 'object' && value !== null && 'policyVersion' in value;
  } catch {
    return false;
  }
}
