import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { nameOf, startDevnetWatch } from '../helpers/virtual-watch.ts';

/**
 * Half of all messages are lost between the nodes of a DAG, and of a chain: nobody is cut off, and no chain is forked for
 * good, though for a moment each look is like it. In virtual time.
 */
const intervalMs = 5000;
const warmUpRounds = 20;
const illRounds = 24;
const seeds = (process.env['NODETOP_ALERT_SEEDS'] ?? '7').split(',').map(Number);
/** Only once a split has joined again can the next be waited for: here the first one does within the time of the rule. */
const evmSeed = 7;

vi.setConfig({ testTimeout: 180_000 });

describe('half of all messages lost', () => {
	async function watchOf(kind: string, seed: number) {
		const watch = await startDevnetWatch({
			seed,
			intervalMs,
			partOf: ({ nodes, advance }) => ({
				targets: nodes.filter((node) => node.kind === kind),
				pass: advance,
			}),
		});
		onTestFinished(() => watch.stop());
		const before: string[] = [];
		for (let round = 0; round < warmUpRounds; round += 1)
			before.push(...(await watch.round()).told.map(nameOf));
		expect(before).toEqual([]);
		await watch.fault({ fault: 'loss', ratio: 0.5 });
		return watch;
	}

	it.each(seeds)(
		'in a DAG alerts name the cause first, never a partition or a fork (seed %i)',
		async (seed) => {
			const watch = await watchOf('qudag', seed);
			const told: string[] = [];
			let first: readonly string[] = [];
			const states = new Set<string>();
			for (let round = 0; round < illRounds; round += 1) {
				const incidents = (await watch.round()).told;
				if (first.length === 0) first = incidents.map((each) => `${each.rule}: ${each.message}`);
				told.push(...incidents.map(nameOf));
				for (const { state } of watch.fleet.getSnapshot().groups) states.add(state);
			}
			expect(first.length).toBeGreaterThan(0);
			for (const message of first) expect(message).toMatch(/messages are lost/);
			expect(told.filter((name) => /^network-(partitioned|forked)/.test(name))).toEqual([]);
			expect([...states]).not.toContain('partitioned');
			for (const node of ['dag-1', 'dag-2', 'dag-3', 'dag-4'])
				expect(told).toContain(`message-loss ${node}`);
		},
	);

	it('chains that part for a minute are a fork of lost blocks', async () => {
		const watch = await watchOf('evm', 3);
		const forks: string[] = [];
		for (let round = 0; round < illRounds; round += 1) {
			const { told } = await watch.round();
			const isFork = told.some(({ rule }) => rule === 'network-forked');
			const [group] = watch.fleet.getSnapshot().groups;
			if (isFork && group?.state === 'forked') forks.push(`${group.evidence} | ${group.nextStep}`);
		}
		expect(forks.length).toBeGreaterThan(0);
		for (const fork of forks)
			expect(fork).toMatch(/joined again by themselves.*get lost between them \| check the lines/);
	});

	it('in a chain alerts name reorganisations, never a fork', async () => {
		const watch = await watchOf('evm', evmSeed);
		const told: string[] = [];
		const messages: string[] = [];
		for (let round = 0; round < illRounds; round += 1) {
			told.push(...(await watch.round()).told.map(nameOf));
			messages.push(...watch.fleet.getSnapshot().groups.map(({ message }) => message));
		}
		expect(told.filter((name) => /^network-(partitioned|forked)/.test(name))).toEqual([]);
		expect(told.some((name) => name.startsWith('reorg evm-'))).toBe(true);
		expect(messages.some((message) => message.includes('the last time they joined again'))).toBe(
			true,
		);
	});
});
