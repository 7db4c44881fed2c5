import { tableLines } from '../../components/table.ts';
import type { Column } from '../../components/table.ts';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { missing } from '../../source/domain/format.ts';
import { toneOfLevel } from '../../source/domain/tone.ts';
import { levelOf } from '../../source/sections/health/severity.ts';
import type { Line } from '../../source/sections/lines.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { ReadSectionName } from '../../source/sections/registry.ts';
import { fleetFrameOf } from '../frame.ts';
import type { FleetFrame, ScreenProps } from '../frame.ts';
import { sectionFacts } from './facts.ts';

const leastNameWidth = 12;
const mostNameWidth = 36;

interface Row {
	readonly node: NodeMoment;
	readonly facts: readonly Line[];
}

/** A heading and a line for each node that has a section, with what matters most of it; no lines where none has it. */
export function reportingLines(
	props: Pick<ScreenProps, 'look' | 'listed' | 'moment' | 'view' | 'width'>,
	section: ReadSectionName,
	height: number,
): string[] {
	const { look, listed, moment, width } = props;
	const rows = listed
		.filter(({ snapshot }) => snapshot[section] !== undefined)
		.slice(0, Math.max(0, height - 1))
		.map((node): Row => ({ node, facts: sectionFacts(node.snapshot, section, moment.atMs) }));
	if (rows.length === 0) return [];
	return tableLines(look, {
		columns: [nameColumn(rows), healthColumn, ...factColumns(rows)],
		rows,
		frame: fleetFrameOf(props),
		width,
		selected: -1,
	});
}

function nameColumn(rows: readonly Row[]): Column<Row, FleetFrame> {
	const longest = Math.max(...rows.map(({ node }) => cellWidth(node.snapshot.target.name)));
	return {
		id: 'name',
		title: 'NODE',
		width: Math.min(mostNameWidth, Math.max(leastNameWidth, longest + 1)),
		priority: 0,
		cell: ({ node }) => ({ text: node.snapshot.target.name, tone: 'strong' }),
	};
}

const healthColumn: Column<Row, FleetFrame> = {
	id: 'health',
	title: 'HEALTH',
	width: 10,
	priority: 1,
	cell: ({ node: { snapshot } }, { look }) => {
		const level = levelOf(snapshot.health);
		return {
			text: `${look.glyphs.level[level]} ${snapshot.health.status}`,
			tone: toneOfLevel[level],
		};
	},
};

/** One for each fact but details, as wide as its values; the last are left out first. */
function factColumns(rows: readonly Row[]): Column<Row, FleetFrame>[] {
	const labels = new Set(
		rows.flatMap(({ facts }) =>
			facts.filter(({ priority }) => priority < 3).map(({ label }) => label),
		),
	);
	return [...labels].map((label, index) => {
		const factOf = ({ facts }: Row) => facts.find((fact) => fact.label === label);
		const widest = Math.max(...rows.map((row) => cellWidth(factOf(row)?.value ?? missing)));
		return {
			id: label,
			title: label.toUpperCase(),
			width: Math.max(widest, cellWidth(label)) + 1,
			align: 'right',
			priority: 2 + index,
			cell(row) {
				const fact = factOf(row);
				return fact ? { text: fact.value, tone: fact.tone } : { text: missing, tone: 'dim' };
			},
		};
	});
}
