import type { Alert } from '../domain/alert.ts';
import { severities } from '../domain/words.ts';
import type { Severity } from '../domain/words.ts';
import type { Moment, NodeMoment } from '../sections/moment.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';

/** Something that differs between two moments. */
export interface Change {
	/** In one word what it is about; the kind of an event in the history. */
	readonly kind: ChangeKind;
	/** Absent where it is about a group or our own connection. */
	readonly node?: string;
	readonly group?: string;
	/** What it is called, where the kind does not say it all. */
	readonly what?: string;
	/** Absent where there was nothing before, or is nothing now. */
	readonly from?: string;
	readonly to?: string;
	/** When it happened, ISO; absent where the two moments do not say. */
	readonly at?: string;
	/** Of a finding and of an alert. */
	readonly severity?: Severity;
	/** Of an alert: what became of it, and its message. */
	readonly alert?: {
		readonly event: AlertChange;
		readonly message: string;
		/** The rule whose alert explains it. */
		readonly explainedBy?: string;
	};
}

export type AlertChange = 'pending' | 'fired' | 'raised' | 'lowered' | 'ended' | 'came and went';

export const changeKinds = [
	'node',
	'health',
	'finding',
	'restart',
	'version',
	'network',
	'consensus',
	'leader',
	'peers',
	'group',
	'connection',
	'alert',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** More peers than this are counted, not named. */
const namedPeers = 5;
/** Two clocks, or rounding, make a program look started again a little earlier or later. */
const startToleranceMs = 5000;

/** What is different in the later moment: gravest first within a node, nodes in their order. */
export function changesBetween(before: Moment, after: Moment): Change[] {
	const known = new Map(before.nodes.map((node) => [nameOf(node), node]));
	const present = new Set(after.nodes.map(nameOf));
	return [
		...connectionChanges(before, after),
		...groupChanges(before, after),
		...before.nodes
			.filter((node) => !present.has(nameOf(node)))
			.map((node): Change => ({ kind: 'node', node: nameOf(node), from: 'watched' })),
		...after.nodes.flatMap((node): Change[] => {
			const earlier = known.get(nameOf(node));
			if (!earlier) return [{ kind: 'node', node: nameOf(node), to: 'watched' }];
			// What did not change is the same object in the next moment.
			if (earlier.snapshot === node.snapshot) return [];
			return nodeChanges(earlier.snapshot, node.snapshot);
		}),
		...changesOfAlerts(before, after),
	];
}

/** The same for one node at two times, or for two nodes. */
export function nodeChanges(before: NodeSnapshot, after: NodeSnapshot): Change[] {
	const node = after.target.name;
	return [
		changed({ kind: 'health', node }, before.health.status, after.health.status),
		...findingChanges(before, after),
		...restartOf(before, after),
		...identityChanges(before, after),
		changed(
			{ kind: 'consensus', node, what: 'status' },
			before.consensus?.status,
			after.consensus?.status,
		),
		changed({ kind: 'leader', node }, before.consensus?.leader, after.consensus?.leader),
		changed(
			{ kind: 'consensus', node, what: 'validators' },
			before.consensus?.validators,
			after.consensus?.validators,
		),
		...peerChanges(before, after),
	].filter((change) => change !== undefined);
}

type Text = string | number | undefined;

function changed(
	about: Omit<Change, 'from' | 'to'>,
	before: Text,
	after: Text,
): Change | undefined {
	if (before === after) return undefined;
	return {
		...about,
		...(before !== undefined && { from: String(before) }),
		...(after !== undefined && { to: String(after) }),
	};
}

function findingChanges(before: NodeSnapshot, after: NodeSnapshot): Change[] {
	const node = after.target.name;
	const of = ({ health }: NodeSnapshot) =>
		new Map(health.issues.map((issue) => [`${issue.component} ${issue.code}`, issue]));
	const [earlier, later] = [of(before), of(after)];
	return [
		...[...later].flatMap(([key, { code, message, severity, since }]): Change[] =>
			earlier.has(key)
				? []
				: [{ kind: 'finding', node, what: code, to: message, severity, at: since }],
		),
		...[...earlier].flatMap(([key, { code, message, severity }]): Change[] =>
			later.has(key) ? [] : [{ kind: 'finding', node, what: code, from: message, severity }],
		),
	];
}

function restartOf(before: NodeSnapshot, after: NodeSnapshot): Change[] {
	const [from, to] = [startedMs(before), startedMs(after)];
	if (from === undefined || to === undefined || to - from < startToleranceMs) return [];
	const text = (atMs: number) => new Date(atMs).toISOString();
	return [
		{
			kind: 'restart',
			node: after.target.name,
			what: 'started',
			from: text(from),
			to: text(to),
			at: text(to),
		},
	];
}

/** Unix ms. */
function startedMs({ identity, process, poll }: NodeSnapshot): number | undefined {
	const at = identity?.startedAt ?? process?.startedAt;
	if (at !== undefined) return Date.parse(at);
	const seenAt = poll.lastGoodAt ?? poll.at;
	if (identity?.uptimeSeconds === undefined || seenAt === undefined) return undefined;
	return Date.parse(seenAt) - identity.uptimeSeconds * 1000;
}

function identityChanges(before: NodeSnapshot, after: NodeSnapshot): Change[] {
	const node = after.target.name;
	const [a, b] = [before.identity ?? {}, after.identity ?? {}];
	return [
		changed({ kind: 'version', node, what: 'client' }, a.client, b.client),
		changed({ kind: 'version', node, what: 'version' }, a.version, b.version),
		changed({ kind: 'network', node, what: 'chain id' }, a.chainId, b.chainId),
		changed({ kind: 'network', node, what: 'network id' }, a.networkId, b.networkId),
		changed({ kind: 'network', node, what: 'genesis' }, a.genesisHash, b.genesisHash),
		changed({ kind: 'network', node, what: 'node id' }, a.nodeId, b.nodeId),
		changed({ kind: 'node', node, what: 'address' }, before.target.url, after.target.url),
	].filter((change) => change !== undefined);
}

function peerChanges(before: NodeSnapshot, after: NodeSnapshot): Change[] {
	const node = after.target.name;
	const count = changed(
		{ kind: 'peers', node, what: 'count' },
		before.network?.peers,
		after.network?.peers,
	);
	const [earlier, later] = [peersOf(before), peersOf(after)];
	const joined = later && earlier ? [...later].filter((id) => !earlier.has(id)) : [];
	const left = later && earlier ? [...earlier].filter((id) => !later.has(id)) : [];
	return [
		...(count ? [count] : []),
		...(joined.length > 0
			? [{ kind: 'peers', node, what: 'joined', to: named(joined) } as const]
			: []),
		...(left.length > 0 ? [{ kind: 'peers', node, what: 'left', from: named(left) } as const] : []),
	];
}

function peersOf({ network }: NodeSnapshot): ReadonlySet<string> | undefined {
	return network?.peerList && new Set(network.peerList.map(({ id }) => id));
}

function named(ids: readonly string[]): string {
	const more = ids.length - namedPeers;
	return `${ids.slice(0, namedPeers).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function groupChanges(before: Moment, after: Moment): Change[] {
	const known = new Map(before.groups.map((group) => [group.name, group]));
	return after.groups.flatMap((group): Change[] => {
		const change = changed(
			{ kind: 'group', group: group.name },
			known.get(group.name)?.state,
			group.state,
		);
		return change ? [{ ...change, at: group.since }] : [];
	});
}

function connectionChanges({ witness: a }: Moment, { witness: b }: Moment): Change[] {
	const change = changed(
		{ kind: 'connection', what: 'our own connection' },
		a?.verdict,
		b?.verdict,
	);
	return change ? [{ ...change, ...(b && { at: b.since }) }] : [];
}

function changesOfAlerts(before: Moment, after: Moment): Change[] {
	if (before.alerts === after.alerts) return [];
	const of = ({ alerts }: Moment) =>
		new Map(
			alerts.map((alert) => [alert.fingerprint ?? `${alert.rule} ${alert.node ?? ''}`, alert]),
		);
	const known = of(before);
	return [...of(after)].flatMap(([key, alert]): Change[] => {
		const earlier = known.get(key);
		if (earlier?.state === alert.state && earlier.severity === alert.severity) return [];
		return [
			{
				kind: 'alert',
				...(alert.node !== undefined && { node: alert.node }),
				...(alert.group !== undefined && { group: alert.group }),
				what: alert.rule,
				...(earlier && { from: `${earlier.state} ${earlier.severity}` }),
				to: `${alert.state} ${alert.severity}: ${alert.message}`,
				at: momentOf(alert),
				severity: alert.severity,
				alert: {
					event: eventOf(earlier, alert),
					message: alert.message,
					...(alert.explainedBy !== undefined && { explainedBy: alert.explainedBy }),
				},
			},
		];
	});
}

function momentOf({ state, since, firedAt, resolvedAt }: Alert): string {
	if (state === 'pending') return since;
	return (state === 'resolved' ? resolvedAt : firedAt) ?? since;
}

function eventOf(earlier: Alert | undefined, { state, severity }: Alert): AlertChange {
	if (state === 'pending') return 'pending';
	if (state === 'resolved') return earlier?.state === 'firing' ? 'ended' : 'came and went';
	if (earlier?.state !== 'firing') return 'fired';
	const isWorse = severities.indexOf(severity) > severities.indexOf(earlier.severity);
	return isWorse ? 'raised' : 'lowered';
}

function nameOf({ snapshot }: NodeMoment): string {
	return snapshot.target.name;
}
