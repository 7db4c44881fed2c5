import { formatAge, formatCount, formatMs, missing } from '../../domain/format.ts';
import { socketWords } from '../../domain/socket-words.ts';
import type { FieldPath, Fields, JoinedLine } from '../field.ts';
import type { Probes } from './schema.ts';

const highLoss = 0.05;

export const fields = {
	connectMs: {
		label: 'Path',
		unit: 'ms',
		priority: 1,
		metric: 'nodetop_probes_connect_seconds',
	},
	error: { label: 'Path error', unit: 'text', priority: 3 },
	levelMs: { label: 'Path level', unit: 'ms', priority: 3, metric: 'nodetop_probes_level_seconds' },
	usualMs: {
		label: 'Path usual level',
		unit: 'ms',
		priority: 3,
		metric: 'nodetop_probes_usual_level_seconds',
	},
	shiftMs: { label: 'Path shift', unit: 'ms', priority: 3, metric: 'nodetop_probes_shift_seconds' },
	shiftedAt: {
		label: 'Path shifted',
		unit: 'age',
		priority: 3,
		metric: 'nodetop_probes_shifted_timestamp_seconds',
	},
	lossRatio: {
		label: 'Path loss',
		unit: 'ratio',
		priority: 2,
		metric: 'nodetop_probes_loss_ratio',
		tone: (ratio) => (ratio > highLoss ? 'warn' : 'plain'),
	},
	routeChanges: {
		label: 'Route changes',
		unit: 'count',
		priority: 2,
		metric: 'nodetop_probes_route_changes_total',
	},
	'route.changedAt': {
		label: 'Route changed',
		unit: 'age',
		priority: 3,
		metric: 'nodetop_probes_route_changed_timestamp_seconds',
	},
	address: { label: 'Probed address', statusLabel: 'Probed', unit: 'text', priority: 3 },
	sent: {
		label: 'Probes sent',
		unit: 'count',
		priority: 3,
		metric: 'nodetop_probes_sent_total',
		basis: () => '',
	},
	at: {
		label: 'Last probe',
		unit: 'age',
		priority: 3,
		metric: 'nodetop_probes_last_timestamp_seconds',
		basis: () => '',
	},
} as const satisfies Fields<Probes>;

export const joined = [
	{
		form: 'both',
		label: 'Path',
		fields: ['connectMs', 'error', 'levelMs', 'usualMs', 'shiftMs', 'shiftedAt'],
		text: (probes, { nowMs }) => {
			const { connectMs, error, shiftedAt } = probes;
			if (connectMs === undefined) return error === undefined ? missing : socketWords(error);
			const since = shiftedAt === undefined ? '' : ` ${formatAge(shiftedAt, nowMs)} ago`;
			return `${formatMs(connectMs)}${levelText(probes)}${since}`;
		},
		tone: ({ connectMs, shiftMs = 0 }) =>
			connectMs === undefined ? 'bad' : shiftMs > 0 ? 'warn' : 'plain',
		// Each measurement differs a little.
		basis: ({ error, shiftMs }) => error ?? String(shiftMs),
	},
	{
		form: 'both',
		label: 'Route',
		fields: ['routeChanges', 'route.changedAt'],
		text: ({ routeChanges, route }, { nowMs }) => {
			if (routeChanges === undefined) return undefined;
			const at = route?.changedAt;
			const moved = at === undefined ? '' : `, moved ${formatAge(at, nowMs)} ago`;
			return `${formatCount(route?.hops.length ?? 0)} hops${routeChanges === 0 ? '' : moved}`;
		},
		basis: ({ routeChanges }) => String(routeChanges),
	},
] as const satisfies readonly JoinedLine<Probes, FieldPath<Probes>>[];

function levelText({ usualMs, shiftMs, levelMs }: Probes): string {
	if (usualMs === undefined) return levelMs === undefined ? '' : ', level being learnt';
	if (shiftMs === 0) return `, usual ${formatMs(usualMs)}`;
	return `, moved ${formatMs(usualMs)} → ${formatMs(levelMs ?? Number.NaN)}`;
}
