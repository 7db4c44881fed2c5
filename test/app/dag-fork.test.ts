import { afterEach, expect, it } from 'vitest';
import type { Group } from '../../source/sections/group/schema.ts';
import { nameOf, startDevnetWatch } from '../helpers/virtual-watch.ts';
import type { DevnetWatch } from '../helpers/virtual-watch.ts';

const intervalMs = 5000;
const name = 'qudag:nodetop-devnet';
let watch: DevnetWatch;

afterEach(() => watch.stop());

const group = (): Group => {
	const found = watch.fleet.getSnapshot().groups.find((each) => each.name === name);
	if (!found) throw new Error(`no group ${name}`);
	return found;
};
const issuesOf = (node: string): string[] => {
	const found = watch.fleet.getSnapshot().nodes.find(({ target }) => target.name === node);
	return (found?.snapshot.health.issues ?? []).map(
		({ message, evidence }) => `${message}: ${evidence}`,
	);
};

async function rounds(count: number): Promise<string[]> {
	const told: string[] = [];
	for (let round = 0; round < count; round += 1) {
		told.push(...(await watch.round()).told.map((incident) => nameOf(incident)));
	}
	return told;
}

it('two of four that give their numbers twice fork the finality of the others, and it is told', async () => {
	watch = await startDevnetWatch({ seed: 1, intervalMs, ageMs: 30_000 });
	await rounds(4);
	expect(group()).toMatchObject({ state: 'agreed', common: { by: 4 } });

	for (const node of ['dag-3', 'dag-4']) await watch.fault({ fault: 'equivocation', node });
	const told = await rounds(6);
	const { state, fork, members, message, evidence } = group();
	expect(state).toBe('forked');
	expect(fork?.branches.map(({ nodes }) => nodes)).toEqual([['dag-1'], ['dag-2']]);
	const [left, right] = fork?.branches ?? [];
	expect(left?.hash).toMatch(/^[\da-f]{64}$/);
	expect(right?.hash).not.toBe(left?.hash);
	expect(Number(fork?.number)).toBeGreaterThan(50);
	expect(message).toBe(`2 finalities since layer ${Number(fork?.number) + 1}: dag-1 | dag-2`);
	expect(evidence).toMatch(
		/^of vertex \d+ of dag-[34], for final: dag-1 holds [\da-f]{10}; dag-2 holds [\da-f]{10}$/,
	);
	expect(members.map(({ node, branch }) => [node, branch])).toEqual([
		['dag-1', 0],
		['dag-2', 1],
		['dag-3', undefined],
		['dag-4', undefined],
	]);
	expect(issuesOf('dag-1').join()).toContain('holds other vertices for final: 2 finalities');
	expect(told).toContain(`network-forked ${name}`);

	// The finality of both sides stands when they deal honestly again, and when the network is cut.
	await watch.heal();
	await rounds(12);
	expect(group()).toMatchObject({ state: 'forked', fork: { number: fork?.number } });
	const [even, odd] = [['dag-1'], ['dag-2', 'dag-3', 'dag-4']];
	await watch.fault({ fault: 'partition', groups: [even, odd] });
	await rounds(3);
	expect(group()).toMatchObject({ state: 'forked', fork: { number: fork?.number } });
	await watch.heal();

	// Who gives up what it held for final is of the others' mind.
	for (const node of ['dag-2', 'dag-3', 'dag-4']) await watch.fault({ fault: 'crash', node });
	await rounds(1);
	for (const node of ['dag-2', 'dag-3', 'dag-4']) {
		await watch.fault({ fault: 'restart', node, data: 'empty' });
	}
	await rounds(24);
	expect(group()).toMatchObject({ state: 'agreed', common: { by: 4 } });
	expect(group()).not.toHaveProperty('fork');
}, 300_000);

it('one of four cannot: the others stay of one mind, and say who it is', async () => {
	watch = await startDevnetWatch({ seed: 2, intervalMs, ageMs: 30_000 });
	await watch.fault({ fault: 'equivocation', node: 'dag-4' });
	const states = new Set<string>();
	const told: string[] = [];
	for (let round = 0; round < 24; round += 1) {
		told.push(...(await rounds(1)));
		states.add(group().state);
	}
	expect([...states]).toEqual(['agreed']);
	expect(told).not.toContain(`network-forked ${name}`);
	expect(issuesOf('dag-1').join()).toContain('one number twice by dag-4');
}, 300_000);
