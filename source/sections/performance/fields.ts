import { traits } from '../../domain/metric-mapping.ts';
import { distributionFields, distributionLine } from '../distribution-fields.ts';
import type { Fields } from '../field.ts';
import type { Performance } from './schema.ts';

const confirmation = { path: 'confirmationMs', label: 'Confirmation', unit: 'ms' } as const;
const finalization = { path: 'finalizationMs', label: 'Finalization', unit: 'ms' } as const;
const endToEnd = { path: 'endToEndMs', label: 'End to end', unit: 'ms' } as const;
const transactionBytes = { path: 'transactionBytes', label: 'Tx size', unit: 'bytes' } as const;

const lowTone = (share: number) => (share < 0.5 ? 'warn' : 'plain');

export const fields = {
	transactionsPerSecond: {
		label: 'Transactions',
		unit: 'perSecond',
		priority: 1,
		series: 'Transactions per second',
		trend: { of: ['consensus', 'performance'], rank: 15, fromZero: true },
		mapped: traits.speed,
		metric: 'nodetop_performance_transactions_per_second',
	},
	blocksPerSecond: {
		label: 'Blocks',
		unit: 'perSecond',
		priority: 1,
		mapped: traits.speed,
		metric: 'nodetop_performance_blocks_per_second',
	},
	decisionsPerSecond: {
		label: 'Decisions',
		unit: 'perSecond',
		priority: 2,
		mapped: traits.speed,
		metric: 'nodetop_performance_decisions_per_second',
	},
	...distributionFields({ ...confirmation, metric: 'nodetop_performance_confirmation' }),
	...distributionFields({ ...finalization, metric: 'nodetop_performance_finalization' }),
	...distributionFields({ ...endToEnd, metric: 'nodetop_performance_end_to_end' }),
	consensusEfficiencyRatio: {
		label: 'Views that commit',
		statusLabel: 'Consensus Ef',
		unit: 'ratio',
		priority: 1,
		mapped: { holds: 'amount', aggregate: 'max' },
		metric: 'nodetop_performance_consensus_efficiency_ratio',
		tone: lowTone,
	},
	networkEfficiencyRatio: {
		label: 'Useful messages',
		statusLabel: 'Network Eff',
		unit: 'ratio',
		priority: 2,
		mapped: { holds: 'amount', aggregate: 'max' },
		metric: 'nodetop_performance_network_efficiency_ratio',
		tone: lowTone,
	},
	storageEfficiencyRatio: {
		label: 'Live data on disk',
		statusLabel: 'Storage Eff',
		unit: 'ratio',
		priority: 2,
		mapped: { holds: 'amount', aggregate: 'max' },
		metric: 'nodetop_performance_storage_efficiency_ratio',
	},
	transactions: {
		label: 'Committed',
		unit: 'count',
		priority: 3,
		mapped: traits.total,
		metric: 'nodetop_performance_transactions_total',
	},
	decisions: {
		label: 'Decided',
		unit: 'count',
		priority: 3,
		mapped: traits.total,
		metric: 'nodetop_performance_decisions_total',
	},
	...distributionFields({
		...transactionBytes,
		metric: 'nodetop_performance_transaction_size',
	}),
} as const satisfies Fields<Performance>;

export const joined = [
	distributionLine(confirmation, ({ confirmationMs }: Performance) => confirmationMs),
	distributionLine(finalization, ({ finalizationMs }: Performance) => finalizationMs),
	distributionLine(endToEnd, ({ endToEndMs }: Performance) => endToEndMs),
	distributionLine(transactionBytes, (performance: Performance) => performance.transactionBytes),
] as const;
