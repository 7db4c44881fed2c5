import { formatRatio, missing } from '../../source/domain/format.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { formatNumber } from '../../source/domain/units.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { scoreLevels } from '../../source/sections/reputation/levels.ts';
import { toneOfAudit, toneOfScore } from '../../source/sections/reputation/standing.ts';
import type { Column } from '../../components/table.ts';
import type { FleetFrame } from '../frame.ts';

type FleetColumn = Column<NodeMoment, FleetFrame>;
type Snapshot = NodeMoment['snapshot'];
type Satellites = NonNullable<Snapshot['reputation']>['satellites'];

/** Storage nodes have scores, space and earnings in place of a chain. */
export function isStorageNode({ snapshot }: NodeMoment): boolean {
	return (snapshot.reputation ?? snapshot.storage ?? snapshot.earnings) !== undefined;
}

/** Ascending, what is unknown last. */
function byValue(
	read: (snapshot: Snapshot) => number | undefined,
): NonNullable<FleetColumn['compare']> {
	return ({ snapshot: a }, { snapshot: b }) =>
		(read(a) ?? Number.POSITIVE_INFINITY) - (read(b) ?? Number.POSITIVE_INFINITY) || 0;
}

interface StorageColumn {
	readonly id: string;
	readonly title: string;
	readonly width: number;
	readonly priority: number;
	readonly read: (snapshot: Snapshot) => number | undefined;
	readonly show: (value: number) => string;
	readonly tone?: (value: number, snapshot: Snapshot) => Tone;
}

function column({ read, show, tone, ...rest }: StorageColumn): FleetColumn {
	return {
		...rest,
		align: 'right',
		cell: ({ snapshot }) => {
			const value = read(snapshot);
			if (value === undefined) return { text: missing, tone: 'dim' };
			return { text: show(value), ...(tone && { tone: tone(value, snapshot) }) };
		},
		compare: byValue(read),
	};
}

/** The worst of the satellites that still count. */
export function scoreColumn(score: 'audit' | 'online', priority: number): FleetColumn {
	return column({
		id: score,
		title: score.toUpperCase(),
		width: 8,
		priority,
		read: scores[score],
		show: (value) => `${(value * 100).toFixed(2)}%`,
		tone: (value, { reputation }) => tones[score](value, reputation?.satellites),
	});
}

const tones = {
	audit: toneOfAudit,
	online: (score: number, satellites: Satellites | undefined) =>
		toneOfScore(score, scoreLevels.online, satellites),
} as const;

const scores = {
	audit: ({ reputation }: Snapshot) => reputation?.worstAudit,
	online: ({ reputation }: Snapshot) => reputation?.worstOnline,
} as const;

/** Shares of what was given that are in use, trash included: from here on an alert says so. */
const usedLevels = { warning: 0.8, critical: 0.95 };

function usedShare({ storage }: Snapshot): number | undefined {
	const share =
		(Number(storage?.usedBytes) + Number(storage?.trashBytes ?? 0)) /
		Number(storage?.capacityBytes);
	return Number.isFinite(share) ? share : undefined;
}

export const used = column({
	id: 'used',
	title: 'USED',
	width: 6,
	priority: 6,
	read: usedShare,
	show: formatRatio,
	tone: (share) =>
		share > usedLevels.critical ? 'bad' : share > usedLevels.warning ? 'warn' : 'plain',
});

export const earned = column({
	id: 'earned',
	title: 'EARNED',
	width: 9,
	priority: 7,
	read: ({ earnings }) => earnings?.monthUsd,
	show: (dollars) => formatNumber('dollars', dollars),
});

/** Left out where no node stores anything for others. */
export const storageColumns: readonly FleetColumn[] = [
	scoreColumn('audit', 6),
	scoreColumn('online', 8),
	used,
	earned,
];
