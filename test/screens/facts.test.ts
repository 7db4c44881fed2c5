import { expect, test } from 'vitest';
import { clientCell, sectionFacts } from '../../screens/node/facts.ts';
import { node } from '../analysis/nodes.ts';

test.each([
	[{ client: 'Geth', version: '1.16.4' }, 18, 'Geth 1.16.4'],
	[{ client: 'nodetop-devnet-hotstuff', version: '0.1.0' }, 18, 'nodetop-dev… 0.1.0'],
	[{ client: 'nodetop-devnet-hotstuff' }, 12, 'nodetop-devnet-hotstuff'],
	[{ version: '0.1.0' }, 3, '0.1.0'],
	[
		{ client: 'reth', version: '1.4.8-a-commit-and-a-platform' },
		18,
		'reth 1.4.8-a-commit-and-a-platform',
	],
	[{}, 18, ''],
])('%o in %i cells: the name is cut before the number', (identity, width, expected) => {
	expect(clientCell(identity, width)).toBe(expected);
});

test.each([
	['evm', 'host', ['Machine CPU', 'Machine memory']],
	['evm', 'node', ['CPU', 'Resident']],
	['host', 'host', ['CPU', 'Resident']],
] as const)('the figures of a node of kind %s, measured by the %s', (kind, source, labels) => {
	const resources = { source, cpuRatio: 0.5, memoryResidentBytes: 1_000_000 };
	const facts = sectionFacts(node('a', { target: { kind }, resources }), 'resources', 0);
	expect(facts.map(({ label }) => label)).toEqual(labels);
});
