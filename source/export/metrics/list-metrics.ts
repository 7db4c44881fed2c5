import type { Distribution } from '../../sections/distribution.ts';
import { consensusLists } from './consensus-lists.ts';
import { bounded } from './family.ts';
import type { ListMetric, Sample } from './family.ts';

/** One series for each key of a record, in this label. */
function ofRecord(
	record: Readonly<Record<string, string | number>> | undefined,
	label: string,
): Sample[] {
	return bounded(Object.entries(record ?? {}), ([name]) => name).map(([name, value]) => ({
		labels: { [label]: name },
		value: Number(value),
	}));
}

const percentiles = { p50: '50', p95: '95', p99: '99' } as const;

function ofDistribution(labels: Sample['labels'], distribution: Distribution): Sample[] {
	return Object.entries(percentiles).flatMap(([key, percentile]) => {
		// The keys of `percentiles` are keys of a distribution.
		const value = distribution[key as keyof typeof percentiles];
		return value === undefined ? [] : [{ labels: { ...labels, percentile }, value: value / 1000 }];
	});
}

const outcomes = ['sent', 'received', 'dropped', 'failed', 'processed'] as const;

/** One number of each satellite's entry. */
function ofSatellites<Entry extends { readonly satellite: string }>(
	entries: readonly Entry[] | undefined,
	read: (entry: Entry) => string | number | boolean | undefined,
): Sample[] {
	return bounded(entries ?? [], ({ satellite }) => satellite).flatMap((entry) => {
		const value = read(entry);
		const { satellite } = entry;
		return value === undefined ? [] : [{ labels: { satellite }, value: Number(value) }];
	});
}

export const listMetrics: readonly ListMetric[] = [
	{
		name: 'nodetop_health_issue',
		help: '1 for each finding of nodetop about the node',
		section: 'issue',
		read: ({ health: { issues } }) =>
			issues.map(({ code, component, severity }) => ({
				labels: { code, component, severity },
				value: 1,
			})),
	},
	{
		name: 'nodetop_consensus_phase_latency_seconds',
		help: 'Duration of a phase of agreement, as the node measures it',
		section: 'phase',
		read: ({ consensus }) =>
			bounded(Object.entries(consensus?.latenciesMs ?? {}), ([phase]) => phase).flatMap(
				([phase, distribution]) => ofDistribution({ phase }, distribution),
			),
	},
	{
		name: 'nodetop_consensus_view_changes_by_reason_total',
		help: 'View changes by reason',
		section: 'viewChange',
		read: ({ consensus }) => ofRecord(consensus?.viewChangeReasons, 'reason'),
	},
	{
		name: 'nodetop_consensus_equivocations_by_signer_total',
		help: 'Equivocations by signer',
		section: 'equivocation',
		read: ({ consensus }) => ofRecord(consensus?.equivocationsBy, 'signer'),
	},
	...consensusLists,
	{
		name: 'nodetop_network_messages_total',
		help: 'Messages by type and outcome',
		section: 'messages',
		read: ({ network }) =>
			bounded(network?.messages ?? [], ({ type }) => type).flatMap((message) =>
				outcomes.flatMap((outcome) => {
					const count = message[outcome];
					const { type } = message;
					return count === undefined ? [] : [{ labels: { type, outcome }, value: Number(count) }];
				}),
			),
	},
	{
		name: 'nodetop_network_peers_by_client',
		help: 'Peers by client',
		section: 'peerClient',
		read: ({ network }) => ofRecord(network?.clients, 'client'),
	},
	{
		name: 'nodetop_network_peers_by_protocol',
		help: 'Peers by protocol version',
		section: 'peerProtocol',
		read: ({ network }) => ofRecord(network?.protocolVersions, 'protocol'),
	},
	{
		name: 'nodetop_storage_satellite_used_bytes',
		help: 'Space used by data of a satellite',
		section: 'satellite',
		read: ({ storage }) => ofSatellites(storage?.satellites, ({ usedBytes }) => usedBytes),
	},
	...(
		[
			['audit_score_ratio', 'Audit score at a satellite', 'auditScore'],
			['suspension_score_ratio', 'Suspension score at a satellite', 'suspensionScore'],
			['online_score_ratio', 'Online score at a satellite', 'onlineScore'],
			['failures_left', 'Audits that may fail before disqualification', 'failuresLeft'],
		] as const
	).map(([name, help, key]): ListMetric => ({
		name: `nodetop_reputation_${name}`,
		help,
		section: 'satellite',
		read: ({ reputation }) => ofSatellites(reputation?.satellites, (entry) => entry[key]),
	})),
	...(
		[
			['disqualified', 'disqualifiedAt'],
			['suspended', 'suspendedAt'],
			['vetted', 'vettedAt'],
		] as const
	).map(([name, key]): ListMetric => ({
		name: `nodetop_reputation_${name}`,
		help: `1 if the satellite has ${name} the node`,
		section: 'satellite',
		read: ({ reputation }) =>
			ofSatellites(reputation?.satellites, (entry) => entry[key] !== undefined),
	})),
	{
		name: 'nodetop_earnings_satellite_month_dollars',
		help: 'Earned at a satellite since the month began',
		section: 'satellite',
		read: ({ earnings }) => ofSatellites(earnings?.satellites, ({ monthUsd }) => monthUsd),
	},
];

/** Only when asked for: peers come and go, and each is a series of its own. */
export const peerMetrics: readonly ListMetric[] = [
	{
		name: 'nodetop_network_peer_latency_seconds',
		help: 'Round trip to a peer, as the node measures it',
		section: 'peer',
		read: ({ network }) =>
			bounded(network?.peerList ?? [], ({ id }) => id).flatMap(({ id: peer, latencyMs }) =>
				latencyMs === undefined ? [] : [{ labels: { peer }, value: latencyMs / 1000 }],
			),
	},
	{
		name: 'nodetop_network_peer_connected_seconds',
		help: 'For how long a peer has been connected',
		section: 'peer',
		read: ({ network }) =>
			bounded(network?.peerList ?? [], ({ id }) => id).flatMap(({ id: peer, connectedSeconds }) =>
				connectedSeconds === undefined ? [] : [{ labels: { peer }, value: connectedSeconds }],
			),
	},
];
