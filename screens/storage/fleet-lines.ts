import { line } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { saying, tableLines } from '../../components/table.ts';
import type { Column } from '../../components/table.ts';
import { truncateMiddle } from '../../source/domain/clean.ts';
import { formatBytes, missing } from '../../source/domain/format.ts';
import { formatNumber } from '../../source/domain/units.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { lostStanding } from '../../source/sections/reputation/standing.ts';
import type { FleetFrame } from '../frame.ts';
import { earned, scoreColumn, used } from '../overview/storage-columns.ts';

/** The storage nodes among the listed ones, the one that is nearest to losing a satellite first. */
export function storageNodes(listed: readonly NodeMoment[]): NodeMoment[] {
	return listed
		.filter(({ snapshot }) => snapshot.storage !== undefined || snapshot.reputation !== undefined)
		.toSorted((a, b) => dangerOf(b) - dangerOf(a));
}

/** How near to its threshold the worst score is: 1 is there. */
function dangerOf({ snapshot: { reputation } }: NodeMoment): number {
	const {
		worstAudit = 1,
		worstSuspension = 1,
		worstOnline = 1,
		satellites = [],
	} = reputation ?? {};
	const lost = satellites.filter(
		({ disqualifiedAt, suspendedAt }) => disqualifiedAt ?? suspendedAt,
	);
	const near = Math.max(
		(1 - worstAudit) / 0.04,
		(1 - worstSuspension) / 0.4,
		(1 - worstOnline) / 0.4,
	);
	return near + lost.length;
}

/** What all storage nodes hold and earn together. */
export function sumLine(look: Look, nodes: readonly NodeMoment[], width: number): string {
	const sum = (read: (node: NodeMoment['snapshot']) => number | string | undefined) =>
		nodes.reduce((total, { snapshot }) => total + Number(read(snapshot) ?? 0), 0);
	const money = (usd: number) => formatNumber('dollars', usd);
	const used = sum(
		({ storage }) => Number(storage?.usedBytes ?? 0) + Number(storage?.trashBytes ?? 0),
	);
	const growth = sum(({ storage }) => Math.max(0, storage?.growthBytesPerDay ?? 0));
	return line(
		look,
		[
			['strong', money(sum(({ earnings }) => earnings?.monthUsd))],
			['label', ' this month, '],
			['strong', money(sum(({ earnings }) => earnings?.estimateUsd))],
			['label', ' expected, '],
			['strong', formatBytes(used)],
			['label', ` of ${formatBytes(sum(({ storage }) => storage?.capacityBytes))} used`],
			['label', growth === 0 ? '' : `, ${formatBytes(growth)} more a day`],
		],
		width,
	);
}

/** A line for each storage node below a header: its standing and worst scores, its space and its money. */
export function fleetTable(look: Look, nodes: readonly NodeMoment[], width: number): string[] {
	const frame = { look, nowMs: 0, windowMs: 0 };
	const columns = saying(
		[name, standing, scoreColumn('online', 3), used, fullIn, earned],
		nodes,
		frame,
	);
	return tableLines(look, { columns, rows: nodes, frame, width, selected: -1 });
}

type FleetColumn = Column<NodeMoment, FleetFrame>;

const name: FleetColumn = {
	id: 'name',
	title: 'NODE',
	width: 14,
	isFlex: true,
	mostWidth: 28,
	priority: 0,
	cell: ({ snapshot: { target } }, _frame, width) => ({
		text: truncateMiddle(target.name, width),
		tone: 'strong',
	}),
};

const auditScore = scoreColumn('audit', 0);

/** The worst audit score, or that a satellite is lost: the scores of the others say nothing of that. */
const standing: FleetColumn = {
	...auditScore,
	width: 14,
	cell(node, frame, width) {
		const lost = lostStanding(node.snapshot.reputation?.satellites);
		if (lost === undefined) return auditScore.cell(node, frame, width);
		return { text: `${frame.look.glyphs.severity.critical} ${lost}`, tone: 'bad' };
	},
};

const fullIn: FleetColumn = {
	id: 'fullIn',
	title: 'FULL IN',
	width: 8,
	align: 'right',
	priority: 4,
	cell: ({ snapshot: { storage } }) => {
		const days = storage?.daysUntilFull?.expected;
		return days === undefined ? { text: missing, tone: 'dim' } : { text: `${Math.round(days)} d` };
	},
};
