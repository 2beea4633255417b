// What a requirement rests on, as a badge that leads to the place.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Basis } from '@model-signing/spec/requirements';

/** Returns the badge of a basis. */
export type BasisBadge = (basis: Basis) => string;

interface Place {
  readonly section?: string;
  readonly document?: string;
  readonly title: string;
  readonly address: string;
}

/**
 * The badges of one version of the format, whose `public-text.json` has the addresses.
 * @throws {Error} if it lacks the place that a basis cites
 */
export function basisBadges(root: string, version: string): BasisBadge {
  const file = path.join(root, 'spec', version, 'public-text.json');
  const { sections, documents }: { sections: Place[]; documents: Place[] } = JSON.parse(readFileSync(file, 'utf8'));
  const places = new Map([...sections, ...documents].map((place) => [String(place.section ?? place.document), place]));
  const placeOf = (name: string): Place => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`spec/${version}/public-text.json lists no ${name}`);
    return place;
  };
  return (basis) => {
    if (basis.kind === 'public') {
      const { title, address } = placeOf(basis.section.replace(/\(.*$/, ''));
      return linked('public', `public text, ${basis.section}`, title, address);
    }
    if (basis.kind === 'upstream') {
      const { title, address } = placeOf(basis.document);
      return linked('upstream', basis.document, `${title}: ${basis.section}`, address);
    }
    const titles = { clarification: 'A decision of this document', proposal: 'A draft', own: 'Only in this project' };
    return badge(basis.kind, basis.kind, titles[basis.kind]);
  };
}

function linked(kind: string, label: string, title: string, address: string): string {
  return `[${badge(kind, label, title)}](${address})`;
}

function badge(kind: string, label: string, title: string): string {
  return `<span class="basis ${kind}" title="${title.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">${label}</span>`;
}
