import { resolveEndpoint } from '../../source/network-tests/endpoint.ts';
import { tests } from '../../source/network-tests/registry.ts';
import type { TestName } from '../../source/network-tests/results.ts';
import type { AnyTest } from '../../source/network-tests/test.ts';

/** Runs one test from within a network namespace, and prints its summary. */
const [name = '', url = '', options = '{}'] = process.argv.slice(2);
const test: AnyTest = tests[name as TestName]; // The tests name one there is.
const summary = await test.run(
	{ name: 'node', endpoint: await resolveEndpoint(url), peers: [] },
	JSON.parse(options),
	{ signal: new AbortController().signal, now: Date.now, emit: () => undefined },
);
process.stdout.write(JSON.stringify(summary));
