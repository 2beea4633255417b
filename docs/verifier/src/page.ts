// The page: what the user chooses, the check, and its result.
import { printable } from '@model-signing/core';
import { check, type Outcome, outcomeOf } from './check.ts';
import { handleFolder, listedFolder, singleFile } from './chosen-model.ts';
import { byId } from './dom.ts';
import { type Dropped, itemsOf, sortDropped } from './dropped.ts';
import { type Expectation, readExpectation } from './expectation.ts';
import { Problem } from './problem.ts';
import { ProgressView } from './progress-view.ts';
import type { Circumstances } from './result-json.ts';
import { type ReadSignatures, Selection } from './selection.ts';
import { resultElements } from './show-result.ts';

const selection = new Selection();

/** The check that runs. */
let running: AbortController | null = null;

/** Settles once all that was chosen has been looked at, one choice after another: a check is of what was chosen before it. */
let taken: Promise<void> = Promise.resolve();

const drop = byId('drop');
const result = byId('result');
const progress = byId('progress');
const form = byId<HTMLFormElement>('form');

function chosenKind(): string {
  return document.querySelector<HTMLInputElement>('input[name="expect"]:checked')?.value ?? 'claims';
}

function showProblem(text: string | null): void {
  const problem = byId('problem');
  problem.hidden = text === null;
  problem.textContent = text === null ? '' : printable(text);
}

function showSelection(): void {
  const { model, signatures } = selection;
  const kind = model?.isFolder ? 'folder' : 'file';
  const part = model?.isComplete === false ? ', of which the browser may not show every file' : '';
  byId('model-name').textContent = model ? `the ${kind} ${printable(model.name)}${part}` : 'none chosen yet';
  const names = signatures.map(({ name, path }) => `${printable(name)}${path === null ? '' : ', in the folder'}`);
  const none = model ? 'none found with the model: choose it' : 'none found yet';
  byId('signature-name').textContent = names.length > 0 ? names.join('; ') : none;
}

/** Removes a result that is not about what is chosen now. */
function forgetResult(): void {
  showProblem(null);
  result.hidden = true;
  result.replaceChildren();
}

/** Takes what was chosen or dropped. */
async function take(choose: () => Promise<Dropped> | Dropped): Promise<void> {
  if (running) return showProblem('Cancel the check first, or wait for its end.');
  forgetResult();
  taken = taken.then(() => takeNow(choose));
  await taken;
}

async function takeNow(choose: () => Promise<Dropped> | Dropped): Promise<void> {
  try {
    await selection.take(await choose());
  } catch (error) {
    const { name, message } = error as Error;
    const isOwn = error instanceof Problem;
    showProblem(isOwn ? message : `What you chose cannot be read. The browser says: ${name}: ${message}`);
  }
  showSelection();
}

/** Shows the panel of what is expected. */
function showPanel(): void {
  const kind = chosenKind();
  for (const panel of document.querySelectorAll<HTMLElement>('.panel')) panel.hidden = panel.dataset.for !== kind;
}

/** What is expected, in the words of the form. */
function expectedText(): string {
  return document.querySelector('input[name="expect"]:checked')?.parentElement?.textContent?.trim() ?? '';
}

async function run(): Promise<void> {
  if (running) return;
  running = new AbortController();
  forgetResult();
  const view = new ProgressView();
  const begun = performance.now();
  form.inert = true;
  let problem: Problem | null = null;
  try {
    await Promise.race([taken, aborted(running.signal)]);
    const outcome: Outcome = running.signal.aborted ? { kind: 'cancelled' } : await outcomeOfForm(view, running.signal);
    const { model, signatures } = selection;
    show(outcome, {
      model: model?.name ?? null,
      isFolder: model?.isFolder ?? false,
      signatures: signatures.map(({ name }) => name),
      expected: expectedText(),
      checkedAt: new Date().toISOString(),
      seconds: Math.round(performance.now() - begun) / 1000,
      bytes: view.bytes,
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    problem = error;
  } finally {
    running = null;
    progress.hidden = true;
    form.inert = false;
  }
  if (problem === null) return;
  showProblem(problem.message);
  if (problem.field !== null) byId(problem.field).focus();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** @throws {Problem} if something is missing */
async function outcomeOfForm(view: ProgressView, signal: AbortSignal): Promise<Outcome> {
  const kind = chosenKind();
  if (!selection.model && kind !== 'claims') throw new Problem('Drop or choose a model first.', 'choose-folder');
  let read: ReadSignatures;
  let expectation: Expectation;
  try {
    read = await selection.read(kind !== 'policy' && kind !== 'claims');
    expectation = await readExpectation(kind);
  } catch (error) {
    if (error instanceof Problem) throw error;
    return outcomeOf(error);
  }
  progress.hidden = false;
  view.begin('Looking through the files…');
  byId('progress-title').focus();
  const { signatures, paths } = read;
  const [signaturePath, ...ignorePaths] = paths;
  const model = selection.model?.model(signaturePath) ?? null;
  return check({ model, signatures, ignorePaths, expectation, signal, onProgress: (each) => view.show(each) });
}

function show(outcome: Outcome, circumstances: Circumstances): void {
  const actions = {
    expect(identity: string, issuer: string) {
      byId<HTMLInputElement>('identity').value = identity;
      byId<HTMLInputElement>('issuer').value = issuer;
      const choice = document.querySelector<HTMLInputElement>('input[value="sigstore"]');
      if (choice) choice.checked = true;
      showPanel();
      byId('identity').focus();
    },
  };
  result.replaceChildren(...resultElements(outcome, circumstances, actions));
  result.hidden = false;
  byId('result-title').focus();
}

function listenToDrops(): void {
  let over: EventTarget | null = null;
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('dragenter', ({ target }) => {
    over = target;
    drop.classList.add('over');
  });
  // An element is left after the next one was entered: only the last one is left for nothing.
  addEventListener('dragleave', ({ target }) => {
    if (target === over) drop.classList.remove('over');
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    const items = event.dataTransfer ? itemsOf(event.dataTransfer) : [];
    if (items.length > 0) take(() => sortDropped(items));
  });
}

/** A browser that gives access to a folder itself does not call it an upload, as it calls a list of files. */
async function chooseFolder(): Promise<void> {
  const { showDirectoryPicker } = globalThis as {
    readonly showDirectoryPicker?: () => Promise<FileSystemDirectoryHandle>;
  };
  if (!showDirectoryPicker) return byId('folder-input').click();
  let handle: FileSystemDirectoryHandle;
  try {
    handle = await showDirectoryPicker();
  } catch (error) {
    if ((error as DOMException).name === 'AbortError') return; // the user chose nothing
    return byId('folder-input').click();
  }
  await take(() => ({ model: handleFolder(handle), signatures: [] }));
}

/** Calls a function with the files that were chosen, if any were. */
function listenToInput(id: string, taken: (files: readonly File[]) => Dropped): void {
  const input = byId<HTMLInputElement>(id);
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    if (files.length > 0) take(() => taken(files));
    else if (id === 'folder-input') showProblem('The folder has no files that the browser shows.');
  });
}

byId('choose-folder').addEventListener('click', chooseFolder);
byId('choose-file').addEventListener('click', () => byId('file-input').click());
byId('choose-signature').addEventListener('click', () => byId('signature-input').click());
listenToInput('folder-input', (files) => ({ model: listedFolder(files), signatures: [] }));
listenToInput('file-input', ([file]) => ({ model: singleFile(file as File), signatures: [] }));
listenToInput('signature-input', (files) => ({ model: null, signatures: files }));
listenToDrops();
byId('expected').addEventListener('input', () => {
  forgetResult();
  showPanel();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  run();
});
byId('cancel').addEventListener('click', () => running?.abort());
addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') running?.abort();
});
showPanel();
