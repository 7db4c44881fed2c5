import { createGroupAnalysis } from '../../source/analysis/groups.ts';
import type { RunningDevnet } from '../../devnet/devnet.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { Target } from '../../source/domain/target.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createJudge } from '../../source/health/judge.ts';
import { attempt } from '../../source/polling/attempt.ts';
import { createNodeSources } from '../../source/app/node-source.ts';
import { systemClock } from '../../source/domain/clock.ts';
import { ownDelay } from '../../source/domain/own-delay.ts';
import { targetFor } from './targets.ts';

/** A watch whose clock is turned by hand: hours of it pass without waiting. */
export interface VirtualFleet {
	/** Lets virtual time pass, polls every node once, and compares them. */
	step(seconds: number): Promise<void>;
	group(): Group;
	node(name: string): NodeSnapshot;
	close(): void;
}

export function watchVirtually(targets: readonly Target[], startAtMs: number): VirtualFleet {
	let nowMs = startAtMs;
	const clock = { ...systemClock, now: () => nowMs };
	const sources = createNodeSources(clock);
	const fleet = createFleet(createJudge());
	const analysis = createGroupAnalysis();
	const watched = targets.map((target) => {
		fleet.add(target);
		return { target, source: sources.open(target, () => undefined) };
	});
	return {
		async step(seconds) {
			nowMs += seconds * 1000;
			for (const { target, source } of watched) {
				const { signal } = new AbortController();
				const context = { clock, delay: ownDelay, missedSlots: 0, signal, reportBug: thrown };
				fleet.apply({ ...(await attempt(target, source.poll, context)), target });
			}
			const nodes = fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot);
			fleet.compare({ groups: analysis.evaluate(nodes, nowMs), witness: undefined, nowMs });
		},
		group() {
			const [group, another] = fleet.getSnapshot().groups;
			if (!group || another) throw new Error('these nodes are not one network');
			return group;
		},
		node(name) {
			const found = fleet.getSnapshot().nodes.find(({ snapshot }) => snapshot.target.name === name);
			if (!found) throw new Error(`${name} is not watched`);
			return found.snapshot;
		},
		close() {
			for (const { source } of watched) source.close();
			sources.close();
		},
	};
}

export interface DevnetFleet extends VirtualFleet {
	inject(fault: Readonly<Record<string, unknown>>): Promise<void>;
	heal(): Promise<void>;
}

/** The nodes of one network of a devnet on a manual clock that has just begun, at `epochMs`. */
export function watchDevnet(
	devnet: RunningDevnet,
	{ network, epochMs }: { readonly network: string; readonly epochMs: number },
): DevnetFleet {
	const members = devnet.nodes.filter((node) => node.network === network);
	const targets = members.map(({ name, url, kind }) => targetFor(url, { name, kind }));
	const fleet = watchVirtually(targets, epochMs);
	const control = async (init: RequestInit) => {
		const reply = await fetch(`${devnet.controlUrl}/faults`, init);
		if (!reply.ok) throw new Error(await reply.text());
	};
	return {
		...fleet,
		async step(seconds) {
			devnet.advance(seconds * 1000);
			await fleet.step(seconds);
		},
		inject: (fault) =>
			control({
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(fault),
			}),
		heal: () => control({ method: 'DELETE' }),
	};
}

function thrown(error: unknown): never {
	throw error;
}
