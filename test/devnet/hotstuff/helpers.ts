import { createHotstuffNetwork } from '../../../devnet/hotstuff/hotstuff-network.ts';
import type {
	HotstuffNetwork,
	HotstuffNetworkOptions,
} from '../../../devnet/hotstuff/hotstuff-network.ts';
import type { Replica } from '../../../devnet/hotstuff/replica.ts';

/** A started group of four in virtual time. */
export function startGroup(options: Partial<HotstuffNetworkOptions> = {}): HotstuffNetwork {
	const network = createHotstuffNetwork({
		seed: 1,
		epochMs: Date.UTC(2026, 0, 1),
		version: '9.9.9',
		...options,
	});
	network.start();
	return network;
}

export function replicaOf(network: HotstuffNetwork, name: string): Replica {
	const replica = network.slots.find((slot) => slot.name === name)?.node;
	if (!replica) throw new Error(`${name} is not running`);
	return replica;
}

export function replicas(network: HotstuffNetwork): Replica[] {
	return network.slots.flatMap(({ node }) => node ?? []);
}

export function heights(network: HotstuffNetwork): number[] {
	return replicas(network).map(({ tree }) => tree.committed.height);
}

/**
 * Watches a group from outside: every block that any replica ever committed, by height. Gives the
 * heights at which two differ.
 */
export function watchSafety(network: HotstuffNetwork) {
	const settled = new Map<number, string>();
	const violations: string[] = [];
	const seenUpTo = new Map<string, number>();
	return {
		violations,
		heights: () => settled.size,
		look() {
			for (const { name, tree } of replicas(network)) {
				const top = tree.committed.height;
				// Again a little below what was seen, in case a replica changes its mind.
				for (let height = Math.max(0, (seenUpTo.get(name) ?? 0) - 50); height <= top; height += 1) {
					const id = tree.committedAt(height);
					const first = settled.get(height);
					if (id !== undefined && first === undefined) settled.set(height, id);
					else if (id !== undefined && id !== first) violations.push(`${name} at ${height}`);
				}
				seenUpTo.set(name, top);
			}
		},
	};
}
