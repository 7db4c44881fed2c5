import { createHttp } from '../../source/adapters/http.ts';
import { createGroupAnalysis } from '../../source/analysis/groups.ts';
import type { RunningDevnet } from '../../source/devnet/devnet.ts';
import type { Group } from '../../source/domain/group.ts';
import type { NodeSnapshot } from '../../source/domain/snapshot.ts';
import type { Target } from '../../source/domain/target.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import { judge } from '../../source/health/judge.ts';
import { attempt } from '../../source/polling/attempt.ts';
import { openSource } from '../../source/polling/open-source.ts';
import { targetFor } from './targets.ts';

/** A watch over nodes of a devnet, whose clock is the devnet's: hours of it pass without waiting. */
export interface VirtualFleet {
	/** Lets virtual time pass, polls every node once, and compares them. */
	step(seconds: number): Promise<void>;
	group(): Group;
	node(name: string): NodeSnapshot;
	inject(fault: Readonly<Record<string, unknown>>): Promise<void>;
	heal(): Promise<void>;
	close(): void;
}

/** `devnet` runs on a manual clock that began at `epochMs`. */
export function watchVirtually(
	devnet: RunningDevnet,
	options: { readonly network: string; readonly epochMs: number; readonly startedSeconds?: number },
): VirtualFleet {
	let nowMs = options.epochMs + (options.startedSeconds ?? 0) * 1000;
	const now = () => nowMs;
	const fleet = createFleet(judge);
	const analysis = createGroupAnalysis();
	const watched = devnet.nodes
		.filter(({ network }) => network === options.network)
		.map(({ name, url, kind }) => {
			const target: Target = targetFor(url, { name, kind });
			const http = createHttp(target);
			fleet.add(target);
			return { target, http, source: openSource(target, http, () => undefined) };
		});
	const control = async (init: RequestInit) => {
		const reply = await fetch(`${devnet.controlUrl}/faults`, init);
		if (!reply.ok) throw new Error(await reply.text());
	};
	return {
		async step(seconds) {
			devnet.advance(seconds * 1000);
			nowMs += seconds * 1000;
			for (const { target, source, http } of watched) {
				const { signal } = new AbortController();
				const context = { http, now, missedSlots: 0, signal, reportBug: thrown };
				fleet.apply({ ...(await attempt(target, source, context)), target });
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
		inject: (fault) =>
			control({
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(fault),
			}),
		heal: () => control({ method: 'DELETE' }),
		close() {
			for (const { source } of watched) source.close();
		},
	};
}

function thrown(error: unknown): never {
	throw error;
}
