import { resolveEndpoint } from '../../source/nettest/endpoint.ts';
import { tests } from '../../source/nettest/registry.ts';
import type { TestName } from '../../source/nettest/results.ts';
import type { AnyTest } from '../../source/nettest/test.ts';

/** Runs one test from within a network namespace, and prints its summary. */
const [name = '', url = '', options = '{}'] = process.argv.slice(2);
const test: AnyTest = tests[name as TestName]; // The tests name one there is.
const summary = await test.run(
	{ name: 'node', endpoint: await resolveEndpoint(url), peers: [] },
	JSON.parse(options),
	{ signal: new AbortController().signal, now: Date.now, emit: () => undefined },
);
process.stdout.write(JSON.stringify(summary));
