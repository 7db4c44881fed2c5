import { formatMs } from '../../domain/format.ts';
import type { Fields } from '../field.ts';
import type { TransferSection } from './schema.ts';

export const fields = {
	'log.status': {
		label: 'Log',
		unit: 'text',
		priority: 2,
		tone: (status) => (status === 'following' || status === 'reading' ? 'plain' : 'warn'),
		show: (status, { log }) => {
			if (log?.progressRatio !== undefined)
				return `reading the old log: ${Math.floor(log.progressRatio * 100)}%`;
			return log?.problem === undefined ? status : `${status}: ${log.problem}`;
		},
		basis: (status) => status,
	},
	'log.lines': {
		label: 'Lines read',
		unit: 'count',
		priority: 3,
		metric: 'nodetop_transfers_log_lines_total',
	},
	'log.lastLineAt': {
		label: 'Newest line',
		unit: 'age',
		priority: 2,
		metric: 'nodetop_transfers_log_last_line_timestamp_seconds',
	},
	succeeded: {
		label: 'Succeeded',
		unit: 'count',
		priority: 1,
		series: 'Transfers a second',
		trend: { rank: 45, of: ['storage'], rate: 'Transfers a second' },
		metric: 'nodetop_transfers_succeeded_total',
	},
	canceled: {
		label: 'Cancelled',
		unit: 'count',
		priority: 2,
		metric: 'nodetop_transfers_canceled_total',
	},
	failed: {
		label: 'Failed',
		unit: 'count',
		priority: 1,
		metric: 'nodetop_transfers_failed_total',
		tone: (count) => (count > 0 ? 'warn' : 'plain'),
	},
	successRatio: {
		label: 'Success',
		unit: 'ratio',
		priority: 1,
		metric: 'nodetop_transfers_success_ratio',
	},
	uploadedBytes: {
		label: 'Received',
		unit: 'bytes',
		priority: 3,
		metric: 'nodetop_transfers_uploaded_bytes_total',
	},
	downloadedBytes: {
		label: 'Sent',
		unit: 'bytes',
		priority: 3,
		metric: 'nodetop_transfers_downloaded_bytes_total',
	},
	lostPieces: {
		label: 'Lost pieces',
		unit: 'count',
		priority: 1,
		metric: 'nodetop_transfers_lost_pieces_total',
		tone: (count) => (count > 0 ? 'bad' : 'plain'),
		isShown: (count) => count > 0,
	},
	'latencyMs.p50': {
		label: 'Latency p50',
		unit: 'ms',
		priority: 2,
		metric: 'nodetop_transfers_latency_p50_seconds',
		tone: (ms) => toneOf(ms),
		show: (ms, { latencyStepMs }) => latencyText(ms, latencyStepMs),
	},
	'latencyMs.p95': {
		label: 'Latency p95',
		unit: 'ms',
		priority: 2,
		metric: 'nodetop_transfers_latency_p95_seconds',
		tone: (ms) => toneOf(ms),
		show: (ms, { latencyStepMs }) => latencyText(ms, latencyStepMs),
	},
	'latencyMs.p99': {
		label: 'Latency p99',
		unit: 'ms',
		priority: 1,
		metric: 'nodetop_transfers_latency_p99_seconds',
		tone: (ms) => toneOf(ms),
		show: (ms, { latencyStepMs }) => latencyText(ms, latencyStepMs),
	},
	latencyAbsent: { label: 'Latency', unit: 'text', priority: 2 },
	'recent.slow': {
		label: 'Slow in an hour',
		statusLabel: 'Slow',
		unit: 'count',
		priority: 2,
		metric: 'nodetop_transfers_recent_slow',
		tone: (count) => (count > 0 ? 'warn' : 'plain'),
	},
} as const satisfies Fields<TransferSection>;

/** Where a log's times are whole seconds, less than one is all that is known. */
export function latencyText(ms: number, stepMs = 1): string {
	return ms < stepMs && stepMs > 1 ? `< ${formatMs(stepMs)}` : formatMs(ms);
}

/** Below 1 s is good, up to 5 s acceptable, above 10 s slow. */
function toneOf(ms: number): 'good' | 'plain' | 'warn' | 'bad' {
	if (ms < 1000) return 'good';
	if (ms <= 5000) return 'plain';
	return ms <= 10_000 ? 'warn' : 'bad';
}
