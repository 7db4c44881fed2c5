import { Box } from 'ink';
import type { ReactNode } from 'react';
import { flowed, flowFor } from '../../components/flow.ts';
import { guideLines } from '../../components/guide-lines.ts';
import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { useStore } from '../../hooks/use-store.ts';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { formatCountOf } from '../../source/domain/format.ts';
import type { ShownConfig } from '../../source/domain/setup.ts';
import type { ScreenProps } from '../frame.ts';
import type { Overlay } from '../overlay.ts';
import { windowStart } from '../window-start.ts';
import { configGuide } from './config-guide.ts';

const leastNameWidth = 12;
/** An address. Where columns stand side by side, a longer value is whole once it is edited. */
const mostValueWidth = 24;
const cursorWidth = 2;

export type ConfigOverlay = Extract<Overlay, { kind: 'config' }>;

/** The values of the configuration file; the one that is edited; or what a change does to the file. */
export function ConfigScreen(props: ScreenProps & { readonly overlay: ConfigOverlay }): ReactNode {
	const { look, width, height, setup, overlay } = props;
	const { config } = useStore(setup.state, (state) => state);
	const { proposal } = config ?? {};
	if (config && !(overlay.isProposed && proposal)) {
		return <Values {...{ look, width, height, overlay, config }} />;
	}
	const lines =
		config && proposal
			? proposalLines(props, proposal)
			: [look.paint('dim', fit('  reading the configuration…', width))];
	return (
		<Panel
			{...{ look, lines, width, height }}
			title={config?.file ?? 'Configuration'}
			note={config ? 'not written yet' : 'Esc closes'}
		/>
	);
}

interface ValuesProps extends Pick<ScreenProps, 'look' | 'width' | 'height'> {
	readonly overlay: ConfigOverlay;
	readonly config: ShownConfig;
}

/** Rows from which on what can be set stands below the values, with its heading. */
const leastGuideHeight = 8;

/** The values, and what can be set where they leave room. */
function Values({ look, width, height, overlay, config }: ValuesProps): ReactNode {
	const { rows, file } = config;
	const none = rows.length === 0 ? noneLines(look, width) : [];
	const chosen = Math.min(overlay.row, rows.length);
	const whole = none.length + valueCount(rows) + 2;
	const room = height - whole;
	const guide =
		room < leastGuideHeight ? [] : guideLines(look, configGuide(config), width - 2, room - 1);
	const ownHeight = guide.length === 0 ? height : whole;
	const inList = { width, height: Math.max(1, ownHeight - none.length - 1) };
	return (
		<Box flexDirection="column">
			<Panel
				{...{ look, width }}
				title={file}
				note={`${formatCountOf(rows.length, 'value', 'values')}  Esc closes`}
				lines={[...none, ...configLines(look, rows, chosen, inList)]}
				height={ownHeight}
			/>
			<Panel
				{...{ look, width }}
				title="What can be set, and how"
				lines={guide.map((text) => `  ${text}`)}
				height={height - ownHeight}
			/>
		</Box>
	);
}

function noneLines(look: Look, width: number): string[] {
	const text = '  nothing is configured: the defaults hold until a value is set';
	return ['', line(look, [['strong', text]], width), ''];
}

/** Lines of all values with their headings. */
function valueCount(rows: ShownConfig['rows']): number {
	return linesOf(rows).length;
}

/** A value, or the heading of the values that follow: the path that they share. */
type ConfigLine =
	| { readonly heading: string }
	| { readonly name: string; readonly value: string; readonly row: number };

/** The values below the path that they share, in columns where they do not fit into one and it is wide. */
export function configLines(
	look: Look,
	rows: ShownConfig['rows'],
	chosenRow: number,
	{ width, height }: { readonly width: number; readonly height: number },
): string[] {
	const all = linesOf(rows);
	const nameWidth = Math.max(leastNameWidth, ...all.map(nameWidthOf));
	const valueWidth = Math.min(mostValueWidth, Math.max(...all.map(valueWidthOf)));
	const headingWidth = Math.max(...all.map(headingWidthOf));
	const leastWidth = Math.max(cursorWidth + nameWidth + 2 + valueWidth, headingWidth);
	const flow = flowFor(all.length, height, width, leastWidth);
	const room = height * flow.columns;
	const chosen = all.findIndex((each) => 'row' in each && each.row === chosenRow);
	const first = windowStart(chosen, room, all.length);
	const lines = all.slice(first, first + room).map((each) => {
		if ('heading' in each) return line(look, [['dim', `  ${each.heading}`]], flow.width);
		const isChosen = each.row === chosenRow;
		return line(
			look,
			[
				['accent', isChosen ? `${look.glyphs.cursor} ` : '  '],
				[isChosen ? 'strong' : 'label', fit(each.name, nameWidth)],
				[isChosen ? 'strong' : 'plain', `  ${each.value}`],
			],
			flow.width,
		);
	});
	return flowed(lines, height, flow);
}

function linesOf(rows: ShownConfig['rows']): readonly ConfigLine[] {
	const lines = rows.flatMap(({ path, value }, row): ConfigLine[] => {
		const parent = parentOf(path);
		const name = parent === '' ? path : `  ${path.slice(parent.length + 1)}`;
		const own = { name, value, row };
		const isShared = row > 0 && parentOf(rows[row - 1]?.path ?? '') === parent;
		return parent === '' || isShared ? [own] : [{ heading: parent }, own];
	});
	return [...lines, { name: '+ another value', value: '', row: rows.length }];
}

/** `profiles.default.nodes[0]` of `profiles.default.nodes[0].name`. */
function parentOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

function nameWidthOf(each: ConfigLine): number {
	return 'name' in each ? each.name.length : 0;
}

function valueWidthOf(each: ConfigLine): number {
	return 'value' in each ? cellWidth(each.value) : 0;
}

function headingWidthOf(each: ConfigLine): number {
	return 'heading' in each ? each.heading.length + cursorWidth : 0;
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
