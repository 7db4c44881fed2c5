import { expect, it, onTestFinished, vi } from 'vitest';
import type { RunningDevnet } from '../../devnet/devnet.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import { startDevnetWatch } from '../helpers/virtual-watch.ts';

/**
 * The faults of the metrics plan, and a validator of one's own that does wrong: each by its rule, with the name of who
 * did it, in the time of its rule, and nothing else. Two of the replicas are watched, in virtual time.
 */
const intervalMs = 10_000;
/** What rules compare with. */
const warmUpRounds = 3;
const intervalsAllowed = 2;
const group = 'bft:nodetop-devnet-hotstuff';
const culprit = 'hotstuff-3';
/** The one that does it, and a witness. */
const watched: ReadonlySet<string> = new Set([culprit, 'hotstuff-2']);

// On a machine that does much else a round may take a second.
vi.setConfig({ testTimeout: 120_000 });

interface Scenario {
	readonly name: string;
	readonly faults: readonly object[];
	/** `rule subject`, and what its message names. */
	readonly expected: Readonly<Record<string, RegExp>>;
	/** How long it cannot be known from outside: until a window is full of it. */
	readonly knownAfterMs?: number;
	/** What it comes to besides, and rightly. */
	readonly besides?: readonly RegExp[];
	readonly kind?: 'bft' | 'cometbft';
	readonly mine?: readonly string[];
	/** For what raises nothing. */
	readonly rounds?: number;
}

const scenarios: readonly Scenario[] = [
	{
		name: 'a double vote',
		faults: [{ fault: 'doubleVote', node: culprit }],
		expected: { [`byzantine-behavior ${group}`]: /hotstuff-3/ },
	},
	{
		name: 'an invalid message',
		faults: [{ fault: 'invalidMessage', node: culprit }],
		expected: { [`byzantine-behavior ${group}`]: /hotstuff-3/ },
	},
	{
		name: 'a slow disk',
		faults: [{ fault: 'slowDisk', node: culprit, latencyMs: 700 }],
		expected: { [`database-slow ${culprit}`]: /take over/ },
		knownAfterMs: 60_000,
	},
	{
		name: 'a cache that is thrashed',
		faults: [{ fault: 'cacheThrash', node: culprit }],
		expected: { [`cache-hits-low ${culprit}`]: /%/ },
		knownAfterMs: 120_000,
	},
	{
		name: 'a flood of transactions',
		faults: [{ fault: 'flood', node: culprit, factor: 400 }],
		expected: { [`mempool-evicting ${culprit}`]: /dropped/ },
		knownAfterMs: 30_000,
	},
	{
		name: 'connections that break',
		faults: [{ fault: 'churn', node: culprit }],
		expected: { [`disconnections-high ${culprit}`]: /closedHere/ },
		knownAfterMs: 60_000,
		// Each of its peers loses one in three seconds.
		besides: [/^disconnections-high hotstuff-/],
	},
	{
		name: 'a fifth of its messages lost',
		faults: [{ fault: 'loss', node: culprit, ratio: 0.2 }],
		expected: { [`message-loss ${culprit}`]: /%/ },
		knownAfterMs: 60_000,
	},
	{
		// Nothing that comes of it is told before, such as views that time out or a network that stands still.
		name: 'half of its messages lost',
		faults: [{ fault: 'loss', node: culprit, ratio: 0.5 }],
		expected: { [`message-loss ${culprit}`]: /%/ },
		knownAfterMs: 60_000,
	},
	{
		name: 'half of all messages lost',
		faults: [{ fault: 'loss', ratio: 0.5 }],
		expected: { [`message-loss ${culprit}`]: /%/ },
		knownAfterMs: 30_000,
		besides: [/^message-loss hotstuff-/, /^network-stalled /],
	},
	{
		name: 'a twentieth of its messages lost, which is told to nobody',
		faults: [{ fault: 'loss', node: culprit, ratio: 0.05 }],
		expected: {},
		rounds: 12,
	},
	{
		name: 'a double vote of one’s own validator',
		faults: [{ fault: 'doubleVote', node: culprit }],
		expected: { [`own-validator-byzantine ${culprit}`]: /hotstuff-3/ },
		mine: [culprit],
	},
	{
		name: 'one’s own validator that stands still',
		faults: [{ fault: 'stall', node: culprit }],
		expected: { [`own-validator-missing ${culprit}`]: /hotstuff-3/ },
		knownAfterMs: 20_000,
		besides: [/^(consensus-stalled|stands-still) hotstuff-3$/],
		mine: [culprit],
	},
	{
		name: 'one’s own validator of a CometBFT chain, excluded for a double vote',
		faults: [{ fault: 'doubleVote', node: culprit }],
		expected: { [`own-validator-tombstoned ${culprit}`]: /hotstuff-3/ },
		kind: 'cometbft',
		mine: [culprit],
	},
	{
		name: 'one’s own validator of a CometBFT chain, jailed for what it missed',
		faults: [{ fault: 'stall', node: culprit }],
		expected: {
			[`own-validator-missing ${culprit}`]: /hotstuff-3/,
			[`own-validator-jailed ${culprit}`]: /hotstuff-3/,
		},
		knownAfterMs: 120_000,
		besides: [/^(consensus-stalled|stands-still) hotstuff-3$/],
		kind: 'cometbft',
		mine: [culprit],
	},
];

const subjectOf = ({ rule, labels }: Incident) =>
	`${rule} ${labels['validator'] ?? labels['node'] ?? labels['group'] ?? ''}`;

function replicasOf({ nodes, hotstuff }: RunningDevnet, { kind = 'bft', mine }: Scenario) {
	const targets = nodes
		.filter(({ name }) => watched.has(name))
		.map(({ name, url }) => ({
			name,
			kind,
			url: kind === 'bft' ? url : `${url.replace(/\/$/, '')}/cometbft`,
			...(mine && { mine }),
		}));
	const pass = (durationMs: number) => {
		hotstuff.advance(durationMs);
	};
	return { targets, pass };
}

it.each(scenarios)('$name: by its name, in time, and nothing else', async (scenario) => {
	const { faults, expected, knownAfterMs = 0, besides = [], rounds = 0 } = scenario;
	const watch = await startDevnetWatch({
		seed: 5,
		intervalMs,
		ageMs: 60_000,
		partOf: (devnet) => replicasOf(devnet, scenario),
	});
	onTestFinished(() => watch.stop());
	const before: string[] = [];
	for (let round = 0; round < warmUpRounds; round += 1) {
		before.push(...(await watch.round()).told.map(subjectOf));
	}
	expect(before).toEqual([]);

	for (const fault of faults) await watch.fault(fault);
	const told = new Map<string, { readonly slot: number; readonly message: string }>();
	const awaited = Object.keys(expected);
	const dueSlot = (name: string) => {
		const { forMs = 0 } = watch.rules.get(name.split(' ')[0] ?? '') ?? {};
		return Math.ceil((knownAfterMs + forMs) / intervalMs) + intervalsAllowed;
	};
	const lastSlot = Math.max(rounds, ...awaited.map(dueSlot));
	const isDone = () => rounds === 0 && awaited.every((name) => told.has(name));
	for (let slot = 1; slot <= lastSlot && !isDone(); slot += 1) {
		for (const incident of (await watch.round()).told) {
			const name = subjectOf(incident);
			if (!told.has(name)) told.set(name, { slot, message: incident.message });
		}
	}
	for (const [name, words] of Object.entries(expected)) {
		expect([...told.keys()].join('; ')).toContain(name);
		expect(told.get(name)?.message).toMatch(words);
		expect(told.get(name)?.slot).toBeLessThanOrEqual(dueSlot(name));
	}
	const others = [...told.keys()].filter(
		(name) => !awaited.includes(name) && !besides.some((each) => each.test(name)),
	);
	expect(others).toEqual([]);
});
