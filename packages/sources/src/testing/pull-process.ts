// A program that pulls a model from a hub: a test kills it. It runs the built packages, since Node 22 cannot run all of the sources.
import { readFileSync } from 'node:fs';
import { keyVerifier, openSignature } from '@model-signing/core';
import { huggingFaceModel, pull } from '@model-signing/sources';

const [endpoint, publicKey, to] = process.argv.slice(2) as [string, string, string];
const source = await huggingFaceModel('hf://org/model', { endpoint, token: null });
const bundle = await source.readSignature('model.sig');
const signed = await openSignature(bundle, keyVerifier({ publicKey: readFileSync(publicKey) }));
await pull(source, signed, { to, bundle, concurrency: 1 });
