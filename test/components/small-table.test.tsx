import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink-testing-library';
import { describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { SmallTable } from '../../components/small-table.tsx';
import { tableLines } from '../../components/table.ts';
import type { Column } from '../../components/table.ts';

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 8 });

describe('SmallTable', () => {
	interface Row {
		readonly type: string;
		readonly sent: string;
	}
	const columns: readonly Column<Row, undefined>[] = [
		{
			id: 'type',
			title: 'TYPE',
			width: 6,
			priority: 0,
			isFlex: true,
			mostWidth: 10,
			cell: ({ type }) => ({ text: type, tone: 'strong' }),
		},
		{
			id: 'sent',
			title: 'SENT',
			width: 8,
			align: 'right',
			priority: 1,
			cell: ({ sent }) => ({ text: sent }),
		},
	];
	const rows = [
		{ type: 'vertex', sent: '1,041' },
		{ type: '投票', sent: '7' },
		{ type: 'a longer name', sent: '12' },
	];

	it('draws a heading and a line a row, aligned by cells', () => {
		const table = <SmallTable {...{ look, columns, rows }} frame={undefined} width={40} />;
		const { lastFrame, unmount } = render(table);
		expect(stripVTControlCharacters(lastFrame() ?? '').split('\n')).toEqual([
			'  TYPE           SENT',
			'  vertex        1,041',
			'  投票              7',
			'  a longer …       12',
		]);
		unmount();
	});

	it('looks like the table of a long list', () => {
		const table = <SmallTable {...{ look, columns, rows }} frame={undefined} width={40} />;
		const { lastFrame, unmount } = render(table);
		const long = tableLines(look, { columns, rows, frame: undefined, width: 40, selected: -1 });
		const shown = (text: string) => stripVTControlCharacters(text).trimEnd();
		expect((lastFrame() ?? '').split('\n').map(shown)).toEqual(long.map(shown));
		unmount();
	});

	it('leaves out the columns that give way first', () => {
		const table = <SmallTable {...{ look, columns, rows }} frame={undefined} width={14} />;
		const { lastFrame, unmount } = render(table);
		expect(stripVTControlCharacters(lastFrame() ?? '')).not.toContain('SENT');
		unmount();
	});

	it('draws new cells in the same table', () => {
		const { lastFrame, rerender, unmount } = render(
			<SmallTable {...{ look, columns, rows }} frame={undefined} width={40} />,
		);
		rerender(
			<SmallTable
				{...{ look, columns }}
				rows={[{ type: 'vote', sent: '8' }]}
				frame={undefined}
				width={40}
			/>,
		);
		expect(stripVTControlCharacters(lastFrame() ?? '').split('\n')).toEqual([
			'  TYPE           SENT',
			'  vote              8',
		]);
		unmount();
	});
});

describe('Panel', () => {
	it('is a heading and its lines, cut and filled to its size', () => {
		const { lastFrame, unmount } = render(
			<Panel
				look={look}
				title="Nodes"
				note="3"
				lines={['a'.padEnd(20), 'b'.padEnd(20)]}
				width={20}
				height={4}
			/>,
		);
		expect(stripVTControlCharacters(lastFrame() ?? '').split('\n')).toEqual([
			'─ Nodes ──────── 3 ─',
			'a',
			'b',
			'',
		]);
		unmount();
	});

	it('draws nothing where there is no room', () => {
		const { lastFrame, unmount } = render(
			<Panel look={look} title="Nodes" lines={['a']} width={20} height={0} />,
		);
		expect(lastFrame()).toBe('');
		unmount();
	});
});
