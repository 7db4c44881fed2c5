import { Text } from 'ink';
import { Table } from 'ink-table';
import type { PropsWithChildren, ReactNode } from 'react';
import type { Look } from './look.ts';
import type { Tone } from '../source/domain/tone.ts';

export interface SmallTableProps {
	readonly look: Look;
	/** Keys are the headings; values are ready to print. Visible rows only: a table costs per cell. */
	readonly rows: readonly Readonly<Record<string, string>>[];
}

type Part = (props: PropsWithChildren) => React.JSX.Element;

interface Parts {
	readonly header: Part;
	readonly cell: Part;
	readonly skeleton: Part;
}

/** The table keeps its parts by identity, so they are made once for each look. */
const partsOfLook = new WeakMap<Look, Parts>();

/** A framed table for a handful of rows: it takes 2 × rows + 3 lines. */
export function SmallTable({ look, rows }: SmallTableProps): ReactNode {
	let parts = partsOfLook.get(look);
	if (!parts) {
		parts = {
			header: painted(look, 'label'),
			cell: painted(look, 'plain'),
			skeleton: painted(look, 'dim'),
		};
		partsOfLook.set(look, parts);
	}
	return <Table data={rows.map((row) => ({ ...row }))} {...parts} />;
}

function painted(look: Look, tone: Tone): Part {
	return function PaintedPart({ children }) {
		const text = Array.isArray(children) ? children.join('') : children;
		return <Text>{typeof text === 'string' ? look.paint(tone, text) : text}</Text>;
	};
}
