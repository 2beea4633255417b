/** A GGUF file with a vocabulary and no weights, which llama.cpp loads to split text into tokens. */
export function tinyGguf(): Uint8Array {
  const bytes = Array.from({ length: 256 }, (_, at) => `<0x${at.toString(16).toUpperCase().padStart(2, '0')}>`);
  const tokens = ['<unk>', '<s>', '</s>', ...bytes];
  const [unknown, control, byte] = [2, 3, 6];
  const metadata = [
    entry('general.architecture', Type.text, text('llama')),
    entry('general.name', Type.text, text('tiny')),
    entry('llama.context_length', Type.uint32, uint32(32)),
    entry('llama.embedding_length', Type.uint32, uint32(8)),
    entry('llama.block_count', Type.uint32, uint32(1)),
    entry('llama.feed_forward_length', Type.uint32, uint32(8)),
    entry('llama.attention.head_count', Type.uint32, uint32(1)),
    entry('llama.attention.layer_norm_rms_epsilon', Type.float32, float32(1e-5)),
    entry('tokenizer.ggml.model', Type.text, text('llama')),
    entry('tokenizer.ggml.tokens', Type.array, array(Type.text, tokens.map(text))),
    entry(
      'tokenizer.ggml.scores',
      Type.array,
      array(
        Type.float32,
        tokens.map((_, at) => float32(-at)),
      ),
    ),
    entry(
      'tokenizer.ggml.token_type',
      Type.array,
      array(
        Type.int32,
        tokens.map((_, at) => uint32(at === 0 ? unknown : at < 3 ? control : byte)),
      ),
    ),
    entry('tokenizer.ggml.unknown_token_id', Type.uint32, uint32(0)),
    entry('tokenizer.ggml.bos_token_id', Type.uint32, uint32(1)),
    entry('tokenizer.ggml.eos_token_id', Type.uint32, uint32(2)),
  ];
  const [version, tensors] = [uint32(3), uint64(0)];
  return Buffer.concat([Buffer.from('GGUF'), version, tensors, uint64(metadata.length), ...metadata, Buffer.alloc(32)]);
}

const Type = { uint32: 4, int32: 5, float32: 6, text: 8, array: 9 };

function entry(key: string, type: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([text(key), uint32(type), value]);
}

function array(type: number, items: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([uint32(type), uint64(items.length), ...items]);
}

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
