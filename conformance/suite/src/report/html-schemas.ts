import { type Markup, markup } from './markup.ts';
import { SCHEMAS_TITLE, schemaRows, schemaSentence } from './public-schemas.ts';
import type { Report } from './report.ts';

/** What the published schemas found in the bundles of an implementation, apart from the verdicts; nothing if they were not run. */
export function schemaSection({ implementation, publicSchemas }: Report): Markup[] {
  if (publicSchemas === undefined) return [];
  const { rows, more } = schemaRows(publicSchemas);
  const items = rows.map(
    ({ vector, who, why }) =>
      markup`<li><details><summary><code>${vector}</code>: ${who}</summary>${why.map((one) => markup`<p>${one}</p>`)}</details></li>`,
  );
  return [
    markup`<section class="causes observed"><h2>${implementation.name}: signed bundles by schema <small>${SCHEMAS_TITLE}</small></h2>
<p>${schemaSentence(publicSchemas)}</p>
<ol>${items}</ol>${more > 0 ? markup`<p>and ${more} more bundles</p>` : ''}
</section>`,
  ];
}
