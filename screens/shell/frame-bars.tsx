import { cellWidth } from '../../source/domain/cell-width.ts';
import { memo } from 'react';
import type { ReactNode } from 'react';
import { fit, fitWithin } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { toneOfLevel, toneOfSeverity } from '../../source/domain/tone.ts';
import type { Look } from '../../components/look.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { formatMs } from '../../source/domain/format.ts';
import { stripControls } from '../../source/domain/clean.ts';
import { severities } from '../../source/domain/words.ts';
import type { Moment } from '../../source/sections/moment.ts';
import type { SetupState } from '../../source/domain/setup.ts';
import type { TravelState } from '../../source/sections/travel.ts';
import type { Frame } from '../../source/frames/frame-gate.ts';
import { keymap, showKey } from '../../source/keys/keymap.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import type { Binding } from '../../source/keys/binding.ts';
import { screenEntries, screenKey, screenNames } from '../../source/keys/screen-names.ts';
import { configKeys } from './config-screen.tsx';
import { headerCounts } from './header-counts.ts';
import { verdictOf } from './verdict.ts';
import type { AlertCounts } from '../alerts/alert-list.ts';
import type { ViewState } from '../view-state.ts';
import type { Overlay } from '../overlay.ts';

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
	readonly frame: Frame<Moment>;
	readonly time: TravelState;
	readonly intervalMs: number;
}

/** The first line: how the fleet is, then what governs the picture. */
export const Header = memo(function Header(props: HeaderProps): ReactNode {
	const { look, width, frame, time } = props;
	const moment = frame.state;
	const { isReplay } = time;
	const insecure = moment.nodes.filter(({ isInsecure }) => isInsecure === true).length;
	const left = [
		piece(look, 'title', ' nodetop'),
		...(props.profile === 'default' ? [] : [piece(look, 'label', ` ${props.profile}`)]),
		piece(look, 'dim', '  '),
		...(isReplay ? replayPieces(look, frame.state, time) : pausedPieces(look, frame)),
		...headerCounts(moment).flatMap(({ level, text }) => [
			piece(look, toneOfLevel[level], `${look.glyphs.level[level]} ${text}`),
			piece(look, 'plain', '  '),
		]),
		...(insecure > 0 ? [piece(look, 'bad', `TLS NOT VERIFIED for ${insecure}`)] : []),
	];
	const right = [
		...(isReplay ? [] : [piece(look, 'label', `every ${formatMs(props.intervalMs)}`)]),
		piece(look, 'dim', '  '),
		piece(look, 'label', `${new Date(moment.atMs).toISOString().slice(11, 19)} UTC `),
	];
	return <Lines text={bar(left, right, width)} width={width} height={1} />;
});

/** That the picture stands still, and how old it is: before anything that can be cut. */
function pausedPieces(look: Look, { isPaused, ageMs }: Frame<Moment>): Piece[] {
	if (!isPaused) return [];
	const text = ` PAUSED ${formatMs(ageMs)} `;
	return [piece(look, 'banner', text), piece(look, 'plain', '  ')];
}

/** That the moment is past, and which: before anything that can be cut. */
function replayPieces(look: Look, { atMs }: Moment, { isPlaying, speed }: TravelState): Piece[] {
	const at = new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
	const playing = isPlaying ? `  playing ${speed}×` : '';
	return [piece(look, 'banner', ` REPLAY ${at} UTC${playing} `), piece(look, 'plain', '  ')];
}

export interface TabsProps {
	readonly look: Look;
	readonly width: number;
	readonly view: ViewState;
	readonly alertCounts: AlertCounts | undefined;
	/** Whether alerts may not reach those they are for. */
	readonly hasAlertProblems: boolean;
}

/** The second line: the screens with their keys; the badge counts what fires, by severity. */
export function Tabs(props: TabsProps): ReactNode {
	const { look, width, view } = props;
	const left = shownTabs(props);
	const room = width - left.reduce((sum, piece) => sum + piece.cells, 0);
	return <Lines text={bar(left, tabNotes(look, view, room), width)} width={width} height={1} />;
}

/** The cells that each tab takes, in order. */
export function tabWidths(props: TabsProps): number[] {
	return shownTabs(props).map(({ cells }) => cells);
}

function shownTabs(props: TabsProps): Piece[] {
	const full = tabPieces(props, false);
	const cells = full.reduce((sum, piece) => sum + piece.cells, 0);
	return cells <= props.width ? full : tabPieces(props, true);
}

/** A tab each; when narrow, only the shown screen and Alerts have their names. */
function tabPieces(props: TabsProps, isNarrow: boolean): Piece[] {
	const { look, view } = props;
	return screenNames.map((name) => {
		const isShown = name === view.screen;
		const badge = name === 'alerts' ? badgePieces(props, isShown) : [];
		const isNamed = !isNarrow || isShown || badge.length > 0;
		const title = isNamed ? ` ${screenEntries[name].title}` : '';
		const tone = isShown ? 'tabActive' : 'tab';
		return together(
			piece(look, tone, ` ${screenKey(name)}${title}`),
			...badge,
			piece(look, tone, ' '),
		);
	});
}

/** `✖2 ▲1`, dim when nobody needs to be told of any; `(!)` when alerts may not get out. */
function badgePieces(
	{ look, alertCounts, hasAlertProblems }: TabsProps,
	isShown: boolean,
): Piece[] {
	// On the ground of the shown tab the colour of a severity could not be read; glyph and place say it.
	const paint = (tone: Tone, text: string): Piece =>
		piece(look, isShown ? 'tabActive' : tone, text);
	const counts = severities.toReversed().flatMap((severity) => {
		const count = alertCounts?.counts[severity] ?? 0;
		const tone = alertCounts?.isQuiet === true ? 'dim' : toneOfSeverity[severity];
		return count === 0 ? [] : [paint(tone, ` ${look.glyphs.severity[severity]}${count}`)];
	});
	return hasAlertProblems ? [...counts, paint('bad', ' (!)')] : counts;
}

/** What governs the screen: the alert that led to it, in as many words as fit, and the filter. */
function tabNotes(look: Look, { filter, origin }: ViewState, room: number): Piece[] {
	const filtered = filter === '' ? '' : `filter: ${fitWithin(filter, 16)} `;
	const since = origin && `since ${origin.at.slice(11, 19)} UTC`;
	const marks = origin ? [`${origin.rule} ${since}  Esc: its alert `, `${since} `] : [];
	const mark = marks.find((text) => cellWidth(text + filtered) <= room);
	return [mark, filtered]
		.filter((text) => text !== undefined)
		.map((text) => piece(look, 'accent', text));
}

export interface VerdictProps {
	readonly look: Look;
	readonly width: number;
	readonly moment: Moment;
}

/** The third line: how everything is, in one sentence, the gravest first. */
export const Verdict = memo(function Verdict({ look, width, moment }: VerdictProps): ReactNode {
	const parts = verdictOf(moment);
	let room = width - 1;
	const pieces: Piece[] = [];
	for (const [index, { level, text }] of parts.entries()) {
		const left = parts.length - index;
		const more = left > 1 ? ` · ${left - 1} more` : '';
		const mark = `${index === 0 ? '' : ' · '}${look.glyphs.level[level]} `;
		const space = room - cellWidth(mark) - cellWidth(more);
		if (index > 0 && space < leastVerdictText) {
			pieces.push(piece(look, 'label', ` · ${left} more`));
			break;
		}
		const shown = fitWithin(stripControls(text), space);
		pieces.push(piece(look, toneOfLevel[level], mark + shown));
		room -= cellWidth(mark + shown);
	}
	const text = bar([piece(look, 'plain', ' '), ...pieces], [], width);
	return <Lines text={text} width={width} height={1} />;
});

/** A part of the verdict is cut no shorter than this. */
const leastVerdictText = 18;

/** What matters while something lies over the screen; of the rest, the screen's own keys. */
const overlayKeys: Partial<Record<Overlay['kind'], readonly CommandName[]>> = {
	help: ['back', 'move.down', 'move.up', 'move.halfPageDown', 'quit'],
	node: ['back', 'node.next', 'explain', 'test.ping', 'copy', 'help', 'quit'],
	explain: ['back', 'node.next', 'open', 'test.ping', 'test.traceroute', 'help', 'quit'],
	changes: [
		'back',
		'window.narrow',
		'window.widen',
		'move.down',
		'move.up',
		'move.halfPageDown',
		'help',
		'quit',
	],
	test: ['back', 'test.ping', 'test.bandwidth', 'test.traceroute', 'test.connectivity', 'quit'],
};

/** What matters while the moment shown is past. */
const replayKeys: readonly CommandName[] = [
	'time.live',
	'time.back',
	'time.forward',
	'time.backTen',
	'pause',
	'interval.shorter',
	'explain',
	'palette',
	'help',
	'quit',
];

/** The keys that do something where the eye is, in the order in which they matter. */
function footerBindings({ screen, overlay }: ViewState, time: TravelState): readonly Binding[] {
	const bindings: readonly Binding[] = keymap;
	const ofOverlay = time.isReplay ? replayKeys : overlayKeys[overlay.kind];
	if (ofOverlay) {
		return ofOverlay.flatMap((name) => bindings.find(({ command }) => command === name) ?? []);
	}
	return bindings
		.filter(({ footer, onScreen = [screen], footerOn = onScreen }) =>
			footer === undefined ? false : footerOn.includes(screen),
		)
		.toSorted((a, b) => (a.footer ?? 0) - (b.footer ?? 0));
}

const muteKeys = {
	snooze: ' ↑ ↓ choose  Enter snoozes  Esc closes',
	silence: ' ↑ ↓ row  ← → or Space change  Enter silences  Esc closes',
	silences: ' ↑ ↓ choose  Enter ends the silence  Esc closes',
	addNode: ' ↑ ↓ choose  Enter adds the node to the profile  A looks again  Esc closes',
} as const;

export interface FooterProps {
	readonly look: Look;
	readonly width: number;
	readonly view: ViewState;
	readonly time: TravelState;
	readonly setupNotice: SetupState['notice'];
}

/** The last line: the line that is being edited, what came of a key, or the keys that matter. */
export function Footer(props: FooterProps): ReactNode {
	const { look, width, view, time } = props;
	const text = editedLine(props) ?? noticeLine(props) ?? overlayLine(props);
	const keys = () =>
		footerBindings(view, time).map(({ keys: [key], label }, index) =>
			together(
				piece(look, 'plain', index === 0 ? ' ' : '  '),
				piece(look, 'accent', key === undefined ? '' : showKey(key)),
				piece(look, 'label', ` ${label}`),
			),
		);
	return <Lines text={text ?? bar(keys(), [], width)} width={width} height={1} />;
}

/** The filter or the palette's text with its cursor, and what ends it; undefined while neither is edited. */
function editedLine({ look, width, view }: FooterProps): string | undefined {
	const { overlay } = view;
	if (overlay.kind !== 'filter' && overlay.kind !== 'palette') return undefined;
	const isFilter = overlay.kind === 'filter';
	const text = isFilter ? view.filter : overlay.text;
	const room = width - (isFilter ? 50 : 40);
	const left = [
		piece(look, 'title', isFilter ? ' filter: ' : ' : '),
		piece(look, 'plain', fit(text, Math.min(cellWidth(text), room))),
		piece(look, 'accent', look.isAscii ? '_' : '▏'),
	];
	const ends = isFilter
		? 'words, !word excludes  Enter keeps  Esc undoes '
		: '↑ ↓ choose  Enter does  Esc closes ';
	return bar(left, [piece(look, 'dim', ends)], width);
}

function noticeLine({ look, width, view, time, setupNotice }: FooterProps): string | undefined {
	const past =
		time.notice === undefined ? undefined : ({ tone: 'warn', text: time.notice } as const);
	// The line of a value that is edited is not written over by what came of a key before.
	const own = view.overlay.kind === 'config' ? undefined : (view.notice ?? past);
	const notice = setupNotice ?? own;
	if (!notice) return undefined;
	const shown = fitWithin(stripControls(notice.text), width - 2);
	return bar([piece(look, notice.tone, ` ${shown}`)], [], width);
}

/** What the keys do in what lies over the screen; undefined where the screen's own keys go on. */
function overlayLine({ look, width, view }: FooterProps): string | undefined {
	const text = keysOfOverlay(view.overlay);
	if (text === undefined) return undefined;
	return bar([piece(look, 'label', fitWithin(text, width))], [], width);
}

function keysOfOverlay(overlay: Overlay): string | undefined {
	switch (overlay.kind) {
		case 'config':
			return configKeys(overlay);
		case 'snooze':
		case 'silence':
		case 'addNode':
			return muteKeys[overlay.kind];
		case 'silences':
			return overlay.key === undefined ? ' Esc closes' : muteKeys.silences;
		default:
			return undefined;
	}
}
