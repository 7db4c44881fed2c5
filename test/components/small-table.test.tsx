import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink-testing-library';
import { describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { SmallTable } from '../../components/small-table.tsx';

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 8 });

describe('SmallTable', () => {
	it('frames its rows, in two lines a row and three more', () => {
		const { lastFrame, unmount } = render(
			<SmallTable
				look={look}
				rows={[
					{ type: 'vertex', sent: '1,041' },
					{ type: 'vote', sent: '7' },
				]}
			/>,
		);
		expect(stripVTControlCharacters(lastFrame() ?? '').split('\n')).toEqual([
			'┌────────┬───────┐',
			'│ type   │ sent  │',
			'├────────┼───────┤',
			'│ vertex │ 1,041 │',
			'├────────┼───────┤',
			'│ vote   │ 7     │',
			'└────────┴───────┘',
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
