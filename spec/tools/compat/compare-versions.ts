import { LAYERS, type Layer } from '../layout.ts';
import { partAt, type SchemaDocuments } from '../schema-documents.ts';
import { type Change, changeName } from './changes.ts';
import { comparison } from './compare.ts';
import { placeAt, type SchemaPlace } from './places.ts';
import { Validators, VIEWS, type View } from './validators.ts';
import { vocabularyOf } from './vocabulary.ts';
import { type Witnesses, WitnessSearch } from './witness.ts';

/** A change of a schema with documents that show it, each put to the validators of both versions. */
export interface ShownChange extends Change {
  /** The layer of the documents that were compared, which may refer to the one that changed. */
  readonly document: Layer;
  readonly view: View;
  readonly witnesses: Witnesses;
}

/** Documents of each layer that a search for witnesses starts from. */
export type Seeds = Readonly<Record<Layer, readonly unknown[]>>;

/** How long to search. */
export interface SearchOptions {
  /** The most documents that are put to the validators for one question. Default 30,000. */
  readonly budget?: number;
}

/**
 * Every change from one set of schemas to another, with witnesses.
 *
 * No document belongs to both versions, since their predicate types differ; the later schemas are therefore compared as if
 * they named the earlier type.
 */
export function compareVersions(
  earlier: SchemaDocuments,
  later: SchemaDocuments,
  seeds: Seeds,
  { budget = 30_000 }: SearchOptions = {},
): ShownChange[] {
  const alike = withPredicateTypeOf(earlier, later);
  const [before, after] = [new Validators(earlier), new Validators(alike)];
  const accepts = (place: SchemaPlace, value: unknown) =>
    (place.documents === earlier ? before : after).accepts(place, value);
  const compare = comparison(accepts);
  const words = vocabularyOf([earlier, alike]);
  const told = new Set<string>();
  const changed = LAYERS.filter((layer) => textOf(earlier, layer) !== textOf(alike, layer));
  return changed.flatMap((layer) =>
    (Object.keys(VIEWS) as View[]).flatMap((view) => {
      const [old, now] = [earlier, alike].map((documents) => placeAt(documents, layer, VIEWS[view])) as Places;
      const searchSpace = {
        earlier: (document: unknown) => before.accepts(old, document),
        later: (document: unknown) => after.accepts(now, document),
        seeds: seeds[layer],
        words,
        budget,
      };
      const search = new WitnessSearch(searchSpace);
      const changes = complete(unique(compare(old, now, [])), search, layer);
      return changes
        .filter((change) => !told.has(keyOf(change)) && told.add(keyOf(change)))
        .map((change) => ({ ...change, document: layer, view, witnesses: search.witnessesOf(change) }));
    }),
  );
}

/** The text of a layer's schema and of those that it refers to; if the text is the same, so is every verdict. */
function textOf(documents: SchemaDocuments, layer: Layer): string {
  const text = JSON.stringify(documents[layer]);
  const others = LAYERS.filter((other) => other !== layer && text.includes(`"$ref":"${other}.schema.json`));
  return [text, ...others.map((other) => textOf(documents, other))].join('\n').replaceAll(/"\$id":"[^"]*"/g, '');
}

type Places = [SchemaPlace, SchemaPlace];

function keyOf(change: Change): string {
  return `${changeName(change)} ${change.message} ${change.backward} ${change.forward}`;
}

function unique(changes: readonly Change[]): Change[] {
  return [...new Map(changes.map((change) => [keyOf(change), change])).values()];
}

/**
 * Adds a change for a direction that documents show but no change claims. A correct comparison never needs this; it makes
 * sure that a flaw in the comparison is reported.
 */
function complete(changes: readonly Change[], search: WitnessSearch, layer: Layer): Change[] {
  const shown = search.anyWitnesses();
  const backward = shown.backward !== undefined && !changes.some((change) => change.backward);
  const forward = shown.forward !== undefined && !changes.some((change) => change.forward);
  if (!backward && !forward) return [...changes];
  const message = 'documents are judged differently for a reason that the comparison missed';
  return [...changes, { layer, pointer: '', keyword: '', message, instance: [], backward, forward }];
}

/** The pointer of the predicate type in the schema of a statement. */
const PREDICATE_TYPE = '/properties/predicateType/const';

/** The later schemas as if they were about statements of the earlier type, wherever they name it. */
function withPredicateTypeOf(earlier: SchemaDocuments, later: SchemaDocuments): SchemaDocuments {
  const [from, to] = [later, earlier].map(({ statement }) => partAt(statement, PREDICATE_TYPE));
  if (from === undefined || to === undefined) return later;
  const renamed = (value: unknown): unknown => {
    if (value === from) return to;
    if (Array.isArray(value)) return [...new Set(value.map(renamed))];
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, renamed(part)]));
  };
  return { ...later, statement: renamed(later.statement) as SchemaDocuments['statement'] };
}
