import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nameOf, startDevnetWatch } from '../helpers/virtual-watch.ts';
import type { DevnetWatch, Round } from '../helpers/virtual-watch.ts';

/** nodetop's default. */
const intervalMs = 5000;
const intervalsAllowed = 2;
const restRounds = 12;
const longestIllRounds = 30;

const seeds = (process.env['NODETOP_ALERT_SEEDS'] ?? '1').split(',').map(Number);
/** Before the first fault: longer than the windows of the rules that measure over two minutes. */
const healthyMinutes = Number(process.env['NODETOP_HEALTHY_MINUTES'] ?? 2.5);
const warmUpRounds = Math.ceil((healthyMinutes * 60_000) / intervalMs);

interface Expected {
	/** Any of them, `rule subject`; each may be told as critical. */
	readonly oneOf: readonly string[];
	/** How long a fault cannot be known from outside: what a node or the analysis waits for. */
	readonly knownAfterMs?: number;
	/** What else it comes to if it lasts, on the same node. */
	readonly later?: readonly string[];
}

interface Scenario {
	readonly name: string;
	readonly faults: readonly object[];
	/** By network. */
	readonly expected: Readonly<Record<string, Expected>>;
	/** Rounds after healing within which all of it must have ended. */
	readonly wellWithin?: number;
}

const dag = 'qudag:nodetop-devnet';
const hotstuff = 'bft:nodetop-devnet-hotstuff';
const evm = 'evm:880888';
const each = (fault: string, nodes: readonly string[]): object[] =>
	nodes.map((node) => ({ fault, node }));

/** Each kind of network at once: they have nothing to do with one another. */
const scenarios: readonly Scenario[] = [
	{
		name: 'crash',
		faults: each('crash', ['dag-2', 'hotstuff-2', 'evm-2']),
		expected: {
			dag: { oneOf: ['node-down dag-2'] },
			hotstuff: { oneOf: ['node-down hotstuff-2'] },
			evm: { oneOf: ['node-down evm-2'] },
		},
	},
	{
		name: 'partition, halves',
		faults: [
			{ fault: 'partition', groups: [['dag-1', 'dag-3'], ['hotstuff-1', 'hotstuff-2'], ['evm-1']] },
		],
		expected: {
			dag: { oneOf: [`network-partitioned ${dag}`] },
			hotstuff: { oneOf: [`network-partitioned ${hotstuff}`] },
			evm: { oneOf: [`network-partitioned ${evm}`] },
		},
	},
	{
		name: 'partition, one of four',
		faults: [{ fault: 'partition', groups: [['dag-4'], ['hotstuff-4']] }],
		expected: {
			dag: { oneOf: [`network-partitioned ${dag}`], knownAfterMs: 5000 },
			hotstuff: { oneOf: [`network-partitioned ${hotstuff}`], knownAfterMs: 5000 },
		},
	},
	{
		name: 'stall of one',
		faults: each('stall', ['dag-2', 'hotstuff-2', 'evm-2']),
		expected: {
			// A DAG node calls itself stalled after 10 s without finality.
			dag: { oneOf: ['consensus-stalled dag-2'], knownAfterMs: 10_000 },
			hotstuff: { oneOf: ['consensus-stalled hotstuff-2'], knownAfterMs: 15_000 },
			// A node of a chain may wait a minute for a block; those beside it show it sooner.
			evm: {
				oneOf: ['stands-still evm-2'],
				knownAfterMs: 15_000,
				later: ['consensus-stalled evm-2'],
			},
		},
	},
	{
		name: 'stall of all',
		faults: [
			...each('stall', ['dag-1', 'dag-2', 'dag-3', 'dag-4']),
			...each('stall', ['hotstuff-1', 'hotstuff-2', 'hotstuff-3', 'hotstuff-4']),
			...each('stall', ['evm-1', 'evm-2']),
		],
		expected: {
			dag: { oneOf: [`network-stalled ${dag}`], knownAfterMs: 15_000 },
			// A replica calls itself stalled after 5 s without a commit.
			hotstuff: { oneOf: [`network-stalled ${hotstuff}`], knownAfterMs: 15_000 },
			evm: { oneOf: [`network-stalled ${evm}`], knownAfterMs: 20_000 },
		},
	},
	{
		name: 'slow to its peers',
		faults: [
			{ fault: 'slow', node: 'dag-2', latencyMs: 400 },
			{ fault: 'slow', node: 'hotstuff-2', latencyMs: 400 },
		],
		expected: {
			// Half the round trips of the last minute.
			dag: { oneOf: ['peer-latency-high dag-2'], knownAfterMs: 60_000 },
			hotstuff: { oneOf: ['peer-latency-high hotstuff-2'], knownAfterMs: 60_000 },
		},
		wellWithin: 18,
	},
	{
		name: 'slow to answer',
		faults: [{ fault: 'slow', node: 'evm-2', latencyMs: 1100 }],
		// Slow is three times in a row.
		expected: { evm: { oneOf: ['poll-slow evm-2'], knownAfterMs: 2 * intervalMs } },
	},
	{
		name: 'full disk',
		faults: [{ fault: 'diskFull', node: 'dag-2' }],
		expected: { dag: { oneOf: ['disk-low dag-2'] } },
	},
	{
		name: 'equivocation',
		faults: [{ fault: 'equivocation', node: 'hotstuff-2' }],
		expected: {
			hotstuff: {
				// One alert for the network: every replica is a witness of it.
				oneOf: [`equivocation ${hotstuff}`],
			},
		},
		// It is told for the five minutes over which it is counted.
		wellWithin: 64,
	},
];

interface Measured {
	readonly seed: number;
	readonly fault: string;
	readonly network: string;
	readonly alert: string;
	readonly forS: number;
	readonly knownS: number;
	readonly firedS: number | undefined;
	readonly endedS: number | undefined;
}
const table: Measured[] = [];

describe.each(seeds)('the devnet of seed %i', (seed) => {
	let watch: DevnetWatch;
	const warmUp: Round[] = [];

	beforeAll(async () => {
		watch = await startDevnetWatch({ seed, intervalMs });
		for (let count = 0; count < warmUpRounds; count += 1) warmUp.push(await watch.round());
	}, 300_000);

	afterAll(async () => {
		await watch.stop();
	});

	it(`raises nothing in ${healthyMinutes} minutes before there is a fault`, () => {
		expect(warmUp.flatMap(({ told }) => told.map((incident) => nameOf(incident)))).toEqual([]);
	});

	it.each(scenarios)(
		'$name: its own alert in time, no other critical one, and its end',
		async (scenario) => {
			const { expected, faults, wellWithin = 12 } = scenario;
			const awaited = Object.values(expected);
			const allowed = new Set(awaited.flatMap(({ oneOf, later = [] }) => [...oneOf, ...later]));
			const rounds: Round[] = [];
			const firedAt = (names: readonly string[]) =>
				rounds.findIndex(({ told }) => told.some((incident) => names.includes(nameOf(incident))));
			for (const fault of faults) await watch.fault(fault);
			while (
				rounds.length < longestIllRounds &&
				awaited.some(({ oneOf }) => firedAt(oneOf) === -1)
			) {
				rounds.push(await watch.round());
			}
			const illRounds = rounds.length;
			await watch.heal();
			const isOver = ({ firing }: Round) => !firing.some((each) => allowed.has(nameOf(each)));
			do {
				rounds.push(await watch.round());
			} while (rounds.length < illRounds + wellWithin && !rounds.slice(-1).every(isOver));

			for (const [network, { oneOf, knownAfterMs = 0 }] of Object.entries(expected)) {
				const slot = firedAt(oneOf) + 1;
				const incident = rounds[slot - 1]?.told.find((each) => oneOf.includes(nameOf(each)));
				const { forMs = 0 } = watch.rules.get(incident?.rule ?? '') ?? {};
				const endSlot = rounds.findIndex(
					({ firing }, index) =>
						index >= illRounds && !firing.some((each) => oneOf.includes(nameOf(each))),
				);
				table.push({
					seed,
					fault: scenario.name,
					network,
					alert: incident ? nameOf(incident) : 'none',
					forS: forMs / 1000,
					knownS: knownAfterMs / 1000,
					firedS: incident && (slot * intervalMs) / 1000,
					endedS: endSlot === -1 ? undefined : ((endSlot - illRounds + 1) * intervalMs) / 1000,
				});
				expect(incident, `${network}: ${oneOf.join(' or ')}`).toBeDefined();
				const dueSlot = Math.ceil((knownAfterMs + forMs) / intervalMs) + intervalsAllowed;
				expect(slot, `${network}: fired in slot ${slot}, due in ${dueSlot}`).toBeLessThanOrEqual(
					dueSlot,
				);
			}
			const others = rounds
				.flatMap(({ told }) => told.filter(({ severity }) => severity === 'critical'))
				.map((incident) => nameOf(incident))
				.filter((name) => !allowed.has(name));
			expect([...new Set(others)]).toEqual([]);
			const left = rounds.at(-1)?.firing.filter((each) => allowed.has(nameOf(each)));
			expect(left?.map((incident) => nameOf(incident))).toEqual([]);
			// What a fault leaves behind, such as an average of the last minute, is no part of the next one.
			for (let count = 0; count < restRounds; count += 1) await watch.round();
		},
		300_000,
	);

	afterAll(() => {
		console.table(table.filter((row) => row.seed === seed));
	});
});
