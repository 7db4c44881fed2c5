import type { CommandName } from '../../source/keys/keymap.ts';
import { screenCommand, screenNames } from '../../source/keys/screen-names.ts';
import type { ScreenCommand } from '../../source/keys/screen-names.ts';
import type { KeyTest } from '../../source/network-tests/screen-test.ts';
import {
	alertCommand,
	beginOfSelected,
	markAlert,
	nextSectionOf,
	selectAlert,
	selectedText,
} from '../alerts/alert-commands.ts';
import type { AlertCommand } from '../alerts/alert-commands.ts';
import { muteCommand } from '../alerts/mute-commands.ts';
import { explainAlert, visitAlert } from '../alerts/visit-commands.ts';
import {
	historyHandlers,
	isOnHistory,
	moveInHistory,
	toggleMetric,
} from '../history/history-commands.ts';
import { openSilences, silencesCommand } from '../alerts/silences-commands.ts';
import { chosenIndex } from '../alerts/alert-list.ts';
import { sortableColumns } from '../overview/fleet-columns.ts';
import type { CommandContext } from './command-context.ts';
import { addNodeCommand, openAddNode } from './add-node-commands.ts';
import { configCommand, openConfig } from './config-commands.ts';
import { refuse } from './refuse.ts';
import { scrollOverlay } from './scroll-overlay.ts';
import { startTutorial, tutorialCommand } from './tutorial-commands.ts';
import { focusedRegion, nextRegion, shownRegions } from '../regions.tsx';
import type { ViewAction, ViewState } from '../view-state.ts';

const intervalsMs = [250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000];

/** What each command of the key table does. */
export function createCommandHandler(context: CommandContext): (command: CommandName) => void {
	const { view } = context;
	const handlers: Readonly<Record<CommandName, () => void>> = {
		...screenHandlers(context),
		...nodeHandlers(context),
		...alertHandlers(context),
		...programHandlers(context),
	};
	return (command) => {
		if (muteCommand(context, command) || silencesCommand(context, command)) return;
		if (addNodeCommand(context, command) || configCommand(context, command)) return;
		if (tutorialCommand(context, command)) return;
		if (!context.actions && view.overlay.kind === 'test' && startsTest(command)) {
			refuse(context, command);
			return;
		}
		handlers[command]();
	};
}

/** Which screen, page or overlay is shown, and how its list is ordered. */
function screenHandlers(context: CommandContext) {
	const { dispatch } = context;
	const act = (action: ViewAction) => () => {
		dispatch(action);
	};
	return {
		...showHandlers(context),
		'screen.previous': sideways(context, -1),
		'screen.next': sideways(context, 1),
		'page.next': () => {
			nextPanel(context);
		},
		maximise: () => {
			maximise(context);
		},
		'window.narrow': zoom(context, -1),
		'window.widen': zoom(context, 1),
		filter: act({ type: 'openFilter' }),
		sort: () => {
			dispatch({ type: 'sortBy', columns: sortableColumns(context.listed) });
		},
		'sort.reverse': act({ type: 'reverse' }),
		help: act({ type: 'openHelp' }),
		changes: () => {
			const endMs = isOnAlerts(context.view) ? beginOfSelected(context) : undefined;
			dispatch({ type: 'openChanges', endMs });
		},
		palette: act({ type: 'openPalette' }),
		back: act({ type: 'back' }),
	};
}

/** Another screen; while charts fill the screen, another time. */
function sideways(context: CommandContext, by: 1 | -1) {
	return () => {
		const { view, dispatch } = context;
		const isChart = view.isMaximised && focusedRegion(context)?.hasCharts === true;
		dispatch(isChart ? { type: 'moveCursor', by } : { type: 'stepScreen', by });
	};
}

/** The next section of the alerts, the other page of the network; elsewhere the next panel has the focus. */
function nextPanel(context: CommandContext): void {
	const { view, dispatch } = context;
	if (!view.isMaximised && isOnAlerts(view)) nextSectionOf(context);
	else if (!view.isMaximised && view.screen === 'network') dispatch({ type: 'nextPage' });
	else if (isOnHistory(view)) dispatch({ type: 'history', action: { type: 'nextNodes' } });
	else {
		const region = nextRegion(context);
		if (region) dispatch({ type: 'focus', panel: region.id });
	}
}

function maximise(context: CommandContext): void {
	const { view, dispatch } = context;
	if (view.overlay.kind !== 'none') return;
	if (shownRegions(context).length > 0) dispatch({ type: 'maximise' });
	else
		dispatch({
			type: 'notify',
			tone: 'warn',
			text: 'this screen is one panel: it fills the screen already',
		});
}

/** Over how much time charts reach: on History its own range. */
function zoom({ view, dispatch }: CommandContext, by: 1 | -1) {
	return () => {
		if (isOnHistory(view)) dispatch({ type: 'history', action: { type: 'zoom', by } });
		else dispatch({ type: 'stepWindow', by });
	};
}

function showHandlers({ dispatch }: CommandContext) {
	const handlers = screenNames.map((screen) => [
		screenCommand(screen),
		() => {
			dispatch({ type: 'show', screen });
		},
	]);
	// One for each name, from which the type of the commands is made.
	return Object.fromEntries(handlers) as Record<ScreenCommand, () => void>;
}

/** What is selected, and what is looked at or tested of it. */
function nodeHandlers(context: CommandContext) {
	const { dispatch, view } = context;
	const test = (name: KeyTest) => () => {
		if (context.actions) dispatch({ type: 'openTest', test: name });
		else refuse(context, `test.${name}`);
	};
	const move = (by: number) => () => {
		moveBy(context, by);
	};
	return {
		'node.next': () => {
			selectNode(context, 1);
		},
		'node.previous': () => {
			selectNode(context, -1);
		},
		'move.down': move(1),
		'move.up': move(-1),
		'move.halfPageDown': move(context.pageRows),
		'move.halfPageUp': move(-context.pageRows),
		'move.first': move(Number.NEGATIVE_INFINITY),
		'move.last': move(Number.POSITIVE_INFINITY),
		open: () => {
			open(context);
		},
		explain: () => {
			if (isOnAlerts(view)) explainAlert(context);
			else dispatch({ type: 'openExplain' });
		},
		copy: () => {
			copy(context);
		},
		'node.add': () => {
			openAddNode(context);
		},
		'test.ping': test('ping'),
		'test.bandwidth': test('bandwidth'),
		'test.traceroute': test('traceroute'),
		'test.connectivity': test('connectivity'),
	};
}

function alertHandlers(context: CommandContext) {
	const toAlert = (command: AlertCommand) => () => {
		alertCommand(context, command);
	};
	return {
		'alert.acknowledge': toAlert('acknowledge'),
		'alert.snooze': toAlert('snooze'),
		'alert.silence': toAlert('silence'),
		'alert.silences': () => {
			openSilences(context);
		},
		'alert.mark': () => {
			markAlert(context);
		},
	};
}

/** Polling, pausing, and the program itself. */
function programHandlers(context: CommandContext) {
	const { controls, actions, intervalMs, travel } = context;
	const isReplay = (): boolean => travel.state.getSnapshot().isReplay;
	return {
		...timeHandlers(context),
		...historyHandlers(context),
		pause: () => {
			if (isReplay()) travel.togglePlay();
			else controls.setPaused(!context.isPaused);
		},
		'interval.shorter': () => {
			if (isReplay()) {
				travel.changeSpeed(1);
				return;
			}
			const shorter = intervalsMs.toReversed().find((each) => each < intervalMs);
			setInterval(context, shorter);
		},
		'interval.longer': () => {
			if (isReplay()) {
				travel.changeSpeed(-1);
				return;
			}
			const longer = intervalsMs.find((each) => each > intervalMs);
			setInterval(context, longer);
		},
		pollNow: () => {
			if (actions) actions.pollNow();
			else refuse(context, 'pollNow');
		},
		config: () => {
			openConfig(context);
		},
		tutorial: () => {
			startTutorial(context);
		},
		mouse: () => {
			const { dispatch, view } = context;
			dispatch({ type: 'toggleMouse' });
			const text = view.isMouse
				? 'the mouse selects text again'
				: 'click on rows, headers and tabs; hold Shift to select text';
			dispatch({ type: 'notify', tone: 'good', text });
		},
		suspend: () => {
			controls.suspend(context.suspendTerminal);
		},
		quit: () => {
			controls.quit();
		},
	};
}

/** To moments that were recorded, and back. What is paused is let go: it shows another moment now. */
function timeHandlers({ controls, travel }: CommandContext) {
	const step = (by: number) => () => {
		controls.setPaused(false);
		travel.step(by);
	};
	return {
		'time.back': step(-1),
		'time.forward': step(1),
		'time.backTen': step(-10),
		'time.forwardTen': step(10),
		'time.live': () => {
			controls.setPaused(false);
			travel.toLive();
		},
	};
}

/** Earlier lines are for `nodetop logs`. */
const mostLinesBack = 5000;

/** Whether a command would start a test while one is shown: on another node, or after a question. */
function startsTest(command: CommandName): boolean {
	return command === 'open' || command.startsWith('node.') || command.startsWith('move.');
}

/** Moves what is shown: what lies over the screen, the alert, the peers' window, or the selected node. */
function moveBy(context: CommandContext, by: number): void {
	const { view, dispatch, moment, alerts, selected } = context;
	const [scrolled] = scrollOverlay(view.overlay, by, context.overlayEnd);
	if (scrolled) dispatch(scrolled);
	else if (isOnAlerts(view)) {
		selectAlert(context, step(chosenIndex(alerts, view.alert), by, alerts.items.length));
	} else if (isOnHistory(view)) {
		moveInHistory(context, by);
	} else if (view.screen === 'logs' && view.overlay.kind === 'none') {
		// Up is earlier: rows back from the newest line.
		const back = Math.max(0, Math.min(mostLinesBack, (view.offsets.logs ?? 0) - by));
		dispatch({ type: 'scroll', offset: back });
	} else if (view.screen === 'network' && view.overlay.kind === 'none') {
		const isTopology = view.networkPage === 'topology';
		const peers = selected?.snapshot.network?.peerList?.length ?? 0;
		const count = isTopology ? moment.nodes.length : peers;
		dispatch({ type: 'scroll', offset: step(view.offsets.network ?? 0, by, count) });
	} else {
		selectNode(context, by);
	}
}

function selectNode({ listed, selected, dispatch }: CommandContext, by: number): void {
	const index = selected ? listed.indexOf(selected) : 0;
	const node = listed[step(index, by, listed.length)];
	if (node) dispatch({ type: 'selectNode', name: node.snapshot.target.name });
}

function step(index: number, by: number, count: number): number {
	return Math.max(0, Math.min(count - 1, index + by));
}

function open(context: CommandContext): void {
	const { view, dispatch } = context;
	if (view.overlay.kind === 'test') dispatch({ type: 'confirmTest' });
	else if (isOnAlerts(view)) visitAlert(context);
	else if (isOnHistory(view)) toggleMetric(context);
	else dispatch({ type: 'openNode' });
}

function copy(context: CommandContext): void {
	const { view, selected, controls, dispatch } = context;
	const text = isOnAlerts(view) ? selectedText(context) : selected?.snapshot.target.url;
	if (text === undefined) return;
	controls.copy(text);
	const what = isOnAlerts(view) ? 'the alert' : text;
	dispatch({ type: 'notify', tone: 'good', text: `copied ${what}` });
}

/** Whether keys are about the selected alert, and not about what lies over the list. */
function isOnAlerts({ screen, overlay }: ViewState): boolean {
	return screen === 'alerts' && overlay.kind === 'none';
}

function setInterval(context: CommandContext, intervalMs: number | undefined): void {
	if (intervalMs === undefined) return;
	context.setIntervalMs(intervalMs);
	context.controls.setIntervalMs(intervalMs);
}
