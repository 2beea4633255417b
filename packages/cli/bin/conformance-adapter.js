#!/usr/bin/env node
import { main } from '../dist/conformance-adapter.js';

process.exitCode = await main(process.argv.slice(2));
