// One load in a process of its own, and a plain SHA-256 of the same bytes in it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NodeLoader } from './in-node.ts';
import type { LoadRequest } from './load.ts';

/** Milliseconds. */
export interface Measured {
  readonly time: number;
  readonly plain: number;
}

interface Task {
  readonly installed: string;
  readonly cache: string;
  readonly request: LoadRequest;
}

const { installed, cache, request }: Task = JSON.parse(process.argv[2] ?? '');
const { time, features, message } = await new NodeLoader(installed, cache).load(request);
if (!features) throw new Error(String(message));
const bytes = readFileSync(path.join(cache, request.model, request.revision, 'onnx/model.onnx'));
const begun = performance.now();
createHash('sha256').update(bytes).digest();
const measured: Measured = { time, plain: performance.now() - begun };
process.stdout.write(JSON.stringify(measured));
