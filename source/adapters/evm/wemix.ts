import * as z from 'zod';
import { clean, cleanText } from '../../domain/clean.ts';

const maxNodes = 200;

const governanceNode = z.object({
	name: z.string(),
	status: z.unknown().optional(),
	miner: z.unknown().optional(),
});

const info = z.object({
	consensus: z.unknown().optional(),
	self: governanceNode.optional().catch(undefined),
	nodes: z.array(z.unknown()).optional().catch(undefined),
	miners: z.unknown().optional(),
	etcd: z
		.object({
			clusterName: z.unknown().optional(),
			members: z.array(z.unknown()).optional().catch(undefined),
			leader: z.object({ name: z.unknown().optional() }).optional().catch(undefined),
		})
		.optional()
		.catch(undefined),
});

/** What a go-wemix node tells of the network's governance. */
export interface Governance {
	/** Nodes that governance names; each may mine. */
	readonly validators?: number;
	/** The node that mines now. */
	readonly leader?: string;
	readonly isLeader?: boolean;
	readonly notes: readonly string[];
}

/**
 * `admin_wemixInfo` of go-wemix v0.10.9: an object, or the empty string while governance is not up.
 * `miners` is the miner's name, with `/*` behind it. Status of a node is `up` or `down`.
 */
export function readGovernance(value: unknown): Governance | undefined {
	if (value === '') return { notes: ['governance is not up: admin_wemixInfo is empty'] };
	const parsed = info.safeParse(value);
	if (!parsed.success) return undefined;
	const { nodes = [], self, miners, etcd } = parsed.data;
	const listed = nodes.slice(0, maxNodes).flatMap((entry) => {
		const node = governanceNode.safeParse(entry);
		return node.success ? [{ ...node.data, name: clean(node.data.name, 60) }] : [];
	});
	const down = listed.filter(({ status }) => status === 'down').map(({ name }) => name);
	const leader = cleanText(miners, 60)?.replace(/\/\*$/, '');
	const selfName = self === undefined ? undefined : clean(self.name, 60);
	return {
		...(listed.length > 0 && { validators: listed.length }),
		...(leader !== undefined && { leader }),
		...(leader !== undefined && selfName !== undefined && { isLeader: leader === selfName }),
		notes: [
			...(down.length > 0
				? [`governance: ${down.length} of ${listed.length} nodes down: ${down.join(', ')}`]
				: []),
			...etcdNotes(etcd),
		],
	};
}

function etcdNotes(etcd: z.infer<typeof info>['etcd']): string[] {
	if (!etcd) return [];
	const members = etcd.members?.length ?? 0;
	const name = cleanText(etcd.clusterName, 60) ?? 'its cluster';
	if (members === 0) return [`etcd: ${name} has no members: governance cannot choose a miner`];
	const leader = cleanText(etcd.leader?.name, 60);
	return [`etcd: ${name} of ${members} members, leader ${leader ?? 'not told'}`];
}
