/**
 * Endings of files that a loader of models, an interpreter or a linker runs or loads. What executes code when it is opened (scripts,
 * modules, native libraries, pickles in all their names) comes first, then weights, whose exchange nothing else would show.
 */
const endings: ReadonlySet<string> = new Set(
  [
    'py pyc pyd pyw pyx so dll dylib exe sh bash bat cmd ps1 js mjs cjs wasm node jar whl egg lua rb jinja jinja2',
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

/** Whether programs run or load a file of this canonical name without being told to, whatever the case of the name. */
export function isLoadable(name: string): boolean {
  const path = name.toLowerCase();
  const basename = path.slice(path.lastIndexOf('/') + 1);
  const dot = basename.lastIndexOf('.');
  if (dot !== -1 && endings.has(basename.slice(dot + 1))) return true;
  return configurations.has(basename) || basename.endsWith('.index.json') || isWorkflow(path);
}

/** Workflows run where the model is pushed to a repository on GitHub. */
function isWorkflow(path: string): boolean {
  return path.startsWith('.github/workflows/') && (path.endsWith('.yml') || path.endsWith('.yaml'));
}
