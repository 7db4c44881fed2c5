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
import { toneOfLevel, toneOfSeverity } from '../../source/domain/tone.ts';
import { numberWithin } from '../../components/line.ts';
import { sparkline } from '../../components/charts/sparkline.ts';
import type { Column } from '../../components/table.ts';
import { clientCell, ownResources } from '../node/facts.ts';
import type { FleetFrame } from '../frame.ts';
import { byName } from '../node-list.ts';
import { shownSamples } from '../shown-samples.ts';
import { isStorageNode, storageColumns } from './storage-columns.ts';
import { isSilent } from '../node/silent.ts';

interface FleetColumn extends Column<NodeMoment, FleetFrame> {
	/** Whether there is anything to show of a node; absent for a column that always stays. */
	readonly isKnown?: (node: NodeMoment) => boolean;
}

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
	cell: (node, _frame, width) => {
		const place = placeOf(node.snapshot);
		return place === undefined ? absent : { text: numberWithin(placeText(place), width) };
	},
	compare: byPlace,
};

const age: FleetColumn = {
	id: 'age',
	title: 'AGE',
	width: 7,
	align: 'right',
	priority: 4,
	isKnown: ({ snapshot }) => newestAt(snapshot) !== undefined,
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
	isKnown: ({ snapshot: { consensus } }) =>
		(consensus?.averageFinalityMs ?? consensus?.finalityLag) !== undefined,
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
	isKnown: ({ snapshot }) => snapshot.network?.peers !== undefined,
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
		const data = shownSamples(samples, 'poll.latencyMs');
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
	isKnown: ({ snapshot }) => ownResources(snapshot)?.cpuRatio !== undefined,
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
	isKnown: ({ snapshot }) => ownResources(snapshot)?.memoryResidentBytes !== undefined,
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
	isKnown: ({ snapshot: { identity } }) => (identity?.client ?? identity?.version) !== undefined,
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
			return isSilent(node.snapshot) ? { ...cell, tone: 'dim' } : cell;
		},
	};
}

const ofChains: ReadonlySet<string> = new Set(['height', 'age', 'finality', 'peers']);
const ofStorage: ReadonlySet<string> = new Set(storageColumns.map(({ id }) => id));

/** What is wrong can be read so far, where there are other columns to give room. */
const mostComfort = 60;
/** And so far where only the place in the chain is left to give room: of a reason, its first words. */
const mostNeeded = 40;

/**
 * What no node has gives its room to the others: what is wrong where nothing is, figures of a chain where
 * all are storage nodes, and theirs where none is.
 */
export function columnsFor(nodes: readonly NodeMoment[]): readonly FleetColumn[] {
	const messages = nodes.flatMap(({ snapshot: { health: found } }) =>
		found.issues.slice(0, 1).filter(({ severity }) => severity !== 'info'),
	);
	const longest = messages.reduce((most, { message }) => Math.max(most, message.length), 0);
	const storing = nodes.filter(isStorageNode).length;
	const isAllStorage = storing > 0 && storing === nodes.length;
	const isFew = storing * manyTimes < nodes.length;
	return fleetColumns
		.filter(({ id, isKnown }) => {
			if (id === 'trouble') return longest > 0;
			if (ofStorage.has(id)) return storing * rare >= nodes.length && storing > 0;
			if (isAllStorage && ofChains.has(id)) return false;
			return nodes.length === 0 || isKnown === undefined || nodes.some(isKnown);
		})
		.map((each) => {
			if (each.id === 'trouble') {
				const neededWidth = Math.min(mostNeeded, longest);
				return { ...each, neededWidth, comfortWidth: Math.min(mostComfort, longest) };
			}
			if (each.id === 'name') return { ...each, mostWidth: nameWidthOf(nodes) };
			if (!ofStorage.has(each.id)) return each;
			if (isAllStorage) return { ...each, priority: storageFirst };
			return isFew ? { ...each, priority: each.priority + afterAll } : each;
		});
}

/** Figures stand near the names that they are of. */
function nameWidthOf(nodes: readonly NodeMoment[]): number {
	const { width, mostWidth = width } = name;
	return nodes.reduce(
		(most, { snapshot: { target } }) => Math.max(most, Math.min(mostWidth, target.name.length + 1)),
		width,
	);
}

/** Where all are storage nodes, theirs stay as long as the place in a chain does elsewhere. */
const storageFirst = 2;
/** Where fewer than one in so many is a storage node, their columns make way before every other. */
const manyTimes = 3;
/** Where fewer than one in so many is one, the columns would be dashes on most of the screen: Storage has them. */
const rare = 10;
const afterAll = 20;

/** The fleet's table. A column more is one entry more. */
export const fleetColumns: readonly FleetColumn[] = [
	health,
	name,
	...[
		kind,
		height,
		age,
		finality,
		peers,
		...storageColumns,
		latency,
		latencyTrend,
		cpu,
		memory,
		version,
	].map(dimWhenOld),
	trouble,
];

/** The columns that the listed nodes can be sorted by, by id. */
export function sortableColumns(nodes: readonly NodeMoment[]): readonly string[] {
	return columnsFor(nodes)
		.filter(({ compare }) => compare !== undefined)
		.map(({ id }) => id);
}
