import { expect, test } from 'vitest';
import { UserError } from '../../source/domain/errors.ts';
import { parseFault } from '../../source/devnet/faults.ts';

const names = ['dag-1', 'dag-2', 'dag-3', 'dag-4'];

test('fills in what was left out', () => {
	expect(parseFault({ fault: 'slow', node: 'dag-1' }, names)).toEqual({
		fault: 'slow',
		node: 'dag-1',
		latencyMs: 400,
	});
	expect(parseFault({ fault: 'restart', node: 'dag-1' }, names)).toMatchObject({ dag: 'kept' });
});

test.each([
	[null, /^not a fault: /],
	[{ fault: 'explode' }, /^not a fault: fault: /],
	[{ fault: 'crash' }, /^not a fault: node: /],
	[{ fault: 'crash', node: 'dag-1', now: true }, /now/],
	[{ fault: 'crash', node: 'dag-9' }, /^there is no node "dag-9"$/],
	[{ fault: 'slow', node: 'dag-1', latencyMs: -1 }, /^not a fault: latencyMs: /],
	[{ fault: 'loss', ratio: 1.5 }, /^not a fault: ratio: /],
	[{ fault: 'partition', groups: [['dag-1'], ['dag-1']] }, /^a node can be in one group only$/],
	[{ fault: 'partition', groups: [['dag-1', 'other']] }, /^there is no node "other"$/],
	[{ fault: 'partition', groups: [] }, /^not a fault: groups: /],
])('refuses %j', (value, message) => {
	expect(() => parseFault(value, names)).toThrow(UserError);
	expect(() => parseFault(value, names)).toThrow(message);
});
