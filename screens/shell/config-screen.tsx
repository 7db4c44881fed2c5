import type { ReactNode } from 'react';
import { flowed, flowFor } from '../../components/flow.ts';
import { fit, line, wrap } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { useStore } from '../../hooks/use-store.ts';
import { cellWidth } from '../../source/domain/cell-width.ts';
import type { ShownConfig } from '../../source/domain/setup.ts';
import type { ScreenProps } from '../frame.ts';
import type { Overlay } from '../overlay.ts';
import { windowStart } from '../window-start.ts';

const leastNameWidth = 20;
/** An address. Where columns stand side by side, a longer value is whole once it is edited. */
const mostValueWidth = 24;
/** Of a row: the cursor, and the space before the value. */
const aroundWidth = 4;

export type ConfigOverlay = Extract<Overlay, { kind: 'config' }>;

/** The values of the configuration file; the one that is edited; or what a change does to the file. */
export function ConfigScreen(props: ScreenProps & { readonly overlay: ConfigOverlay }): ReactNode {
	const { look, width, height, setup, overlay } = props;
	const { config } = useStore(setup.state, (state) => state);
	const { proposal } = config ?? {};
	const lines = !config
		? [look.paint('dim', fit('  reading the configuration…', width))]
		: overlay.isProposed && proposal
			? proposalLines(props, proposal)
			: rowLines(props, config);
	return (
		<Panel
			look={look}
			title={config?.file ?? 'Configuration'}
			note={
				overlay.isProposed ? 'not written yet' : `${config?.rows.length ?? 0} values  Esc closes`
			}
			lines={lines}
			width={width}
			height={height}
		/>
	);
}

function rowLines(
	{ look, width, height, overlay }: ScreenProps & { readonly overlay: ConfigOverlay },
	{ rows }: ShownConfig,
): string[] {
	const all = [...rows, { path: '+ another value', value: '' }];
	const chosen = Math.min(overlay.row, rows.length);
	const longest = Math.max(leastNameWidth, ...rows.map(({ path }) => path.length));
	const longestValue = Math.max(0, ...rows.map(({ value }) => cellWidth(value)));
	const valueWidth = Math.min(mostValueWidth, longestValue);
	const columnHeight = Math.max(1, height - 1);
	const flow = flowFor(all.length, columnHeight, width, longest + valueWidth + aroundWidth);
	const room = columnHeight * flow.columns;
	const nameWidth = Math.min(longest, flow.width >> 1);
	const first = windowStart(chosen, room, all.length);
	const lines = all.slice(first, first + room).map(({ path, value }, index, shown) => {
		const isChosen = first + index === chosen;
		const isTop = index % columnHeight === 0;
		const repeated = isChosen || isTop ? 0 : repeatedLength(path, shown[index - 1]?.path);
		const own = path.lastIndexOf('.') + 1;
		return line(
			look,
			[
				['accent', isChosen ? `${look.glyphs.cursor} ` : '  '],
				['plain', ' '.repeat(repeated)],
				['dim', path.slice(repeated, own)],
				[isChosen ? 'strong' : 'label', fit(path.slice(own), nameWidth - own)],
				['plain', `  ${value}`],
			],
			flow.width,
		);
	});
	return flowed(lines, columnHeight, flow);
}

/** How much of a path stands in the line above already: it is left blank, so that what belongs together shows. */
function repeatedLength(path: string, above: string | undefined): number {
	const parent = path.slice(0, path.lastIndexOf('.') + 1);
	return above?.startsWith(parent) === true ? parent.length : 0;
}

function proposalLines(
	{ look, width, overlay }: ScreenProps & { readonly overlay: ConfigOverlay },
	{ diff, problem }: NonNullable<ShownConfig['proposal']>,
): string[] {
	const head = ['', line(look, [['strong', `  ${overlay.line ?? ''}`]], width), ''];
	if (problem !== undefined) {
		return [
			...head,
			...wrap(problem, width - 4).map((text) => line(look, [['bad', `  ${text}`]], width)),
		];
	}
	const tones = { '-': 'bad', '+': 'good', ' ': 'dim', '(': 'dim' } as const;
	const toneOf = (text: string) => tones[text.charAt(0) as keyof typeof tones];
	return [...head, ...diff.map((text) => line(look, [[toneOf(text), `  ${text}`]], width))];
}

/** What the keys do there, for the footer. */
export function configKeys({ line: edited, isProposed }: ConfigOverlay): string {
	if (isProposed) return ' Enter writes it, or goes back to a line that is wrong  Esc gives it up';
	return edited === undefined
		? ' ↑ ↓ choose  Enter edits  Esc closes'
		: ` ${edited}▏  Enter shows the difference; without a value it removes`;
}
