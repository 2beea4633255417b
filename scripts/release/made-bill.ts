// Bills of materials, in CycloneDX, of what npm does not install: the image and the program in one file.
import { createHash } from 'node:crypto';
import { linkedCrates } from '../native/crates.ts';

/** A part of something, or the whole of it. */
export interface Component {
  readonly 'bom-ref': string;
  readonly type: 'application' | 'container' | 'library';
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: 'SHA-256' | 'SHA-512'; readonly content: string }[];
}

export function component(
  { type, name, version, purl }: Omit<Component, 'bom-ref' | 'hashes'>,
  ...hashes: NonNullable<Component['hashes']>
): Component {
  return { 'bom-ref': purl, type, name, version, purl, ...(hashes.length > 0 ? { hashes } : {}) };
}

/** A package of npm. @param integrity its digest in a lock file, if it is in one */
export function npmComponent(name: string, version: string, integrity?: string): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const about = { type: 'library', name, version, purl } as const;
  if (integrity === undefined) return component(about);
  const content = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
  return component(about, { alg: 'SHA-512', content });
}

/** The crates that are compiled into the native engine of a platform. */
export function crateComponents(platform: string): Component[] {
  return linkedCrates(platform).map(({ name, version, checksum }) =>
    component(
      { type: 'library', name, version, purl: `pkg:cargo/${name}@${version}` },
      { alg: 'SHA-256', content: checksum },
    ),
  );
}

/** The bill of a thing with a digest: the same thing always has the same bill. */
export function billOf(whole: Component, parts: readonly Component[]): string {
  const components = [...new Map(parts.map((each) => [each.purl, each])).values()];
  components.sort((a, b) => (a.purl < b.purl ? -1 : 1));
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([whole, components]))}`,
    version: 1,
    metadata: { component: whole },
    components,
    dependencies: [{ ref: whole.purl, dependsOn: components.map(({ purl }) => purl) }],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** A UUID of version 8 (RFC 9562), made from a text. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
