import { Box, Text } from 'ink';
import { Table } from 'ink-table';
import { memo } from 'react';
import type { PropsWithChildren, ReactNode } from 'react';
import type { Tone } from '../source/domain/tone.ts';
import { fit } from './line.ts';
import type { Look } from './look.ts';
import { placeColumns } from './table.ts';
import type { Column } from './table.ts';

export interface SmallTableProps<Row, Frame> {
	readonly look: Look;
	/** Those that do not fit are left out, the last in priority first. */
	readonly columns: readonly Column<Row, Frame>[];
	/** A handful, all of which are drawn: a table costs per cell. */
	readonly rows: readonly Row[];
	readonly frame: Frame;
	readonly width: number;
}

/** A heading and a line a row, as `tableLines` draws them, for what nobody selects: it takes rows + 1 lines. */
export function SmallTable<Row, Frame>(props: SmallTableProps<Row, Frame>): ReactNode {
	const { look, rows, frame, width } = props;
	const placed = placeColumns(props.columns, width - 2 * indent);
	const data = rows.map((row) =>
		Object.fromEntries(
			placed.map(({ column, width: cells, lead }) => {
				const { text, tone = 'plain' } = column.cell(row, frame, cells - lead);
				return [column.title, encode(tone, text)];
			}),
		),
	);
	const grid = placed.map(({ column, width: cells, lead }): GridColumn => ({
		cells: cells - lead,
		lead,
		align: column.align ?? 'left',
	}));
	// Kept by value: a table is only drawn again when a cell of it changed.
	return <Grid look={look} data={JSON.stringify(data)} grid={JSON.stringify(grid)} />;
}

const indent = 2;

interface GridColumn {
	readonly cells: number;
	/** Blank cells before them. */
	readonly lead: number;
	readonly align: 'left' | 'right';
}

const Grid = memo(function Grid({
	look,
	data,
	grid,
}: {
	readonly look: Look;
	readonly data: string;
	readonly grid: string;
}): ReactNode {
	// Both were written by `SmallTable`, a few lines above.
	const rows = JSON.parse(data) as Record<string, string>[];
	const columns = JSON.parse(grid) as GridColumn[];
	if (rows.length === 0) return null;
	// ink-table keeps its parts from when it is mounted, so other widths are another table.
	return (
		<Box marginLeft={indent} flexShrink={0}>
			<Table key={grid} data={rows} {...partsOf(look, columns)} />
		</Box>
	);
});

type Part = (props: PropsWithChildren<{ column?: number }>) => React.JSX.Element;

/** ink-table measures and pads by `length`; each part fits its text into the cells of its column instead. */
function partsOf(
	look: Look,
	columns: readonly GridColumn[],
): Record<'header' | 'cell' | 'skeleton', Part> {
	const painted = (tone: Tone, text: string, index: number) => {
		const { cells, lead, align } = columns[index] ?? { cells: 0, lead: 0, align: 'left' };
		const gap = index < columns.length - 1 ? ' ' : '';
		return <Text>{look.paint(tone, ' '.repeat(lead) + fit(text, cells, align)) + gap}</Text>;
	};
	return {
		header: ({ children, column = 0 }) => painted('label', textOf(children).trim(), column),
		cell({ children, column = 0 }) {
			const { tone, text } = decode(textOf(children).trim());
			return painted(tone, text, column);
		},
		// Neither a frame nor a line between rows: columns that are aligned need none.
		skeleton: () => <></>,
	};
}

/** The children of a part are the text of its cell, in one piece or several. */
function textOf(children: ReactNode): string {
	if (typeof children === 'string') return children;
	return Array.isArray(children) ? children.join('') : '';
}

/** A cell knows its text alone, so the tone stands in front of it, behind a character that no text has. */
const mark = '\u0001';

function encode(tone: Tone, text: string): string {
	return `${tone}${mark}${text}`;
}

function decode(value: string): { readonly tone: Tone; readonly text: string } {
	const [tone = 'plain', text = ''] = value.split(mark);
	// `encode` wrote it.
	return { tone: tone as Tone, text };
}
