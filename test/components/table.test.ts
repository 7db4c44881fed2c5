import { expect, it } from 'vitest';
import { saying, wantedWidth } from '../../components/table.ts';
import type { Column } from '../../components/table.ts';

type Row = Readonly<Record<'name' | 'sent' | 'size', string>>;
const column = (id: keyof Row, priority: number): Column<Row, undefined> => ({
	id,
	title: id.toUpperCase(),
	width: 8,
	align: id === 'name' ? 'left' : 'right',
	priority,
	cell: (row) => ({ text: row[id] }),
});
const columns = [column('name', 0), column('sent', 1), column('size', 2)];

it('leaves out columns that say nothing of any row, but not the one that names it', () => {
	const rows = [
		{ name: '—', sent: '—', size: '—' },
		{ name: '—', sent: '3', size: '—' },
	];
	const left = saying(columns, rows, undefined);
	expect(left.map(({ id }) => id)).toEqual(['name', 'sent']);
	expect(wantedWidth(left)).toBe(17);
});
