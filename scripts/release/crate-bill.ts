// The crates in the bill of materials of a compiled engine, which npm knows nothing of.
import { type LinkedCrate, linkedCrates } from '../native/crates.ts';
import type { Bill } from './bill.ts';

const ENGINE = '@model-signing/native-';

/** Adds the crates that are compiled into a package to its bill, if it is one of an engine. */
export function withCrates(text: string, packageName: string): string {
  const bill: Bill = JSON.parse(text);
  const crates = packageName.startsWith(ENGINE) ? linkedCrates(packageName.slice(ENGINE.length)) : [];
  if (crates.length === 0) return text;
  const own = bill.metadata.component['bom-ref'];
  const refs = crates.map(purlOf);
  // What the crates need of each other is left open: all of them are needed by the package.
  const dependencies = bill.dependencies.map((each) =>
    each.ref === own ? { ...each, dependsOn: [...each.dependsOn, ...refs] } : each,
  );
  const components = [...bill.components, ...crates.map(componentOf)];
  return `${JSON.stringify({ ...bill, components, dependencies }, null, 2)}\n`;
}

function componentOf(crate: LinkedCrate) {
  const { name, version, license, checksum } = crate;
  return {
    'bom-ref': purlOf(crate),
    type: 'library',
    name,
    version,
    scope: 'required',
    purl: purlOf(crate),
    hashes: [{ alg: 'SHA-256', content: checksum }],
    licenses: [{ license: { id: license } }],
  };
}

function purlOf({ name, version }: LinkedCrate): string {
  return `pkg:cargo/${name}@${version}`;
}
