import { formatAge, formatCount } from '../../domain/format.ts';
import { traits } from '../../domain/metric-mapping.ts';
import type { FieldPath, Fields, JoinedLine } from '../field.ts';
import { joinParts } from '../parts.ts';
import type { Chain } from './schema.ts';

export const fields = {
	name: { label: 'Chain', unit: 'text', priority: 2 },
	'head.number': {
		label: 'Head',
		unit: 'blockNumber',
		priority: 1,
		steady: true,
		mapped: { ...traits.position, as: 'chain.head' },
		metric: 'nodetop_chain_head_number',
		tone: () => 'strong',
	},
	'head.hash': { label: 'Head hash', unit: 'hash', priority: 2, csv: ['headHash', 17] },
	'head.at': {
		label: 'Head time',
		statusLabel: 'Head Age',
		unit: 'age',
		priority: 1,
		csv: ['headAt', 18],
		metric: 'nodetop_chain_head_timestamp_seconds',
	},
	'safe.number': {
		label: 'Safe',
		unit: 'blockNumber',
		priority: 2,
		metric: 'nodetop_chain_safe_number',
	},
	'finalized.number': {
		label: 'Finalized',
		unit: 'blockNumber',
		priority: 1,
		mapped: { ...traits.position, as: 'chain.finalized' },
		metric: 'nodetop_chain_finalized_number',
	},
	'reorgs.count': {
		label: 'Reorgs',
		unit: 'count',
		priority: 2,
		metric: 'nodetop_chain_reorgs_total',
	},
	'reorgs.lastDepth': {
		label: 'Last reorg depth',
		unit: 'count',
		priority: 3,
		metric: 'nodetop_chain_last_reorg_depth',
	},
	'reorgs.lastAt': {
		label: 'Last reorg',
		unit: 'age',
		priority: 3,
		metric: 'nodetop_chain_last_reorg_timestamp_seconds',
	},
	blockIntervalMs: {
		label: 'Block interval',
		statusLabel: 'Interval',
		unit: 'ms',
		priority: 2,
		metric: 'nodetop_chain_block_interval_seconds',
	},
	syncing: {
		label: 'Syncing',
		unit: 'flag',
		priority: 1,
		metric: 'nodetop_chain_syncing',
		tone: (isSyncing) => (isSyncing ? 'warn' : 'plain'),
	},
	highestKnown: {
		label: 'Highest known',
		statusLabel: 'Highest',
		unit: 'blockNumber',
		priority: 2,
		mapped: traits.position,
		metric: 'nodetop_chain_highest_known_number',
	},
	upgradeHeight: {
		label: 'Upgrade at',
		unit: 'blockNumber',
		priority: 1,
		metric: 'nodetop_chain_upgrade_height',
	},
	upgradeName: { label: 'Upgrade', unit: 'text', priority: 2 },
	'txPool.pending': {
		label: 'Pool pending',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_chain_tx_pool_pending',
	},
	'txPool.queued': {
		label: 'Pool queued',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_chain_tx_pool_queued',
	},
} as const satisfies Fields<Chain>;

export const joined = [
	{
		form: 'both',
		label: 'Reorgs',
		fields: ['reorgs.count', 'reorgs.lastDepth', 'reorgs.lastAt'],
		text: ({ reorgs }, { nowMs }) => {
			if (!reorgs) return undefined;
			const { count, lastDepth, lastDepthIsAtLeast, lastAt } = reorgs;
			if (lastDepth === undefined || lastAt === undefined) return formatCount(count);
			return `${formatCount(count)}, last ${lastDepthIsAtLeast === true ? 'at least ' : ''}${formatCount(lastDepth)} deep, ${formatAge(lastAt, nowMs)} ago`;
		},
		basis: ({ reorgs }) => String(reorgs?.count ?? ''),
	},
	{
		form: 'full',
		label: 'Tx Pool',
		fields: ['txPool.pending', 'txPool.queued'],
		text: ({ txPool }) =>
			joinParts(', ', [
				[txPool?.pending, (pending) => `${formatCount(pending)} pending`],
				[txPool?.queued, (queued) => `${formatCount(queued)} queued`],
			]),
	},
] as const satisfies readonly JoinedLine<Chain, FieldPath<Chain>>[];
