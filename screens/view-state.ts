import type { Edit } from '../hooks/use-commands.ts';
import { screenNames } from '../source/keys/screen-names.ts';
import type { ScreenName } from '../source/keys/screen-names.ts';
import type { KeyTest } from '../source/network-tests/screen-test.ts';
import { stepWindow } from './chart-window.ts';
import type { ChartWindowName } from './chart-window.ts';
import type { AlertChoice } from './alerts/alert-list.ts';
import type { SilenceDraft } from './alerts/alert-mute.ts';

/** What lies over the screen; one thing at a time. */
export type Overlay =
	| { readonly kind: 'none' }
	/** Scrolled by so many lines. */
	| { readonly kind: 'help'; readonly offset: number }
	| { readonly kind: 'node' }
	| { readonly kind: 'explain' }
	| {
			readonly kind: 'test';
			readonly test: KeyTest;
			/** Counts presses of Enter: one answers the question before a heavy test, if it is shown. */
			readonly enters: number;
			/** Counts up when the key is pressed again. */
			readonly run: number;
	  }
	| { readonly kind: 'palette'; readonly text: string }
	| { readonly kind: 'filter'; readonly before: string }
	/** For how long an alert is not told; `time` is the row. */
	| { readonly kind: 'snooze'; readonly alertKey: string; readonly time: number }
	| { readonly kind: 'silence'; readonly alertKey: string; readonly draft: SilenceDraft }
	/** Which silences there are; chosen by its key, or where it stood when it is there no more. */
	| { readonly kind: 'silences'; readonly key: string | undefined; readonly row: number };

/** What came of a key, said until the next one. */
export interface Notice {
	readonly tone: 'good' | 'warn';
	readonly text: string;
}

/** The alert that led to what is shown. */
export interface Origin {
	readonly rule: string;
	/** When it began. */
	readonly at: string;
}

export interface Sort {
	/** Column by which rows are ordered; `none` keeps the configuration's order, `worst` has the worst first. */
	readonly column: string;
	readonly isDescending: boolean;
}

/** Everything that keys change and that is not data. */
export interface ViewState {
	readonly screen: ScreenName;
	readonly overlay: Overlay;
	readonly filter: string;
	readonly sort: Sort;
	/** Name of the selected node; the first one in the list when it is not there. */
	readonly selectedNode: string | undefined;
	/** First row shown of the list that a screen scrolls, by screen; not of the fleet's table. */
	readonly offsets: Readonly<Partial<Record<ScreenName, number>>>;
	readonly alert: AlertChoice;
	readonly notice: Notice | undefined;
	/** Present while a node is shown that an alert led to; `back` leads to the alert. */
	readonly origin: Origin | undefined;
	/** How far charts reach back. */
	readonly window: ChartWindowName;
	/** Which page of the Network screen: one node's peers, or all nodes. */
	readonly networkPage: 'peers' | 'topology';
}

export type ViewAction =
	| { readonly type: 'show'; readonly screen: ScreenName }
	| { readonly type: 'stepScreen'; readonly by: 1 | -1 }
	| { readonly type: 'selectNode'; readonly name: string }
	| { readonly type: 'selectAlert'; readonly key: string; readonly index: number }
	| { readonly type: 'visit'; readonly visit: Visit }
	| { readonly type: 'openMute'; readonly overlay: Overlay }
	| ({ readonly type: 'notify' } & Notice)
	| { readonly type: 'scroll'; readonly offset: number }
	| { readonly type: 'openHelp' }
	| { readonly type: 'scrollHelp'; readonly offset: number }
	| { readonly type: 'openNode' }
	| { readonly type: 'openExplain' }
	| { readonly type: 'openTest'; readonly test: KeyTest }
	| { readonly type: 'confirmTest' }
	| { readonly type: 'nextPage' }
	| { readonly type: 'openPalette' }
	| { readonly type: 'editPalette'; readonly edit: Edit }
	| { readonly type: 'openFilter' }
	| { readonly type: 'editFilter'; readonly edit: Edit }
	| { readonly type: 'sortBy'; readonly columns: readonly string[] }
	| { readonly type: 'reverse' }
	| { readonly type: 'stepWindow'; readonly by: 1 | -1 }
	| { readonly type: 'back' };

/** From an alert to where more of it is seen. */
export interface Visit {
	/** Absent when it is about no node in particular. */
	readonly node: string | undefined;
	readonly screen: ScreenName;
	readonly origin: Origin;
	/** Whether the filter would hide the node. */
	readonly isHidden: boolean;
}

export const worstFirst = 'worst';

export const initialView: ViewState = {
	screen: 'overview',
	overlay: { kind: 'none' },
	filter: '',
	sort: { column: worstFirst, isDescending: false },
	selectedNode: undefined,
	offsets: {},
	alert: { key: undefined, index: 0 },
	notice: undefined,
	origin: undefined,
	window: '15m',
	networkPage: 'peers',
};

const noOverlay: Overlay = { kind: 'none' };
const maxFilterLength = 200;

export function reduceView(view: ViewState, action: ViewAction): ViewState {
	return reduce(view.notice === undefined ? view : { ...view, notice: undefined }, action);
}

function reduce(view: ViewState, action: ViewAction): ViewState {
	switch (action.type) {
		case 'show':
			return show(view, action.screen);
		case 'stepScreen':
			return show(view, stepScreen(view.screen, action.by));
		case 'selectNode':
			return { ...view, selectedNode: action.name, origin: undefined };
		case 'selectAlert':
			return { ...view, alert: { key: action.key, index: action.index } };
		case 'visit':
			return visit(view, action.visit);
		case 'openMute':
			return { ...view, overlay: action.overlay };
		case 'notify':
			return { ...view, notice: { tone: action.tone, text: action.text } };
		case 'scroll':
			return { ...view, offsets: { ...view.offsets, [view.screen]: action.offset } };
		case 'openHelp':
			return {
				...view,
				overlay: view.overlay.kind === 'help' ? noOverlay : { kind: 'help', offset: 0 },
			};
		case 'scrollHelp':
			return { ...view, overlay: { kind: 'help', offset: action.offset } };
		case 'openNode':
			return { ...view, overlay: { kind: 'node' } };
		case 'openExplain':
			return { ...view, overlay: { kind: 'explain' } };
		case 'openTest':
			return { ...view, overlay: openTest(view.overlay, action.test) };
		case 'confirmTest':
			return view.overlay.kind === 'test'
				? { ...view, overlay: { ...view.overlay, enters: view.overlay.enters + 1 } }
				: view;
		case 'nextPage':
			return nextPage(view);
		case 'openPalette':
			return { ...view, overlay: { kind: 'palette', text: '' } };
		case 'editPalette':
			return { ...view, overlay: editPalette(view.overlay, action.edit) };
		case 'openFilter':
			return { ...view, overlay: { kind: 'filter', before: view.filter } };
		case 'editFilter':
			return editFilter(view, action.edit);
		case 'sortBy':
			return { ...view, sort: nextSort(view.sort, action.columns) };
		case 'reverse':
			return { ...view, sort: { ...view.sort, isDescending: !view.sort.isDescending } };
		case 'stepWindow':
			return widen(view, action.by);
		case 'back':
			return back(view);
	}
}

function openTest(overlay: Overlay, test: KeyTest): Overlay {
	const run = overlay.kind === 'test' && overlay.test === test ? overlay.run + 1 : 0;
	return { kind: 'test', test, enters: 0, run };
}

function nextPage(view: ViewState): ViewState {
	if (view.screen !== 'network' || view.overlay.kind !== 'none') return view;
	const networkPage = view.networkPage === 'peers' ? 'topology' : 'peers';
	return { ...view, networkPage, offsets: { ...view.offsets, network: 0 } };
}

function show(view: ViewState, screen: ScreenName): ViewState {
	const origin = screen === 'alerts' ? undefined : view.origin;
	return { ...view, screen, overlay: noOverlay, origin };
}

function visit(view: ViewState, { node, screen, origin, isHidden }: Visit): ViewState {
	return {
		...view,
		screen,
		overlay: noOverlay,
		origin: screen === 'alerts' ? undefined : origin,
		selectedNode: node ?? view.selectedNode,
		filter: isHidden ? '' : view.filter,
	};
}

/** What is open closes, then a visit ends, then the filter goes. */
function back(view: ViewState): ViewState {
	if (view.overlay.kind !== 'none') return { ...view, overlay: noOverlay };
	return view.origin === undefined ? { ...view, filter: '' } : show(view, 'alerts');
}

function stepScreen(screen: ScreenName, by: 1 | -1): ScreenName {
	const index = screenNames.indexOf(screen) + by + screenNames.length;
	return screenNames[index % screenNames.length] ?? screen;
}

function editFilter(view: ViewState, edit: Edit): ViewState {
	const filter = edited(view.filter, edit);
	if (filter !== undefined) return { ...view, filter };
	const before = view.overlay.kind === 'filter' ? view.overlay.before : view.filter;
	return { ...view, overlay: noOverlay, filter: edit.type === 'cancel' ? before : view.filter };
}

/** Enter and Esc close it; what Enter does is not the view's matter. */
function editPalette(overlay: Overlay, edit: Edit): Overlay {
	const before = overlay.kind === 'palette' ? overlay.text : '';
	const text = edited(before, edit);
	return text === undefined ? noOverlay : { kind: 'palette', text };
}

/** A line after an edit; `undefined` when the edit ends it. */
function edited(text: string, edit: Edit): string | undefined {
	switch (edit.type) {
		case 'insert':
			return (text + edit.text).slice(0, maxFilterLength);
		case 'erase':
			return [...text].slice(0, -1).join('');
		case 'eraseAll':
			return '';
		case 'accept':
		case 'cancel':
			return undefined;
	}
}

function widen(view: ViewState, by: 1 | -1): ViewState {
	const window = stepWindow(view.window, by);
	const reach = window === 'all' ? 'everything that is held' : `the last ${window}`;
	return { ...view, window, notice: { tone: 'good', text: `charts show ${reach}` } };
}

/** The worst first, then the configuration's order, then by each column in turn. */
function nextSort(sort: Sort, columns: readonly string[]): Sort {
	const ring = [worstFirst, 'none', ...columns];
	const index = ring.indexOf(sort.column);
	return { ...sort, column: ring[(index + 1) % ring.length] ?? worstFirst };
}
