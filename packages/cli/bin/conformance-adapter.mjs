#!/usr/bin/env node
import adapter from '../dist/conformance-adapter.cjs';

process.exitCode = await adapter.main(process.argv.slice(2));
