/**
 * Endings of files that a loader of models, an interpreter or a linker runs or loads. What executes code when it is opened (scripts,
 * modules, native libraries, pickles in all their names) comes first, then weights, whose exchange nothing else would show.
 */
const endings: ReadonlySet<string> = new Set(
  [
    'py pyc pyo pyd pyw pyx ipynb so ko dll dylib exe scr appimage sh bash zsh fish bat cmd ps1 vbs desktop',
    'js mjs cjs wasm node jar class whl egg lua luac rb pl php jl jinja jinja2 j2',
    'pkl pickle joblib dill cloudpickle bin pt pt2 pth ckpt mar nemo npy npz pdparams pdmodel torchscript',
    'safetensors gguf ggml ggmlv3 llamafile onnx ort tflite h5 hdf5 keras pb msgpack mlmodel engine plan trt caffemodel',
    'model tiktoken',
  ].flatMap((line) => line.split(' ')),
);

/** Names of files that decide what loaders of models run, such as the classes under `auto_map` and `modules.json`. */
const configurations: ReadonlySet<string> = new Set(
  [
    'config.json tokenizer_config.json tokenizer.json generation_config.json processor_config.json',
    'preprocessor_config.json adapter_config.json model_index.json modules.json',
  ].flatMap((line) => line.split(' ')),
);

/** Loaders of vocabularies take these names, whatever the ending. */
const vocabularies: readonly string[] = ['merges.txt', 'vocab.'];

/** Endings behind which loaders look for another one, such as of `data.pkl.gz`. */
const compressions: ReadonlySet<string> = new Set('gz bz2 xz lzma z zst lz4 zip'.split(' '));

/** Whether programs run or load a file of this canonical name without being told to, whatever the case of the name. */
export function isLoadable(name: string): boolean {
  const path = name.toLowerCase();
  const basename = path.slice(path.lastIndexOf('/') + 1);
  if (hasEnding(basename) || vocabularies.some((beginning) => basename.startsWith(beginning))) return true;
  return configurations.has(basename) || basename.endsWith('.index.json') || isWorkflow(path);
}

function hasEnding(basename: string): boolean {
  const parts = basename.split('.').slice(1);
  // The numbers of a library's version, and what a file is compressed with, come after the ending that counts.
  while (parts.length > 1 && (compressions.has(parts.at(-1) ?? '') || /^\d+$/.test(parts.at(-1) ?? ''))) parts.pop();
  const ending = parts.at(-1);
  return ending !== undefined && (endings.has(ending) || ending.startsWith('joblib'));
}

/** Workflows and the actions that they use run where the model is pushed to a repository on GitHub. */
function isWorkflow(path: string): boolean {
  if (path.startsWith('.github/actions/')) return true;
  return path.startsWith('.github/workflows/') && (path.endsWith('.yml') || path.endsWith('.yaml'));
}
