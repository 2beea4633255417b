import { type Layout, readJson } from './layout.ts';

/** A digest algorithm of the registry. */
interface DigestEntry {
  readonly identifier: string;
  readonly name: string;
  readonly bits: number;
  readonly support: 'required' | 'optional';
  readonly default: boolean;
  readonly reference: string;
  readonly url: string;
}

/** A signature algorithm of the registry. */
interface SignatureEntry {
  readonly identifier: string;
  readonly name: string;
  readonly curve: string;
  readonly hash: string;
  readonly encoding: string;
  readonly methods: readonly string[];
  readonly support: 'required' | 'optional';
  readonly reference: string;
  readonly url: string;
}

/** A signature algorithm that only an extension of a draft has, whose part of the prose describes it. */
interface ExtensionEntry {
  readonly identifier: string;
  /** The identifier of the extension. */
  readonly extension: string;
}

/** The registry of algorithms, without those of extensions. */
export interface Registry {
  readonly digests: readonly DigestEntry[];
  readonly signatures: readonly SignatureEntry[];
}

/** Reads the registry of a version. */
export function readRegistry({ registry, folder }: Layout): Registry {
  return withoutExtended(readJson(registry, folder) as WholeRegistry, () => false) as Registry;
}

interface WholeRegistry {
  readonly signatures: readonly (SignatureEntry | ExtensionEntry)[];
}

/**
 * A registry without the algorithms of extensions.
 * @param isKept whether those of an extension stay nevertheless
 */
export function withoutExtended<R extends WholeRegistry>(registry: R, isKept: (extension: string) => boolean): R {
  const signatures = registry.signatures.filter((entry) => !('extension' in entry) || isKept(entry.extension));
  return { ...registry, signatures };
}

/** The tables that the prose shows of a registry, by the name in their markers. */
export function registryTables(registry: Registry): Record<string, string> {
  return {
    'digest-algorithms': table(
      ['identifier', 'algorithm', 'output', 'support', 'defined in'],
      registry.digests.map((entry) => [
        `\`${entry.identifier}\``,
        entry.name,
        `${entry.bits} bits`,
        entry.default ? `${entry.support}, default` : entry.support,
        `[${entry.reference}](${entry.url})`,
      ]),
    ),
    'signature-algorithms': table(
      ['identifier', 'algorithm', 'curve', 'hash', 'encoding', 'support', 'defined in'],
      registry.signatures.map((entry) => [
        `\`${entry.identifier}\``,
        entry.name,
        entry.curve,
        entry.hash,
        entry.encoding,
        entry.support,
        `[${entry.reference}](${entry.url})`,
      ]),
    ),
  };
}

/** The prose with each table between its markers replaced; throws when a marker is missing. */
export function withTables(prose: string, tables: Readonly<Record<string, string>>): string {
  let text = prose;
  for (const [name, content] of Object.entries(tables)) {
    const region = new RegExp(`(<!-- generated: ${name} -->\\n)[\\s\\S]*?(<!-- /generated -->)`);
    if (!region.test(text)) throw new Error(`the prose has no place for the table ${name}`);
    text = text.replace(region, (_all, open: string, close: string) => `${open}\n${content}\n\n${close}`);
  }
  return text;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
