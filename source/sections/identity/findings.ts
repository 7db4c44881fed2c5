import type { Findings } from '../finding.ts';

const minuteMs = 60_000;
const marks = [
	{ key: 'chainId', label: 'chain id' },
	{ key: 'networkId', label: 'network id' },
	{ key: 'genesisHash', label: 'genesis' },
] as const;

/** What to do about several nodes behind one address. */
export const inTurnStep =
	'several backends answer: give each node its own address, past the load balancer';

export const findings = {
	chainChanged: {
		component: 'identity',
		severity: 'critical',
		holdMs: 0,
		needs: ['identity.chainId|identity.networkId|identity.genesisHash'],
		bad: 'chain id, network id or genesis are not those that the node first had',
		when({ node, memory: { first = {} } }) {
			const changes = marks.flatMap(({ key, label }) => {
				const was = first[key];
				const is = node.identity?.[key];
				return was === undefined || is === undefined || was === is
					? []
					: [`${label} was ${was}, is ${is}`];
			});
			if (changes.length === 0) return undefined;
			return {
				message: 'another chain answers at this address',
				evidence: changes.join('; '),
			};
		},
		meaning:
			'A node of another network answers at this address: a wrong configuration, or another node in its place.',
		nextStep: 'check what runs there, and the proxy in front of it',
	},
	nodeChanged: {
		component: 'identity',
		severity: 'warning',
		holdMs: 0,
		keepFiringMs: 10_000,
		needs: ['identity.nodeId'],
		frozenBy: ['chainChanged'],
		bad: 'the node id changed within the last hour',
		when({ node: { identity, target }, memory: { first, nodeIdChanges } }) {
			if (!nodeIdChanges || identity?.nodeId === undefined) return undefined;
			const { times } = nodeIdChanges;
			// A nodetop has a new id each time it starts: only one that changes often is several.
			const isOfEachRun = target.kind === 'nodetop';
			const isInTurn = times > (isOfEachRun ? 3 : 1);
			if (isOfEachRun && !isInTurn) return undefined;
			if (!isInTurn && first?.nodeId === identity.nodeId) return undefined;
			return {
				message: isInTurn
					? `several nodes answer at this address in turn: the node id changed ${times} times in 10 min`
					: 'another node answers at this address',
				evidence: `node id was ${first?.nodeId}, is ${identity.nodeId}`,
				...(isInTurn && { nextStep: inTurnStep }),
			};
		},
		meaning:
			'Another node answers at this address: a load balancer, a replacement, or the same node with a new key.',
		nextStep: 'check what runs there; a node that keeps no key has a new id after each restart',
	},
	nodeRestarting: {
		component: 'node',
		severity: 'warning',
		condition: { value: { changes: 'identity.startedAt', overMs: 900_000 }, atLeast: 2 },
		holdMs: 0,
		unit: 'count',
		message: 'started again {times} in 15 min',
		meaning: 'The node restarts again and again, and spends its time catching up.',
		nextStep: 'find in its log why it ends',
	},
	versionNotAllowed: {
		component: 'identity',
		severity: 'warning',
		holdMs: minuteMs,
		needs: ['identity.isVersionAllowed'],
		bad: 'the node says that its version is older than the oldest that the network accepts',
		when({ node: { identity } }) {
			if (identity?.isVersionAllowed !== false) return undefined;
			const { version, allowedVersion } = identity;
			return {
				message: `its version${version === undefined ? '' : ` ${version}`} is no longer accepted`,
				...(allowedVersion !== undefined && {
					evidence: `the oldest accepted is ${allowedVersion}`,
				}),
				value: version,
				threshold: allowedVersion,
			};
		},
		meaning:
			'Satellites choose nodes of newer versions for uploads: the node receives no new data until it is updated.',
		nextStep:
			'update the node, and find out why its updater (storagenode-updater, watchtower) did not',
	},
	versionsDiffer: {
		scope: 'group',
		component: 'identity',
		severity: 'info',
		condition: { value: { count: 'versions' }, above: 1 },
		holdMs: 3_600_000,
		unit: 'count',
		message: 'its nodes run {value} versions',
		meaning:
			'The nodes run different versions. At a hard fork the older ones would leave the network.',
		nextStep: 'find the older nodes: nodetop --once, column VERSION',
	},
} satisfies Findings;
