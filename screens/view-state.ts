import type { Edit } from '../hooks/use-commands.ts';
import type { KeyTest } from '../source/nettest/screen-test.ts';

export const screenNames = [
	'overview',
	'consensus',
	'dag',
	'network',
	'resources',
	'alerts',
] as const;
export type ScreenName = (typeof screenNames)[number];

/** What lies over the screen; one thing at a time. */
export type Overlay =
	| { readonly kind: 'none' }
	| { readonly kind: 'help' }
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
	| { readonly kind: 'filter'; readonly before: string };

export interface Sort {
	/** Column by which rows are ordered; `none` keeps the order of the configuration. */
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
	/** Row of the alert list. */
	readonly alertIndex: number;
	/** Which page of the Network screen: one node's peers, or all nodes. */
	readonly networkPage: 'peers' | 'topology';
}

export type ViewAction =
	| { readonly type: 'show'; readonly screen: ScreenName }
	| { readonly type: 'stepScreen'; readonly by: 1 | -1 }
	| { readonly type: 'selectNode'; readonly name: string }
	| { readonly type: 'selectAlert'; readonly index: number }
	| { readonly type: 'scroll'; readonly offset: number }
	| { readonly type: 'openHelp' }
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
	| { readonly type: 'back' };

export const initialView: ViewState = {
	screen: 'overview',
	overlay: { kind: 'none' },
	filter: '',
	sort: { column: 'none', isDescending: false },
	selectedNode: undefined,
	offsets: {},
	alertIndex: 0,
	networkPage: 'peers',
};

const noOverlay: Overlay = { kind: 'none' };
const maxFilterLength = 200;

export function reduceView(view: ViewState, action: ViewAction): ViewState {
	switch (action.type) {
		case 'show':
			return { ...view, screen: action.screen, overlay: noOverlay };
		case 'stepScreen':
			return { ...view, screen: stepScreen(view.screen, action.by), overlay: noOverlay };
		case 'selectNode':
			return { ...view, selectedNode: action.name };
		case 'selectAlert':
			return { ...view, alertIndex: action.index };
		case 'scroll':
			return { ...view, offsets: { ...view.offsets, [view.screen]: action.offset } };
		case 'openHelp':
			return { ...view, overlay: view.overlay.kind === 'help' ? noOverlay : { kind: 'help' } };
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
		case 'back':
			return view.overlay.kind === 'none'
				? { ...view, filter: '' }
				: { ...view, overlay: noOverlay };
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

/** Through the columns in turn, then back to the configuration's order. */
function nextSort(sort: Sort, columns: readonly string[]): Sort {
	const ring = ['none', ...columns];
	const index = ring.indexOf(sort.column);
	return { ...sort, column: ring[(index + 1) % ring.length] ?? 'none' };
}
