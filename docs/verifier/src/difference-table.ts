import { type Difference, printable } from '@model-signing/core';
import { countsOf, type Kind, kindNames, matching } from './differences.ts';
import { button, make } from './dom.ts';
import { counted } from './text.ts';

/** As many rows as a browser and a screen reader handle at once. */
const PAGE = 100;

/** A table of all differences: a page of them at a time, with a filter by kind and by name. */
export function differenceTable(differences: readonly Difference[]): HTMLElement {
  const kinds = countsOf(differences);
  const kind = make('select', { id: 'difference-kind' }, new Option(optionText('all', differences.length), ''));
  for (const [each, count] of kinds) kind.append(new Option(optionText(kindNames[each], count), each));
  const name = make('input', { type: 'search', id: 'difference-name', autocomplete: 'off', spellcheck: 'false' });
  const caption = make('caption', { 'aria-live': 'polite' });
  const body = make('tbody', {});
  const head = make('tr', {}, ...['How', 'File', 'What'].map((text) => make('th', { scope: 'col' }, text)));
  let start = 0;
  const show = () => {
    const found = matching(differences, { kind: (kind.value || null) as Kind | null, text: name.value });
    start = Math.min(start, Math.max(0, Math.ceil(found.length / PAGE) - 1) * PAGE);
    const end = Math.min(start + PAGE, found.length);
    body.replaceChildren(...found.slice(start, end).map(rowOf));
    caption.textContent =
      found.length === 0 ? 'No file matches.' : `${start + 1} to ${end} of ${counted(found.length, 'file')}`;
    earlier.disabled = start === 0;
    later.disabled = end === found.length;
  };
  const turn = (by: number) => {
    start += by;
    show();
  };
  const earlier = button('Previous 100', () => turn(-PAGE));
  const later = button('Next 100', () => turn(PAGE));
  const again = () => {
    start = 0;
    show();
  };
  kind.addEventListener('change', again);
  name.addEventListener('input', again);
  show();
  const isLong = differences.length > 10;
  return make(
    'div',
    {},
    make('h3', {}, 'How the model differs'),
    isLong ? filters(kind, name) : null,
    make('table', {}, caption, make('thead', {}, head), body),
    differences.length > PAGE ? make('p', { class: 'buttons' }, earlier, later) : null,
  );
}

function optionText(name: string, count: number): string {
  return `${name} (${count.toLocaleString('en')})`;
}

function filters(kind: HTMLElement, name: HTMLElement): HTMLElement {
  return make(
    'div',
    { class: 'filters' },
    make('div', {}, make('label', { for: kind.id }, 'How'), kind),
    make('div', {}, make('label', { for: name.id }, 'Name contains'), name),
  );
}

function rowOf(difference: Difference): HTMLElement {
  return make(
    'tr',
    {},
    make('td', {}, kindNames[difference.kind]),
    make('td', { class: 'name' }, printable(difference.path)),
    make('td', {}, whatOf(difference)),
  );
}

function whatOf({ kind, expected, actual, range, pointer }: Difference): string {
  if (kind !== 'modified') {
    return { missing: 'signed, and not there', unsigned: 'there, and not signed', ignored: 'there, and left out' }[
      kind
    ];
  }
  const where = range ? `bytes ${range[0]} to ${range[1]}: ` : '';
  const why = pointer === undefined ? '' : `. It only points to its content (${pointer}): download the content first.`;
  return `${where}signed ${shortened(expected)}, found ${shortened(actual)}${why}`;
}

/** A digest is in full in the JSON; its beginning is what people compare. */
function shortened(value: string | undefined): string {
  if (value === undefined) return 'something else';
  return value.length > 24 ? `${printable(value.slice(0, 16))}…` : printable(value);
}
