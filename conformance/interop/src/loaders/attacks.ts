/** What can happen to a model between its signing and its use, and what a guarded load makes of it. */
import type { Hub, HubFile } from '@model-signing/testing/hub';

/** Where a load takes place. */
export interface World {
  readonly hub: Hub;
  readonly model: string;
  /** The files on the hub, with the signature. */
  readonly files: Readonly<Record<string, HubFile>>;
  /** Changes the cached copy of a file. */
  poison(name: string): Promise<void>;
}

export interface Attack {
  readonly title: string;
  /** Whether the model was loaded before, so that the cache has it. */
  readonly isWarm?: boolean;
  readonly act?: (world: World) => Promise<void> | void;
  /** The revision that is asked for, and the host, in place of those of the model. */
  readonly revision?: string;
  readonly elsewhere?: boolean;
  /** The form of the ONNX file that is asked for. Default `fp32`, which is the one that was signed. */
  readonly dtype?: string;
  /** What the load ends with: the features of the model, or a refusal with this code. */
  readonly refused?: string;
  /** The file that was removed from the cache. */
  readonly evicted?: string;
}

const flip = (name: string) => ({ act: ({ hub }: World) => void hub.faults.set(name, { flip: 20 }) });

export const attacks: readonly Attack[] = [
  { title: 'nothing, with an empty cache' },
  { title: 'nothing, with a full cache', isWarm: true },
  ...['config.json', 'tokenizer.json', 'onnx/model.onnx', 'onnx/model.onnx_data'].flatMap((name): Attack[] => [
    { title: `${name} is changed in the cache`, isWarm: true, act: ({ poison }) => poison(name), evicted: name },
    { title: `${name} is changed on the server`, ...flip(name), refused: 'model/mismatch' },
    {
      title: `${name} is hidden by the server`,
      act: ({ hub }) => void hub.faults.set(name, { status: 404 }),
      refused: 'model/mismatch',
    },
    {
      title: `${name} is said to be forbidden by the server`,
      act: ({ hub }) => void hub.faults.set(name, { status: 403 }),
      refused: 'model/unreadable',
    },
    {
      title: `${name} is cut off`,
      act: ({ hub }) => void hub.faults.set(name, { cutAfter: 10 }),
      refused: 'model/unreadable',
    },
  ]),
  {
    title: 'a file that is changed in the cache is also changed on the server',
    isWarm: true,
    async act({ hub, poison }) {
      await poison('onnx/model.onnx');
      hub.faults.set('onnx/model.onnx', { flip: 20 });
    },
    refused: 'model/mismatch',
    evicted: 'onnx/model.onnx',
  },
  {
    title: 'the server has an ONNX file that was not signed, which is asked for',
    act({ hub, model }) {
      const path = `/${model}/resolve/${hub.head(model)}/onnx/model_quantized.onnx`;
      for (const each of [path, `${path}_data`]) hub.faults.set(each, { respond: () => ({ body: 'any' }) });
    },
    dtype: 'q8',
    refused: 'model/mismatch',
  },
  {
    title: 'a signed file is replaced in another revision, which is asked for',
    act: ({ hub, model, files }) => void hub.commit(model, { ...files, 'config.json': '{}' }),
    revision: 'main',
  },
  {
    title: 'another revision is asked for that does not exist',
    revision: 'v2',
  },
  { title: 'another model on the same host is asked for', elsewhere: true, refused: 'model/not-signed' },
  {
    title: 'the server redirects to other content',
    act({ hub, model }) {
      hub.commit('org/other', { 'config.json': '{}' });
      const path = `/${model}/resolve/${hub.head(model)}/config.json`;
      hub.faults.set(path, { location: `${hub.url}/org/other/resolve/main/config.json` });
    },
    refused: 'model/mismatch',
  },
];
