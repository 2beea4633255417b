/** What a small model for feature extraction is like. */
export interface OnnxModelOptions {
  /** Rows of the table, of which the first three have a word. Default 3. */
  readonly vocabulary?: number;
  /** Numbers in a row. Default 2. */
  readonly width?: number;
  /** Whether the table is in a file beside the model. Default false. */
  readonly externalData?: boolean;
}

/** The words of the tokenizer, by their row. */
const WORDS = { '[UNK]': 0, hello: 1, world: 2 };

/**
 * The files of a model that transformers.js loads for feature extraction: an embedding table in ONNX, a tokenizer for two words and their
 * configurations. The features of the word in row r are r, r + 0.5, r + 1 and so on.
 */
export function onnxModel(options: OnnxModelOptions = {}): Record<string, Uint8Array> {
  const { vocabulary = 3, width = 2, externalData = false } = options;
  const table = Float32Array.from({ length: vocabulary * width }, (_, at) => Math.floor(at / width) + (at % width) / 2);
  const bytes = new Uint8Array(table.buffer);
  const configuration = { model_type: 'bert', architectures: ['BertModel'], hidden_size: width };
  const external = { 'transformers.js_config': { use_external_data_format: true } };
  return {
    'config.json': json(externalData ? { ...configuration, ...external } : configuration),
    'tokenizer.json': json(tokenizer),
    'tokenizer_config.json': json({
      tokenizer_class: 'PreTrainedTokenizerFast',
      unk_token: '[UNK]',
      model_max_length: 16,
    }),
    'onnx/model.onnx': graph(vocabulary, width, externalData ? elsewhere(bytes.length) : [field(9, bytes)]),
    ...(externalData ? { [`onnx/${DATA_FILE}`]: bytes } : {}),
  };
}

const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: null,
  decoder: null,
  model: { type: 'WordLevel', vocab: WORDS, unk_token: '[UNK]' },
};

const DATA_FILE = 'model.onnx_data';

const FLOAT = 1;
const INT64 = 7;

/** A ModelProto whose graph takes rows from a table. */
function graph(vocabulary: number, width: number, data: readonly Uint8Array[]): Uint8Array {
  const table = message(number(1, vocabulary), number(1, width), number(2, FLOAT), field(8, text('table')), ...data);
  const gather = message(
    field(1, text('table')),
    field(1, text('input_ids')),
    field(2, text('last_hidden_state')),
    field(4, text('Gather')),
  );
  const content = message(
    field(1, gather),
    field(2, text('features')),
    field(5, table),
    field(11, tensor('input_ids', INT64, ['batch', 'length'])),
    field(11, tensor('attention_mask', INT64, ['batch', 'length'])),
    field(12, tensor('last_hidden_state', FLOAT, ['batch', 'length', 'width'])),
  );
  return message(number(1, 8), field(7, content), field(8, number(2, 13)));
}

/** A ValueInfoProto. */
function tensor(name: string, type: number, dimensions: readonly string[]): Uint8Array {
  const shape = message(...dimensions.map((dimension) => field(1, field(2, text(dimension)))));
  return message(field(1, text(name)), field(2, field(1, message(number(1, type), field(2, shape)))));
}

/** That the content of a TensorProto is in another file. */
function elsewhere(length: number): Uint8Array[] {
  const entries = { location: DATA_FILE, offset: '0', length: String(length) };
  const pairs = Object.entries(entries).map(([key, value]) =>
    field(13, message(field(1, text(key)), field(2, text(value)))),
  );
  return [...pairs, number(14, 1)];
}

// Protocol buffers: fields with a number, whose content is a number or bytes.

function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

function number(id: number, value: number): Uint8Array {
  return message(varint(id << 3), varint(value));
}

function field(id: number, content: Uint8Array): Uint8Array {
  return message(varint((id << 3) | 2), varint(content.length), content);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
}

const text = (value: string) => new TextEncoder().encode(value);

const json = (value: unknown) => text(`${JSON.stringify(value)}\n`);
