import { cellWidth } from '../source/domain/cell-width.ts';
import type { ReactNode } from 'react';
import { fit } from '../components/line.ts';
import { Lines } from '../components/lines.tsx';
import { toneOfHealth } from '../components/look.ts';
import type { Look } from '../components/look.ts';
import { formatDuration } from '../source/domain/format.ts';
import { healthStatuses } from '../source/domain/words.ts';
import type { NodeState } from '../source/fleet/fleet.ts';
import { keymap, showKey } from '../source/keys/keymap.ts';
import type { Binding } from '../source/keys/keymap.ts';
import type { Screens } from './registry.ts';
import type { ViewState } from './view-state.ts';
import { screenNames } from './view-state.ts';

/** A painted piece, and how many cells it takes. */
interface Piece {
	readonly drawn: string;
	readonly cells: number;
}

function piece(look: Look, tone: Parameters<Look['paint']>[0], text: string): Piece {
	return { drawn: look.paint(tone, text), cells: cellWidth(text) };
}

/** Pieces that are shown whole or not at all. */
function together(...pieces: readonly Piece[]): Piece {
	return {
		drawn: pieces.map(({ drawn }) => drawn).join(''),
		cells: pieces.reduce((sum, { cells }) => sum + cells, 0),
	};
}

/** Pieces at the left and at the right of one line; those at the right give way first. */
function bar(left: readonly Piece[], right: readonly Piece[], width: number): string {
	let room = width;
	let text = '';
	for (const each of left) {
		if (each.cells > room) break;
		text += each.drawn;
		room -= each.cells;
	}
	let tail = '';
	for (const each of right.toReversed()) {
		if (each.cells > room) break;
		tail = each.drawn + tail;
		room -= each.cells;
	}
	return text + ' '.repeat(room) + tail;
}

export interface HeaderProps {
	readonly look: Look;
	readonly width: number;
	readonly profile: string;
	readonly nodes: readonly NodeState[];
	readonly nowMs: number;
	/** How old the picture is while paused. */
	readonly pausedSeconds: number | undefined;
	readonly intervalMs: number;
}

/** The first line: how the fleet is, then what governs the picture. */
export function Header(props: HeaderProps): ReactNode {
	const { look, width, nodes, nowMs, pausedSeconds } = props;
	const tally = { up: 0, degraded: 0, down: 0, unknown: 0 };
	let insecure = 0;
	for (const { snapshot, target } of nodes) {
		tally[snapshot.health.status]++;
		if (target.insecure === true) insecure++;
	}
	const counts = healthStatuses
		.map((status) => ({ status, count: tally[status] }))
		.filter(({ count }) => count > 0);
	const left = [
		piece(look, 'title', ' nodetop'),
		...(props.profile === 'default' ? [] : [piece(look, 'label', ` ${props.profile}`)]),
		piece(look, 'dim', '  '),
		...counts.flatMap(({ status, count }) => [
			piece(look, toneOfHealth[status], `${look.glyphs.health[status]} ${count} ${status}`),
			piece(look, 'plain', '  '),
		]),
		...(insecure > 0 ? [piece(look, 'bad', `TLS NOT VERIFIED for ${insecure}`)] : []),
	];
	const right = [
		...(pausedSeconds === undefined
			? []
			: [
					piece(look, 'banner', ` PAUSED ${formatDuration(pausedSeconds)} `),
					piece(look, 'plain', '  '),
				]),
		piece(look, 'label', `every ${formatDuration(props.intervalMs / 1000)}`),
		piece(look, 'dim', '  '),
		piece(look, 'label', `${new Date(nowMs).toISOString().slice(11, 19)} UTC `),
	];
	return <Lines text={bar(left, right, width)} width={width} height={1} />;
}

export interface TabsProps {
	readonly look: Look;
	readonly width: number;
	readonly screens: Screens;
	readonly view: ViewState;
	readonly alertCount: number;
}

/** The second line: the screens with their keys; the badge counts alerts. */
export function Tabs({ look, width, screens, view, alertCount }: TabsProps): ReactNode {
	const isNarrow = width < 78;
	const left = screenNames.map((name, index) => {
		const { title } = screens[name];
		const isShown = name === view.screen;
		const badge = name === 'alerts' && alertCount > 0 ? ` ${alertCount}` : '';
		const shown = isNarrow && !isShown && badge === '' ? '' : ` ${title}`;
		const tone = isShown ? 'tabActive' : badge === '' ? 'tab' : 'warn';
		return piece(look, tone, ` ${index + 1}${shown}${badge} `);
	});
	const right =
		view.filter === ''
			? []
			: [
					piece(
						look,
						'accent',
						`filter: ${fit(view.filter, Math.min(16, cellWidth(view.filter)))} `,
					),
				];
	return <Lines text={bar(left, right, width)} width={width} height={1} />;
}

const footerBindings: readonly Binding[] = (keymap as readonly Binding[])
	.filter(({ footer }) => footer !== undefined)
	.toSorted((a, b) => (a.footer ?? 0) - (b.footer ?? 0));

/** The last line: the keys that matter, or the line that is being edited. */
export function Footer({
	look,
	width,
	view,
}: {
	readonly look: Look;
	readonly width: number;
	readonly view: ViewState;
}): ReactNode {
	if (view.overlay.kind === 'filter') {
		const left = [
			piece(look, 'title', ' filter: '),
			piece(look, 'plain', fit(view.filter, Math.min(cellWidth(view.filter), width - 50))),
			piece(look, 'accent', look.isAscii ? '_' : '▏'),
		];
		const right = [piece(look, 'dim', 'words, !word excludes  Enter keeps  Esc undoes ')];
		return <Lines text={bar(left, right, width)} width={width} height={1} />;
	}
	if (view.overlay.kind === 'palette') {
		const { text } = view.overlay;
		const left = [
			piece(look, 'title', ' : '),
			piece(look, 'plain', fit(text, Math.min(cellWidth(text), width - 40))),
			piece(look, 'accent', look.isAscii ? '_' : '▏'),
		];
		const right = [piece(look, 'dim', 'type to narrow  Enter does  Esc closes ')];
		return <Lines text={bar(left, right, width)} width={width} height={1} />;
	}
	const left = footerBindings.map(({ keys, label }, index) =>
		together(
			piece(look, 'plain', index === 0 ? ' ' : '  '),
			piece(look, 'accent', keys[0] === undefined ? '' : showKey(keys[0])),
			piece(look, 'label', ` ${label}`),
		),
	);
	return <Lines text={bar(left, [], width)} width={width} height={1} />;
}
