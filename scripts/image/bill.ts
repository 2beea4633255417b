// The bill of materials of the image: packages of Debian and of npm, Node, and the crates in the native engine.
import { packageName } from '../release/engines.ts';
import { billOf, type Component, component, crateComponents, npmComponent } from '../release/made-bill.ts';
import type { ImageContent } from './contents.ts';
import type { DebianRecord } from './debian.ts';
import type { WrittenLayout } from './layout.ts';

export function imageBill(
  contents: readonly ImageContent[],
  { index }: WrittenLayout,
  record: DebianRecord,
  version: string,
): string {
  const purl = `pkg:oci/model-signing@${encodeURIComponent(index.digest)}?tag=${version}`;
  const digest = { alg: 'SHA-256', content: index.digest.replace('sha256:', '') } as const;
  const image = component({ type: 'container', name: 'model-signing', version, purl }, digest);
  return billOf(
    image,
    contents.flatMap((content) => partsOf(content, record, version)),
  );
}

function partsOf({ platform, debian, npm, hasEngine }: ImageContent, { suite }: DebianRecord, version: string) {
  const libraries = debian.map(({ name, version: of, architecture, sha256 }): Component => {
    const purl = `pkg:deb/debian/${name}@${encodeURIComponent(of)}?arch=${architecture}&distro=${suite}`;
    return component({ type: 'library', name, version: of, purl }, { alg: 'SHA-256', content: sha256 });
  });
  const packages = npm.map((each) => npmComponent(each.name, each.version, each.integrity));
  const engine = hasEngine
    ? [npmComponent(packageName(platform.engine), version), ...crateComponents(platform.engine.name)]
    : [];
  return [...libraries, ...packages, npmComponent('@model-signing/cli', version), ...engine];
}
