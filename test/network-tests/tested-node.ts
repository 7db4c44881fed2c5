import { resolveEndpoint } from '../../source/network-tests/endpoint.ts';
import type { Endpoint } from '../../source/network-tests/endpoint.ts';
import { resultSchema } from '../../source/network-tests/results.ts';
import type { Sample } from '../../source/network-tests/results.ts';
import type { TestedNode, TestContext } from '../../source/network-tests/test.ts';

/** A node at a URL as the tests take it. */
export async function testedNodeAt(
	url: string,
	more: Partial<TestedNode> = {},
): Promise<TestedNode> {
	return { name: 'n1', endpoint: await resolveEndpoint(url), peers: [], ...more };
}

/** A context that keeps the samples and checks each against the schema. */
export function collecting(signal: AbortSignal = new AbortController().signal) {
	const samples: Sample[] = [];
	const context: TestContext = {
		signal,
		now: Date.now,
		// Never late: what is measured here is not how busy the machine is.
		delay: { begin: () => ({ soFarMs: () => 0, end: () => 0 }) },
		emit: (sample) => {
			resultSchema.parse(sample);
			samples.push(sample);
		},
	};
	return { samples, context };
}

/** A tested at an address that nothing is sent to. */
export function testedNodeNowhere(endpoint: Partial<Endpoint>): TestedNode {
	const nowhere = { host: '203.0.113.9', address: '203.0.113.9', port: 80 } as const;
	return {
		name: 'far',
		endpoint: { ...nowhere, isTls: false, isHttp: true, path: '/', reach: 'public', ...endpoint },
		peers: [],
	};
}
