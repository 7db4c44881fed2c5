import { traits } from '../../domain/metric-mapping.ts';
import { formatUptime } from '../../domain/format.ts';
import { clientText } from '../client-text.ts';
import type { Fields, FieldPath, JoinedLine } from '../field.ts';
import type { Identity } from './schema.ts';

export const fields = {
	nodeId: {
		label: 'Node id',
		statusLabel: 'ID',
		unit: 'id',
		priority: 2,
		mapped: traits.text,
		infoLabel: 'node_id',
	},
	client: {
		label: 'Client',
		unit: 'text',
		priority: 1,
		csv: ['client', 9],
		mapped: traits.text,
		infoLabel: 'client',
	},
	version: {
		label: 'Version',
		unit: 'text',
		priority: 1,
		csv: ['version', 10],
		infoLabel: 'version',
		mapped: traits.text,
	},
	allowedVersion: {
		label: 'Oldest version allowed',
		statusLabel: 'Min Version',
		unit: 'text',
		priority: 3,
	},
	isVersionAllowed: {
		label: 'Version allowed',
		statusLabel: 'Version OK',
		unit: 'flag',
		priority: 2,
		metric: 'nodetop_identity_version_allowed',
		tone: (isAllowed) => (isAllowed ? 'plain' : 'warn'),
		isShown: (isAllowed) => !isAllowed,
	},
	networkId: {
		label: 'Network',
		statusLabel: 'Network ID',
		unit: 'text',
		priority: 2,
		csv: ['networkId', 12],
		infoLabel: 'network_id',
		mapped: traits.text,
	},
	chainId: {
		label: 'Chain id',
		statusLabel: 'Chain ID',
		unit: 'text',
		priority: 2,
		csv: ['chainId', 11],
		infoLabel: 'chain_id',
		mapped: traits.text,
	},
	genesisHash: {
		label: 'Genesis',
		unit: 'hash',
		priority: 2,
		mapped: traits.text,
		infoLabel: 'genesis_hash',
	},
	uptimeSeconds: {
		label: 'Uptime',
		unit: 'seconds',
		priority: 1,
		csv: ['uptimeSeconds', 37],
		mapped: { holds: 'seconds', aggregate: 'max' },
		metric: 'nodetop_identity_uptime_seconds',
		// It grows by itself; a restart shows in the time of the start.
		basis: (_, { startedAt }) => startedAt ?? '',
	},
	startedAt: {
		label: 'Started',
		unit: 'time',
		priority: 3,
		mapped: traits.time,
		metric: 'nodetop_identity_start_timestamp_seconds',
	},
} as const satisfies Fields<Identity>;

export const joined = [
	{
		form: 'full',
		label: 'Uptime',
		fields: ['uptimeSeconds'],
		text: ({ uptimeSeconds: seconds }) =>
			seconds === undefined ? undefined : formatUptime(seconds),
		// It grows by itself; a restart shows in the time of the start.
		basis: ({ startedAt }) => startedAt ?? '',
	},
	{
		form: 'short',
		label: 'Client',
		fields: ['client', 'version'],
		text: (identity) => clientText(identity) || undefined,
	},
] as const satisfies readonly JoinedLine<Identity, FieldPath<Identity>>[];
