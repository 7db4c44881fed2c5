import { formatAge, formatCount, formatMs } from '../../domain/format.ts';
import type { Fields, FieldPath, JoinedLine } from '../field.ts';
import { pollErrorCodes, pollStatuses } from '../../domain/words.ts';
import type { PollReport } from './schema.ts';

export const fields = {
	status: {
		label: 'Poll',
		unit: 'word',
		priority: 3,
		csv: ['pollStatus', 6],
		metric: 'nodetop_poll_status',
		words: pollStatuses,
	},
	at: {
		label: 'Last poll',
		unit: 'age',
		priority: 2,
		metric: 'nodetop_poll_last_timestamp_seconds',
	},
	'error.code': {
		label: 'Error code',
		unit: 'text',
		priority: 2,
		csv: ['errorCode', 7],
		metric: 'nodetop_poll_error',
		words: pollErrorCodes,
	},
	'error.message': { label: 'Error', unit: 'text', priority: 2 },
	lastGoodAt: {
		label: 'Last good',
		unit: 'age',
		priority: 1,
		csv: ['lastGoodAt', 40],
		metric: 'nodetop_poll_last_good_timestamp_seconds',
		tone: () => 'warn',
		isShown: (_, { status }) => status === 'failed',
	},
	'error.nextStep': { label: 'Next step', unit: 'text', priority: 2 },
	latencyMs: {
		label: 'Poll latency',
		unit: 'ms',
		priority: 1,
		series: true,
		trend: { rank: 90 },
		csv: ['latencyMs', 8],
		metric: 'nodetop_poll_latency_seconds',
	},
	failures: {
		label: 'Failed polls',
		statusLabel: 'Failures',
		unit: 'count',
		priority: 2,
		metric: 'nodetop_poll_consecutive_failures',
		tone: () => 'warn',
		isShown: (failures) => failures > 0,
	},
	missedSlots: {
		label: 'Missed polls',
		unit: 'count',
		priority: 2,
		metric: 'nodetop_poll_missed_slots_total',
		tone: () => 'warn',
	},
	certificateDaysLeft: {
		label: 'Certificate ends in',
		statusLabel: 'Certificate',
		unit: 'days',
		priority: 1,
		metric: 'nodetop_poll_certificate_left_seconds',
		tone: (days) => (days < 2 ? 'bad' : days < 7 ? 'warn' : 'plain'),
	},
} as const satisfies Fields<PollReport>;

const heading = 'Poll Failed';

export const joined = [
	{
		form: 'full',
		label: 'Last Poll',
		fields: ['status', 'at', 'latencyMs'],
		text: ({ status, at, latencyMs }, { nowMs }) => {
			if (at === undefined) return undefined;
			const took = latencyMs === undefined ? '' : `, ${formatMs(latencyMs)}`;
			return `${status} ${formatAge(at, nowMs)} ago${took}`;
		},
		basis: ({ status }) => status,
	},
	{
		form: 'full',
		heading,
		label: 'Error',
		fields: ['error.code', 'error.message'],
		text: ({ error }) => error && `${error.code}: ${error.message}`,
		tone: () => 'bad',
		basis: ({ error }) => error?.code ?? '',
	},
	{
		form: 'full',
		heading,
		label: 'Last Good',
		fields: ['lastGoodAt'],
		text: ({ error, lastGoodAt }, { nowMs }) => {
			if (!error) return undefined;
			if (lastGoodAt === undefined) return 'never';
			return `${formatAge(lastGoodAt, nowMs)} ago; the rest is of then`;
		},
		basis: ({ lastGoodAt }) => lastGoodAt ?? '',
	},
	{
		form: 'full',
		heading,
		label: 'Next Step',
		fields: ['error.nextStep'],
		text: ({ error }) => error?.nextStep,
	},
	{
		form: 'full',
		heading,
		label: 'Failures',
		fields: ['failures'],
		text: ({ error, failures }) =>
			error && failures > 1 ? `${formatCount(failures)} in a row` : undefined,
		basis: () => '',
	},
	{
		form: 'short',
		label: 'Last poll',
		fields: ['at', 'status'],
		text: ({ at }, { nowMs }) => at && `${formatAge(at, nowMs)} ago`,
	},
] as const satisfies readonly JoinedLine<PollReport, FieldPath<PollReport>>[];
