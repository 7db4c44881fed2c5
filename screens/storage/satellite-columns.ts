import type { Column } from '../../components/table.ts';
import { formatBytes, formatCount, missing } from '../../source/domain/format.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { formatNumber } from '../../source/domain/units.ts';
import type { Earnings } from '../../source/sections/earnings/schema.ts';
import { scoreLevels } from '../../source/sections/reputation/levels.ts';
import type { Storage as StorageSection } from '../../source/sections/storage/schema.ts';
import type { Reputation } from '../../source/sections/reputation/schema.ts';

/** One satellite: its verdict on the node, and what it pays. */
export interface SatelliteRow {
	readonly reputation: Reputation['satellites'][number];
	readonly earned: NonNullable<Earnings['satellites']>[number] | undefined;
	readonly stored: NonNullable<StorageSection['satellites']>[number] | undefined;
}

export function satelliteRows(
	reputation: Reputation | undefined,
	earnings: Earnings | undefined,
	storage: StorageSection | undefined,
): SatelliteRow[] {
	const storedAt = new Map(storage?.satellites?.map((each) => [each.satellite, each]));
	const earnedAt = new Map(earnings?.satellites?.map((each) => [each.satellite, each]));
	return (reputation?.satellites ?? []).map((each) => ({
		reputation: each,
		earned: earnedAt.get(each.satellite),
		stored: storedAt.get(each.satellite),
	}));
}

type ScoreName = 'auditScore' | 'suspensionScore' | 'onlineScore';

/** The thresholds are those of the findings, so a score has the colour of its alert. */
const thresholds = {
	auditScore: scoreLevels.audit,
	suspensionScore: scoreLevels.suspension,
	onlineScore: scoreLevels.online,
} as const satisfies Record<ScoreName, unknown>;

const arrows = { up: '↑', steady: '→', down: '↓' } as const;
const trendOf = {
	auditScore: 'auditTrend',
	suspensionScore: 'suspensionTrend',
	onlineScore: 'onlineTrend',
} as const satisfies Record<ScoreName, keyof SatelliteRow['reputation']>;

function scoreColumn(
	name: ScoreName,
	title: string,
	priority: number,
): Column<SatelliteRow, unknown> {
	return {
		id: name,
		title,
		width: 8,
		align: 'right',
		priority,
		cell: ({ reputation }) => {
			const score = reputation[name];
			if (score === undefined) return { text: missing, tone: 'dim' };
			const trend = reputation[trendOf[name]];
			const text = `${(score * 100).toFixed(2)}%${trend === undefined ? '' : arrows[trend]}`;
			return { text, tone: toneOf(score, thresholds[name]) };
		},
	};
}

function toneOf(
	score: number,
	levels: { readonly warning: number; readonly critical: number },
): Tone {
	if (score < levels.critical) return 'bad';
	return score < levels.warning ? 'warn' : 'good';
}

/** Columns that no satellite has a value for give their room to the others. */
export function columnsFor(
	rows: readonly SatelliteRow[],
): readonly Column<SatelliteRow, unknown>[] {
	const isStored = rows.some(({ stored }) => stored !== undefined);
	return isStored
		? satelliteColumns
		: satelliteColumns.filter(({ id }) => id !== 'stored' && id !== 'growth');
}

const satelliteColumns: readonly Column<SatelliteRow, unknown>[] = [
	{
		id: 'satellite',
		title: 'SATELLITE',
		width: 14,
		isFlex: true,
		mostWidth: 34,
		priority: 0,
		cell: ({ reputation: { satellite } }) => ({ text: satellite, tone: 'strong' }),
	},
	{
		id: 'state',
		title: 'STATE',
		width: 14,
		priority: 1,
		cell: ({ reputation }) => stateOf(reputation),
	},
	scoreColumn('auditScore', 'AUDIT', 1),
	{
		id: 'failuresLeft',
		title: 'MAY FAIL',
		width: 8,
		align: 'right',
		priority: 4,
		cell: ({ reputation: { failuresLeft, disqualifiedAt } }) =>
			failuresLeft === undefined || disqualifiedAt !== undefined
				? { text: missing, tone: 'dim' }
				: { text: formatCount(failuresLeft), tone: failuresLeft < 10 ? 'bad' : 'plain' },
	},
	scoreColumn('suspensionScore', 'SUSPENS.', 2),
	scoreColumn('onlineScore', 'ONLINE', 2),
	{
		id: 'stored',
		title: 'STORED',
		width: 9,
		align: 'right',
		priority: 6,
		cell: ({ stored }) =>
			stored?.usedBytes === undefined
				? { text: missing, tone: 'dim' }
				: { text: formatBytes(stored.usedBytes) },
	},
	{
		id: 'growth',
		title: 'A DAY',
		width: 9,
		align: 'right',
		priority: 7,
		cell: ({ stored }) => growthCell(stored?.growthBytesPerDay),
	},
	{
		id: 'month',
		title: 'THIS MONTH',
		width: 10,
		align: 'right',
		priority: 3,
		cell: ({ earned }) => dollars(earned?.monthUsd),
	},
	{
		id: 'held',
		title: 'HELD',
		width: 8,
		align: 'right',
		priority: 5,
		cell: ({ earned }) => dollars(earned?.monthHeldUsd),
	},
	{
		id: 'paid',
		title: 'PAID',
		width: 9,
		align: 'right',
		priority: 5,
		cell: ({ earned }) => dollars(earned?.paidUsd),
	},
];

function growthCell(bytes: number | undefined): { text: string; tone?: Tone } {
	if (bytes === undefined) return { text: missing, tone: 'dim' };
	return { text: `${bytes < 0 ? '-' : '+'}${formatBytes(Math.abs(bytes))}` };
}

function dollars(amount: number | undefined): { text: string; tone?: Tone } {
	if (amount === undefined) return { text: missing, tone: 'dim' };
	return { text: formatNumber('dollars', amount) };
}

function stateOf(reputation: SatelliteRow['reputation']): { text: string; tone: Tone } {
	const { disqualifiedAt, suspendedAt, vettedAt, auditScore } = reputation;
	if (disqualifiedAt !== undefined) return { text: '✖ disqualified', tone: 'bad' };
	if (suspendedAt !== undefined) return { text: '✖ suspended', tone: 'bad' };
	if (vettedAt !== undefined) return { text: 'vetted', tone: 'good' };
	return { text: auditScore === undefined ? 'new' : 'vetting', tone: 'label' };
}
