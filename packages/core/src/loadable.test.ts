import { describe, expect, it } from 'vitest';
import { isLoadable } from './loadable.ts';

describe('files that programs run or load', () => {
  it.each([
    'modeling.py',
    'sub/a.PY',
    '__pycache__/x.cpython-312.pyc',
    'weights.bin',
    'w.pt',
    'w.pth',
    'w.ckpt',
    'data.pkl',
    'data.pickle',
    'model.safetensors',
    'model.Q4_K_M.gguf',
    'model.onnx',
    'w.h5',
    'w.keras',
    'libx.so',
    'x.dll',
    'x.dylib',
    'run.sh',
    'chat_template.jinja',
    'config.json',
    'a/b/modules.json',
    'model.safetensors.index.json',
    '.github/workflows/ci.yml',
    '.github/workflows/CI.YAML',
    '.github/actions/setup/action.yml',
    'libfoo.so.1',
    'libfoo.so.1.2.3',
    'a.pyo',
    'data.pkl.gz',
    'data.tar.pickle.xz.1',
    'model.joblib.z',
    'model.joblib2',
    'run.ipynb',
    'merges.txt',
    'sub/vocab.json',
    'vocab.txt',
    'Main.class',
    'rootkit.ko',
  ])('programs run or load %j', (name) => {
    expect(isLoadable(name)).toBe(true);
  });

  it.each([
    'README.md',
    'py',
    'a.py/notes.txt',
    '.gitattributes',
    '.gitignore',
    '.github/dependabot.yml',
    'sub/.github/workflows/ci.yml',
    'results.json',
    'run.sh.txt',
    'notes.txt.gz',
    'table.csv.1',
    '1.2.3',
    'LICENSE',
    'x.',
    '',
  ])('programs do not run or load %j', (name) => {
    expect(isLoadable(name)).toBe(false);
  });
});
