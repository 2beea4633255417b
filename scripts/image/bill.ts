// The bill of materials of the image, in CycloneDX: packages of Debian and of npm, Node, and the crates in the native engine.
import { createHash } from 'node:crypto';
import { linkedCrates } from '../native/crates.ts';
import { packageName } from '../release/engines.ts';
import type { ImageContent } from './contents.ts';
import type { DebianRecord } from './debian.ts';
import type { WrittenLayout } from './layout.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly type: 'application' | 'container' | 'library';
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

/** The bill of the image with this index: the same image always has the same bill. */
export function imageBill(
  contents: readonly ImageContent[],
  { index }: WrittenLayout,
  record: DebianRecord,
  version: string,
): string {
  const [, digest = ''] = index.digest.split(':');
  const purl = `pkg:oci/model-signing@${encodeURIComponent(index.digest)}?tag=${version}`;
  const hashes = [{ alg: 'SHA-256', content: digest }];
  const image: Component = { 'bom-ref': purl, type: 'container', name: 'model-signing', version, purl, hashes };
  const all = contents.flatMap((content) => [
    ...debianComponents(content, record),
    ...npmComponents(content),
    ...ownComponents(content, version),
  ]);
  const components = [...new Map(all.map((each) => [each['bom-ref'], each])).values()];
  components.sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${uuidOf(digest)}`,
    version: 1,
    metadata: { component: image },
    components,
    dependencies: [{ ref: purl, dependsOn: components.map((each) => each['bom-ref']) }],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

function component(type: Component['type'], name: string, version: string, purl: string): Component {
  return { 'bom-ref': purl, type, name, version, purl };
}

function debianComponents({ debian }: ImageContent, { suite }: DebianRecord): Component[] {
  return debian.map(({ name, version, architecture, sha256 }) => {
    const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=${suite}`;
    return { ...component('library', name, version, purl), hashes: [{ alg: 'SHA-256', content: sha256 }] };
  });
}

function npmComponents({ npm }: ImageContent): Component[] {
  return npm.map(({ name, version, integrity }) => {
    const content = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    return { ...component('library', name, version, purl), hashes: [{ alg: 'SHA-512', content }] };
  });
}

/** The command, the engine if it is in the image, and the crates in that. */
function ownComponents({ platform, hasEngine }: ImageContent, version: string): Component[] {
  const npm = (name: string, type: Component['type']) =>
    component(type, name, version, `pkg:npm/${name.replace('@', '%40')}@${version}`);
  const command = npm('@model-signing/cli', 'application');
  if (!hasEngine) return [command];
  const crates = linkedCrates(platform.engine.name).map(({ name, version: of, checksum }) => ({
    ...component('library', name, of, `pkg:cargo/${name}@${of}`),
    hashes: [{ alg: 'SHA-256', content: checksum }],
  }));
  return [command, npm(packageName(platform.engine), 'library'), ...crates];
}

/** A UUID of version 8 (RFC 9562), made from a digest. */
function uuidOf(digest: string): string {
  const bytes = createHash('sha256').update(digest).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
