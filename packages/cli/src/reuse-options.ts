import { collect, type Flag, InvalidValue } from './grammar.ts';
import { parseSize } from './sizes.ts';
import { nameInModel } from './source-options.ts';

/** What `--audit` says: nothing, a share of the bytes, or that many bytes. As in the library, which is loaded only when it is needed. */
export type AuditValue = 'none' | { readonly share: number } | { readonly bytes: number };

/** What `--reuse-fs` may add to the file systems whose times are believed. */
const otherFileSystems: readonly string[] = ['overlay', 'tmpfs', 'zfs', 'f2fs', 'bcachefs'];

/** The flags for signing a model again whose files are mostly unchanged. */
export const reuseFlags: readonly Flag[] = [
  {
    name: 'reuse',
    value: 'file',
    description:
      'take over the digests of this earlier signature by the same signer, for files that did not change since then on this machine',
    reads: true,
    conflicts: ['oci-manifest', 'oci-layers'],
  },
  {
    name: 'rehash',
    value: 'name',
    description: 'with --reuse: hash this file or directory of the model in any case; can be repeated',
    repeatable: true,
    parse: nameInModel,
  },
  {
    name: 'audit',
    value: 'amount',
    description:
      'with --reuse: how much of what did not change is hashed all the same, drawn at random: a share such as 1% (default), a size such as 10GB, or none',
    parse: audit,
  },
  {
    name: 'reuse-fs',
    value: 'type',
    description: `also believe the times of this file system: ${otherFileSystems.join(', ')}; can be repeated`,
    repeatable: true,
    offers: otherFileSystems,
    parse: fileSystem,
  },
  {
    name: 'reuse-record',
    description:
      'remember when each file changed, so that --reuse can take over its digest next time (default with --reuse)',
    conflicts: ['oci-manifest', 'oci-layers'],
  },
  { name: 'no-reuse-record', description: 'with --reuse: do not remember it' },
];

function audit(text: string): AuditValue {
  if (text === 'none') return 'none';
  const [, percent] = /^(\d{1,3}(?:\.\d{1,6})?) ?%$/.exec(text) ?? [];
  const share = Number(percent) / 100;
  if (share > 0 && share <= 1) return { share };
  const bytes = parseSize(text);
  if (bytes === null) throw new InvalidValue('It must be a share such as 1%, a size such as 10GB, or none.');
  return { bytes };
}

function fileSystem(text: string, previous: unknown): readonly string[] {
  if (otherFileSystems.includes(text)) return collect(text, previous);
  throw new InvalidValue(
    `Allowed choices are ${otherFileSystems.join(', ')}; a file system of a network or of FUSE may not know of a change.`,
  );
}
