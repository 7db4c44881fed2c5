import { expect, test } from 'vitest';
import { clientText } from '../../screens/facts.ts';

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
	expect(clientText(identity, width)).toBe(expected);
});
