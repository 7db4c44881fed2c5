import type { Edit } from '../hooks/use-commands.ts';
import { edited } from './edited.ts';
import { screenNames } from '../source/keys/screen-names.ts';
import type { ScreenName } from '../source/keys/screen-names.ts';
import type { ProcessAction } from '../source/lifecycle/shown.ts';
import type { KeyTest } from '../source/network-tests/screen-test.ts';
import { stepWindow } from './chart-window.ts';
import type { Overlay } from './overlay.ts';
import { moveCursor, toggleAll, without } from './view-parts.ts';
import type { ChartWindowName } from './chart-window.ts';
import type { AlertChoice } from './alerts/alert-list.ts';
import { stepChangeWindow } from './changes/change-windows.ts';
import { initialHistory, reduceHistory } from './history/history-view.ts';
import type { HistoryAction, HistoryView } from './history/history-view.ts';

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
	/** The panel of the screen that has the focus, by its id; the first one until a key moves it. */
	readonly focus: string | undefined;
	/** The panel that has the focus fills the screen. */
	readonly isMaximised: boolean;
	/** How many steps before the present the cursor of the charts stands; absent without a cursor. */
	readonly cursorBack: number | undefined;
	/** Keys of the alerts that are marked: actions are about all of them. */
	readonly marked: readonly string[];
	/** Rules whose alerts are folded where they usually are not, and the other way round. */
	readonly toggledRules: readonly string[];
	/** The step of the tutorial that is shown; absent without one. */
	readonly tutorial: number | undefined;
	/** The terminal reports clicks and the wheel. */
	readonly isMouse: boolean;
	/** What was chosen in the palette, the newest first. */
	readonly recent: readonly string[];
	readonly history: HistoryView;
}

export type ViewAction =
	| { readonly type: 'show'; readonly screen: ScreenName }
	| { readonly type: 'stepScreen'; readonly by: 1 | -1 }
	| { readonly type: 'selectNode'; readonly name: string }
	| ({ readonly type: 'selectAlert' } & AlertChoice)
	| { readonly type: 'visit'; readonly visit: Visit }
	| { readonly type: 'openMute'; readonly overlay: Overlay }
	| ({ readonly type: 'notify' } & Notice)
	| { readonly type: 'scroll'; readonly offset: number }
	| { readonly type: 'openHelp' }
	| { readonly type: 'scrollOverlay'; readonly offset: number }
	| { readonly type: 'openNode' }
	| { readonly type: 'openExplain' }
	| { readonly type: 'openChanges'; readonly endMs: number | undefined }
	| { readonly type: 'openTest'; readonly test: KeyTest }
	| { readonly type: 'confirmTest' }
	| { readonly type: 'nextPage' }
	| { readonly type: 'focus'; readonly panel: string }
	| { readonly type: 'maximise' }
	| { readonly type: 'moveCursor'; readonly by: 1 | -1 }
	| { readonly type: 'mark'; readonly keys: readonly string[] }
	| { readonly type: 'unmarkAll' }
	| { readonly type: 'toggleRule'; readonly key: string }
	| { readonly type: 'tutorial'; readonly step: number | undefined }
	| { readonly type: 'toggleMouse' }
	| { readonly type: 'setSort'; readonly sort: Sort }
	| { readonly type: 'openAddNode' }
	| { readonly type: 'chooseFound'; readonly row: number }
	| { readonly type: 'config'; readonly overlay: Extract<Overlay, { kind: 'config' }> }
	| { readonly type: 'editConfig'; readonly edit: Edit }
	| { readonly type: 'setFilter'; readonly filter: string }
	| { readonly type: 'history'; readonly action: HistoryAction }
	| { readonly type: 'openPalette' }
	| { readonly type: 'chosen'; readonly title: string }
	| { readonly type: 'editPalette'; readonly edit: Edit }
	| { readonly type: 'openProcess'; readonly action: ProcessAction; readonly node: string }
	| { readonly type: 'editProcess'; readonly edit: Edit }
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
	focus: undefined,
	isMaximised: false,
	cursorBack: undefined,
	marked: [],
	toggledRules: [],
	tutorial: undefined,
	isMouse: false,
	recent: [],
	history: initialHistory,
};

const noOverlay: Overlay = { kind: 'none' };
const mostRecent = 20;

export function reduceView(view: ViewState, action: ViewAction): ViewState {
	const before = view.notice === undefined ? view : { ...view, notice: undefined };
	return reducePanels(before, action) ?? reduce(before, action);
}

/** What is done to panels, and to rows of lists; undefined for every other action. */
function reducePanels(view: ViewState, action: ViewAction): ViewState | undefined {
	switch (action.type) {
		case 'chosen':
			return {
				...view,
				recent: [action.title, ...without(view.recent, action.title)].slice(0, mostRecent),
			};
		case 'tutorial':
			return { ...view, tutorial: action.step };
		case 'toggleMouse':
			return { ...view, isMouse: !view.isMouse };
		case 'setSort':
			return { ...view, sort: action.sort };
		case 'openAddNode':
			return { ...view, overlay: { kind: 'addNode', row: 0 } };
		case 'config':
			return { ...view, overlay: action.overlay };
		case 'editConfig':
			return editConfig(view, action.edit);
		case 'chooseFound':
			return { ...view, overlay: { kind: 'addNode', row: action.row } };
		case 'openProcess':
			return {
				...view,
				overlay: { kind: 'process', action: action.action, node: action.node, text: '' },
			};
		case 'editProcess':
			return { ...view, overlay: editProcess(view.overlay, action.edit) };
		case 'setFilter':
			return { ...view, filter: action.filter };
		case 'focus':
			return { ...view, focus: action.panel, cursorBack: undefined };
		case 'maximise':
			return { ...view, isMaximised: !view.isMaximised, cursorBack: undefined };
		case 'moveCursor':
			return { ...view, cursorBack: moveCursor(view.cursorBack, action.by) };
		case 'mark':
			return { ...view, marked: toggleAll(view.marked, action.keys) };
		case 'unmarkAll':
			return { ...view, marked: [] };
		case 'toggleRule':
			return { ...view, toggledRules: toggleAll(view.toggledRules, [action.key]) };
		default:
			return undefined;
	}
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
			return { ...view, alert: { key: action.key, index: action.index, actedIn: action.actedIn } };
		case 'visit':
			return visit(view, action.visit);
		case 'openMute':
			return { ...view, overlay: action.overlay };
		case 'notify':
			return { ...view, notice: { tone: action.tone, text: action.text } };
		case 'scroll':
			return { ...view, offsets: { ...view.offsets, [view.screen]: action.offset } };
		case 'openHelp':
			return { ...view, overlay: toggledHelp(view.overlay) };
		case 'scrollOverlay':
			return { ...view, overlay: scrolled(view.overlay, action.offset) };
		case 'openNode':
			return { ...view, overlay: { kind: 'node' } };
		case 'openExplain':
			return { ...view, overlay: { kind: 'explain' } };
		case 'openChanges':
			return { ...view, overlay: openChanges(action.endMs) };
		case 'openTest':
			return { ...view, overlay: openTest(view.overlay, action.test) };
		case 'confirmTest':
			return view.overlay.kind === 'test'
				? { ...view, overlay: { ...view.overlay, enters: view.overlay.enters + 1 } }
				: view;
		case 'nextPage':
			return nextPage(view);
		case 'history':
			return { ...view, history: reduceHistory(view.history, action.action) };
		case 'openPalette':
			return { ...view, overlay: { kind: 'palette', text: '', row: 0 } };
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
		default:
			return view;
	}
}

function toggledHelp({ kind }: Overlay): Overlay {
	return kind === 'help' ? noOverlay : { kind: 'help', offset: 0 };
}

function openChanges(endMs: number | undefined): Overlay {
	return { kind: 'changes', endMs, window: 0, offset: 0 };
}

function scrolled(overlay: Overlay, offset: number): Overlay {
	return overlay.kind === 'help' || overlay.kind === 'changes' ? { ...overlay, offset } : overlay;
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
	const panels = screen === view.screen ? {} : unfocused;
	return { ...view, screen, overlay: noOverlay, origin, ...panels };
}

/** How a screen begins: no panel has the focus, and none fills it. */
const unfocused = { focus: undefined, isMaximised: false, cursorBack: undefined } as const;

function visit(view: ViewState, { node, screen, origin, isHidden }: Visit): ViewState {
	return {
		...view,
		screen,
		overlay: noOverlay,
		...unfocused,
		origin: screen === 'alerts' ? undefined : origin,
		selectedNode: node ?? view.selectedNode,
		filter: isHidden ? '' : view.filter,
	};
}

/** What is open closes, then the panel is small again, then marks go, then a visit ends, then the filter goes. */
function back(view: ViewState): ViewState {
	if (view.overlay.kind !== 'none') return { ...view, overlay: noOverlay };
	if (view.isMaximised || view.focus !== undefined) return { ...view, ...unfocused };
	if (view.screen === 'alerts' && view.marked.length > 0) return { ...view, marked: [] };
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
	const { text: before, row } = overlay.kind === 'palette' ? overlay : { text: '', row: 0 };
	if (edit.type === 'step')
		return { kind: 'palette', text: before, row: Math.max(0, row + edit.by) };
	const text = edited(before, edit);
	return text === undefined ? noOverlay : { kind: 'palette', text, row: 0 };
}

function editProcess(overlay: Overlay, edit: Edit): Overlay {
	if (overlay.kind !== 'process') return overlay;
	const text = edited(overlay.text, edit);
	return text === undefined ? noOverlay : { ...overlay, text };
}

/** The line of a value; accepting proposes it, giving up goes back to the list. */
function editConfig(view: ViewState, edit: Edit): ViewState {
	const { overlay } = view;
	if (overlay.kind !== 'config' || overlay.line === undefined) return view;
	const line = edited(overlay.line, edit);
	if (line !== undefined) return { ...view, overlay: { ...overlay, line } };
	const isProposed = edit.type === 'accept';
	return {
		...view,
		overlay: { ...overlay, line: isProposed ? overlay.line : undefined, isProposed },
	};
}

function widen(view: ViewState, by: 1 | -1): ViewState {
	if (view.overlay.kind === 'changes') {
		const window = stepChangeWindow(view.overlay.window, by);
		return { ...view, overlay: { ...view.overlay, window, offset: 0 } };
	}
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
