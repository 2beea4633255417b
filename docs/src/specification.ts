import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type BasisBadge, basisBadges } from './basis.ts';
import type { Coverage } from './coverage.ts';
import { outsideOfCode, type Page } from './pages.ts';

/** The specification of one version of the format, each requirement with an anchor, what it rests on and its vectors. */
export function specificationPage(root: string, version: string, coverage: readonly Coverage[]): Page {
  const source = `spec/${version}/oms.md`;
  const prose = readFileSync(path.join(root, source), 'utf8');
  const known = new Map(coverage.map((each) => [each.id, each]));
  const basis = basisBadges(root, version);
  const text = outsideOfCode(prose, (part) =>
    part.replace(/^- \[(OMS-[A-Z0-9]+-\d+)\] /gm, (_, id: string) => {
      const anchor = id.toLowerCase();
      const place = `/reference/coverage-${version}.md#${anchor}`;
      const badges = badgesOf(known.get(id), place, basis);
      return `- <a id="${anchor}" class="requirement" href="#${anchor}">${id}</a> ${badges} `;
    }),
  );
  return { path: `spec/${version}.md`, text, source };
}

function badgesOf(coverage: Coverage | undefined, place: string, basis: BasisBadge): string {
  if (!coverage) return '';
  const count = coverage.accepting.length + coverage.refusing.length;
  const label =
    count > 0 ? `${count} ${count === 1 ? 'vector' : 'vectors'}` : coverage.waiver ? 'not observable' : 'no vector';
  const kind = count > 0 || coverage.waiver ? 'covered' : 'uncovered';
  return `${basis(coverage.basis)} [<span class="coverage ${kind}">${label}</span>](${place})`;
}
