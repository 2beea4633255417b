const data = JSON.parse(document.getElementById('data').textContent);
const byId = (id) => document.getElementById(id);
const rows = [...document.querySelectorAll('tr[data-id]')];
const inputs = ['search', 'show', 'profile', 'role', 'level'].map(byId);

/** The vectors behind a row. */
function vectorsOf(row, profile) {
  const { id } = row.dataset;
  const part = partOf(row);
  return Object.entries(data.vectors).filter(
    ([, { about, parts, profile: own }]) => about.includes(id) && parts.includes(part) && (!profile || own === profile),
  );
}

function partOf(row) {
  return row.closest('[data-part]').dataset.part;
}

/** The verdict on a result that a part shows; the second one is left out where it is the first. */
function verdictIn(part, result) {
  return part === 'public' ? result.public : (result.clarified ?? result.public);
}

function tonesOf(row, profile) {
  const part = partOf(row);
  return data.implementations.map(({ results }) => {
    const tones = vectorsOf(row, profile).map(([id]) => results[id] && verdictIn(part, results[id]).tone);
    if (tones.some((tone) => tone === 'bad' || tone === 'odd')) return 'fail';
    return tones.some((tone) => tone === 'good' || tone === 'soft') ? 'pass' : 'other';
  });
}

function isShown(row, { search, show, profile, role, level }) {
  if (role && row.dataset.role !== role) return false;
  if (level && row.dataset.level !== level) return false;
  const vectors = vectorsOf(row, profile);
  if (profile && vectors.length === 0) return false;
  if (search) {
    const text = `${row.textContent} ${vectors.map(([name, { title }]) => `${name} ${title}`).join(' ')}`.toLowerCase();
    if (!search.split(/\s+/).every((word) => text.includes(word))) return false;
  }
  if (!show) return true;
  const tones = tonesOf(row, profile);
  if (show === 'fail') return tones.includes('fail');
  if (show === 'differ') return new Set(tones).size > 1;
  return tones.every((tone) => tone === 'pass');
}

function filter() {
  const wanted = Object.fromEntries(inputs.map((input) => [input.id, input.value.trim()]));
  wanted.search = wanted.search.toLowerCase();
  for (const row of rows) row.hidden = !isShown(row, wanted);
  for (const group of document.querySelectorAll('tbody, .part')) {
    group.hidden = !group.querySelector('tr[data-id]:not([hidden])');
  }
  const count = rows.filter((row) => !row.hidden).length;
  byId('count').textContent = `${count} of ${rows.length} rows`;
  byId('none').hidden = count > 0;
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Code in a sentence of the specification; links lose their targets. */
function sentence(text, className) {
  const plain = text.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1');
  const parts = plain.split('`').map((part, index) => (index % 2 ? element('code', { textContent: part }) : part));
  return element('p', { className }, ...parts);
}

function vectorEntry([id, vector], result, part) {
  const { state, tone, detail } = verdictIn(part, result);
  const summary = element(
    'summary',
    {},
    element('span', { className: `badge ${tone}`, textContent: state }),
    element('span', { className: 'name', textContent: id }),
    element('span', { className: 'title', textContent: vector.title }),
  );
  const list = element('dl');
  const add = (term, value, code) => {
    if (value === undefined || value === null || value === '') return;
    const content = code ? element('pre', { textContent: value, tabIndex: 0 }) : value;
    list.append(element('dt', { textContent: term }), element('dd', {}, content));
  };
  add('Happened', detail);
  add('Rests on', vector.rests);
  if (part === 'clarified') add('Public text', result.public.state);
  add('Faults', result.faults?.join('\n'), true);
  add('Expected', JSON.stringify(vector.expect ?? vector.expected), true);
  add('Why', vector.why);
  add('Differs from', vector.control && `${vector.control}, which has to be accepted`);
  add('Model', vector.model && JSON.stringify(vector.model, null, 1), true);
  add('Inputs', vector.inputs && JSON.stringify(vector.inputs), true);
  add('Command', result.command, true);
  add('Output', result.output, true);
  return element('details', { className: 'vector' }, summary, list);
}

/** Failures come first, since readers open a cell to see them. */
const order = { bad: 0, odd: 1, dim: 3, soft: 4, good: 5 };

function open(row, index) {
  const requirement = row.dataset.id;
  const part = partOf(row);
  const { name, results } = data.implementations[index];
  const { text, clarification } = data.requirements[requirement];
  const entries = vectorsOf(row, byId('profile').value)
    .filter(([id]) => results[id])
    .sort(([a], [b]) => order[verdictIn(part, results[a]).tone] - order[verdictIn(part, results[b]).tone])
    .map((entry) => vectorEntry(entry, results[entry[0]], part));
  if (entries[0]) entries[0].open = true;
  byId('detail-title').textContent = `${requirement} · ${name}`;
  byId('detail-body').replaceChildren(
    sentence(text, 'sentence'),
    ...(clarification ? [sentence(clarification, 'clarification')] : []),
    ...entries,
  );
  byId('detail').showModal();
  byId('detail-body').scrollTop = 0;
}

byId('parts').addEventListener('click', (event) => {
  const cell = event.target.closest('button.cell');
  if (cell) open(cell.closest('tr'), Number(cell.dataset.at));
});
byId('close').addEventListener('click', () => byId('detail').close());
byId('detail').addEventListener('click', (event) => {
  if (event.target === byId('detail')) byId('detail').close();
});
byId('filters').addEventListener('input', filter);
byId('filters').addEventListener('submit', (event) => event.preventDefault());
byId('filters').addEventListener('reset', () => setTimeout(filter));
filter();
