import { expect, test } from 'vitest';
import { UserError } from '../../source/domain/errors.ts';
import type { FaultPlace } from '../../devnet/faults.ts';
import { faultGuide, faultSchema, faultWithin, parseFault } from '../../devnet/faults.ts';

const places: FaultPlace[] = [
	{
		name: 'dag',
		nodes: ['dag-1', 'dag-2', 'dag-3', 'dag-4'],
		ownFaults: ['diskFull', 'equivocation'],
	},
	{ name: 'evm', nodes: ['evm-1', 'evm-2'], ownFaults: ['reorg'] },
];
const everywhere: FaultPlace[] = [
	...places,
	{
		name: 'hotstuff',
		nodes: ['hotstuff-1', 'hotstuff-2', 'hotstuff-3', 'hotstuff-4'],
		ownFaults: [
			'equivocation',
			'doubleVote',
			'invalidMessage',
			'slowDisk',
			'cacheThrash',
			'flood',
			'churn',
		],
	},
];

const storj: FaultPlace = {
	name: 'storj',
	nodes: ['storj-1', 'storj-2'],
	ownFaults: [
		'lostPieces',
		'auditErrors',
		'offline',
		'rotateLog',
		'forwarderCut',
		'monthStart',
		'upgrade',
	],
};

test('fills in what was left out', () => {
	expect(parseFault({ fault: 'slow', node: 'dag-1' }, places)).toEqual({
		fault: 'slow',
		node: 'dag-1',
		latencyMs: 400,
	});
	expect(parseFault({ fault: 'restart', node: 'dag-1' }, places)).toMatchObject({ data: 'kept' });
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
	[{ fault: 'diskFull', node: 'evm-1' }, /^evm-1 does not support diskFull$/],
	[{ fault: 'reorg', node: 'dag-1' }, /^dag-1 does not support reorg$/],
	[{ fault: 'reorg', node: 'evm-1', depth: 0 }, /^not a fault: depth: /],
	[{ fault: 'clockSkew', node: 'evm-1', offsetMs: 1e12 }, /^not a fault: offsetMs: /],
	[{ fault: 'heal', network: 'storj' }, /^there is no network "storj"$/],
	[{ fault: 'partition', groups: [['evm-1', 'evm-2']] }, /^one group holds all nodes .* evm/],
	[{ fault: 'partition', groups: [] }, /^not a fault: groups: /],
])('refuses %j', (value, message) => {
	expect(() => parseFault(value, places)).toThrow(UserError);
	expect(() => parseFault(value, places)).toThrow(message);
});

test('every example of the guide is a fault, and every fault has an example', () => {
	for (const { example } of faultGuide) {
		expect(parseFault(example, [...everywhere, storj])).toMatchObject(example);
	}
	const kinds = faultSchema.options.map(({ shape }) => shape.fault.value);
	expect(faultGuide.map(({ example }) => example.fault)).toEqual(expect.arrayContaining(kinds));
});

test('a partition is cut into what each network is told', () => {
	const groups = [['dag-1', 'evm-1'], ['dag-2'], ['evm-2']];
	const fault = parseFault({ fault: 'partition', groups }, everywhere);
	expect(everywhere.map((place) => faultWithin(fault, place))).toEqual([
		{ fault: 'partition', groups: [['dag-1'], ['dag-2']] },
		{ fault: 'partition', groups: [['evm-1'], ['evm-2']] },
		undefined,
	]);
	const heal = parseFault({ fault: 'heal', network: 'evm' }, everywhere);
	expect(everywhere.map((place) => faultWithin(heal, place) !== undefined)).toEqual([
		false,
		true,
		false,
	]);
});
