import { levelOf } from '../../source/sections/health/severity.ts';
import {
	formatAge,
	formatBytes,
	formatCount,
	formatMs,
	formatRatio,
	missing,
} from '../../source/domain/format.ts';
import { truncateMiddle } from '../../source/domain/clean.ts';
import { newestAt, placeOf, placeText } from '../../source/sections/derived.ts';
import type { Place } from '../../source/sections/derived.ts';
import { compareHealth } from '../../source/domain/words.ts';
import type { FinalityUnit } from '../../source/domain/words.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { keptSamples, timedSamples } from '../../source/sections/samples.ts';
import { toneOfLevel, toneOfSeverity } from '../../source/domain/tone.ts';
import { sparkline } from '../../components/charts/sparkline.ts';
import type { Column } from '../../components/table.ts';
import { clientCell, ownResources } from '../node/facts.ts';
import type { FleetFrame } from '../frame.ts';
import { byName } from '../node-list.ts';

type FleetColumn = Column<NodeMoment, FleetFrame>;

const absent = { text: missing, tone: 'dim' } as const;

/** Ascending, what is unknown last. */
function byNumber(read: (node: NodeMoment) => number | undefined) {
	return (a: NodeMoment, b: NodeMoment): number =>
		(read(a) ?? Number.POSITIVE_INFINITY) - (read(b) ?? Number.POSITIVE_INFINITY) || 0;
}

/** Heights first, then the rounds, then the views of nodes that have no height. */
function byPlace({ snapshot: a }: NodeMoment, { snapshot: b }: NodeMoment): number {
	const [one, other] = [placeOf(a), placeOf(b)];
	const rank = (place: Place | undefined) => (place ? placeRanks[place.of] : 3);
	return rank(one) - rank(other) || Number(one?.value ?? 0) - Number(other?.value ?? 0);
}

const placeRanks: Readonly<Record<Place['of'], number>> = { height: 0, round: 1, view: 2 };

const health: FleetColumn = {
	id: 'health',
	title: 'HEALTH',
	width: 10,
	priority: 0,
	cell: ({ snapshot }, { look }) => {
		const { status } = snapshot.health;
		const word = snapshot.poll.status === 'pending' ? 'waiting' : status;
		const level = levelOf(snapshot.health);
		return { text: `${look.glyphs.level[level]} ${word}`, tone: toneOfLevel[level] };
	},
	compare: (a, b) => compareHealth(b.snapshot.health.status, a.snapshot.health.status),
};

const name: FleetColumn = {
	id: 'name',
	title: 'NODE',
	// An address on loopback with its port.
	width: 14,
	isFlex: true,
	mostWidth: 40,
	priority: 0,
	cell: ({ snapshot: { target } }, _frame, width) => ({
		text: truncateMiddle(target.name, width),
		tone: 'strong',
	}),
	compare: byName,
};

const kind: FleetColumn = {
	id: 'kind',
	title: 'KIND',
	width: 7,
	priority: 7,
	// It is found out at the first answer.
	cell: ({ snapshot: { target } }) =>
		target.kind === 'unknown' ? absent : { text: target.kind, tone: 'label' },
	compare: (a, b) => a.snapshot.target.kind.localeCompare(b.snapshot.target.kind),
};

const height: FleetColumn = {
	id: 'height',
	title: 'HEIGHT',
	width: 11,
	align: 'right',
	priority: 2,
	cell: (node) => {
		const place = placeOf(node.snapshot);
		return place === undefined ? absent : { text: placeText(place) };
	},
	compare: byPlace,
};

const age: FleetColumn = {
	id: 'age',
	title: 'AGE',
	width: 7,
	align: 'right',
	priority: 4,
	cell: (node, { nowMs }) => {
		const at = newestAt(node.snapshot);
		return at === undefined ? absent : { text: formatAge(at, nowMs) };
	},
	compare: byNumber((node) => {
		const at = newestAt(node.snapshot);
		return at === undefined ? undefined : -Date.parse(at);
	}),
};

/** No unit is shortened to `ms`, which is a time. */
const shortUnits: Readonly<Record<FinalityUnit, string>> = {
	blocks: 'blk',
	epochs: 'ep',
	milestones: 'mst',
	rounds: 'rnd',
	slots: 'slot',
	views: 'view',
};

const finality: FleetColumn = {
	id: 'finality',
	title: 'FINALITY',
	width: 9,
	align: 'right',
	priority: 7,
	cell: ({ snapshot }) => {
		const { averageFinalityMs, finalityLag, finalityUnit } = snapshot.consensus ?? {};
		if (averageFinalityMs !== undefined) return { text: formatMs(averageFinalityMs) };
		if (finalityLag === undefined) return absent;
		const unit = finalityUnit === undefined ? '' : ` ${shortUnits[finalityUnit]}`;
		return { text: `${formatCount(finalityLag)}${unit}` };
	},
};

const peers: FleetColumn = {
	id: 'peers',
	title: 'PEERS',
	width: 6,
	align: 'right',
	priority: 3,
	cell: ({ snapshot }) => {
		const count = snapshot.network?.peers;
		if (count === undefined) return absent;
		return { text: formatCount(count), tone: count === 0 ? 'warn' : 'plain' };
	},
	compare: byNumber(({ snapshot }) => snapshot.network?.peers),
};

const latency: FleetColumn = {
	id: 'latency',
	title: 'LATENCY',
	width: 8,
	align: 'right',
	priority: 5,
	cell: ({ snapshot }) =>
		snapshot.poll.latencyMs === undefined ? absent : { text: formatMs(snapshot.poll.latencyMs) },
	compare: byNumber(({ snapshot }) => snapshot.poll.latencyMs),
};

const latencyTrend: FleetColumn = {
	id: 'trend',
	title: 'OVER TIME',
	width: 12,
	isFlex: true,
	mostWidth: 60,
	priority: 6,
	cell: ({ samples }, { look, nowMs, windowMs }, width) => {
		const data = timedSamples(samples, 'poll.latencyMs', keptSamples);
		const [tone, text] = sparkline(look, data, { width, nowMs, windowMs });
		return { text, tone };
	},
};

const cpu: FleetColumn = {
	id: 'cpu',
	title: 'CPU',
	width: 6,
	align: 'right',
	priority: 8,
	cell: (node) => {
		const ratio = ownResources(node.snapshot)?.cpuRatio;
		return ratio === undefined ? absent : { text: formatRatio(ratio) };
	},
	compare: byNumber((node) => ownResources(node.snapshot)?.cpuRatio),
};

const memory: FleetColumn = {
	id: 'memory',
	title: 'MEMORY',
	width: 8,
	align: 'right',
	priority: 9,
	cell: (node) => {
		const bytes = ownResources(node.snapshot)?.memoryResidentBytes;
		return bytes === undefined ? absent : { text: formatBytes(bytes) };
	},
	compare: byNumber((node) => {
		const bytes = ownResources(node.snapshot)?.memoryResidentBytes;
		return bytes === undefined ? undefined : Number(bytes);
	}),
};

const version: FleetColumn = {
	id: 'version',
	title: 'VERSION',
	width: 18,
	isFlex: true,
	mostWidth: 32,
	priority: 10,
	cell: ({ snapshot }, _frame, width) => {
		const text = clientCell(snapshot.identity ?? {}, width);
		return text === '' ? absent : { text, tone: 'label' };
	},
};

const trouble: FleetColumn = {
	id: 'trouble',
	title: 'TROUBLE',
	width: 28,
	isFlex: true,
	priority: 1,
	cell: ({ snapshot }) => {
		const [issue] = snapshot.health.issues;
		return issue ? { text: issue.message, tone: toneOfSeverity[issue.severity] } : { text: '' };
	},
};

/** What the node said before it fell silent is shown dim: it is old. */
function dimWhenOld(column: FleetColumn): FleetColumn {
	return {
		...column,
		cell(node, frame, width) {
			const cell = column.cell(node, frame, width);
			return node.snapshot.poll.status === 'failed' ? { ...cell, tone: 'dim' } : cell;
		},
	};
}

/** Where nothing is wrong, the column of what is wrong gives its room to the others. */
export function columnsFor(nodes: readonly NodeMoment[]): readonly FleetColumn[] {
	const hasTrouble = nodes.some(({ snapshot: { health } }) =>
		health.issues.some(({ severity }) => severity !== 'info'),
	);
	return hasTrouble ? fleetColumns : fleetColumns.filter(({ id }) => id !== 'trouble');
}

/** The fleet's table. A column more is one entry more. */
export const fleetColumns: readonly FleetColumn[] = [
	health,
	name,
	...[kind, height, age, finality, peers, latency, latencyTrend, cpu, memory, version].map(
		dimWhenOld,
	),
	trouble,
];

export const sortableColumns: readonly string[] = fleetColumns
	.filter(({ compare }) => compare !== undefined)
	.map(({ id }) => id);
