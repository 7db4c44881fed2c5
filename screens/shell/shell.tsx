import { Box, useApp, useWindowSize } from 'ink';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { fit } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import type { Look } from '../../components/look.ts';
import { useCommands } from '../../hooks/use-commands.ts';
import { useMouse } from '../../hooks/use-mouse.ts';
import { useStore } from '../../hooks/use-store.ts';
import type { MouseSource } from '../../source/domain/mouse.ts';
import { noSetup } from '../../source/domain/setup.ts';
import type { Setup } from '../../source/domain/setup.ts';
import type { ReadableStore, Store } from '../../source/domain/store.ts';
import type { Past } from '../../source/history/past.ts';
import type { ReadLogs } from '../../source/lifecycle/shown.ts';
import type { Frame } from '../../source/frames/frame-gate.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import type { LimitsOf } from '../../source/sections/limits.ts';
import type { Moment } from '../../source/sections/moment.ts';
import type { Travel } from '../../source/sections/travel.ts';
import { countFiring } from '../alerts/alert-list.ts';
import { Body } from './body.tsx';
import { createCommandHandler } from './commands.ts';
import type { Controls } from './command-context.ts';
import type { ScreenProps } from '../frame.ts';
import { Footer, Header, Tabs, Verdict } from './frame-bars.tsx';
import { helpLines } from './help.tsx';
import { editorOf } from './line-editors.ts';
import type { Screens } from '../registry.ts';
import { pointed } from './pointing.ts';
import { noLimits, noLogs, noPast, noTravel } from '../services.ts';
import type { Actions, WhyAbsent } from '../services.ts';
import { smallestHeight, smallestWidth, Tiny } from './tiny.tsx';
import { TutorialPanel, tutorialHeight } from './tutorial-panel.tsx';
import { useView } from './use-view.ts';
import type { ViewControl } from './use-view.ts';
import type { ViewState } from '../view-state.ts';

export interface ShellProps {
	readonly frames: ReadableStore<Frame<Moment>>;
	readonly controls: Controls;
	/** Refused while the frame is paused. */
	readonly actions: Actions;
	readonly screens: Screens;
	readonly look: Look;
	readonly profile: string;
	readonly intervalMs: number;
	readonly whyAbsent: WhyAbsent;
	readonly limitsOf?: LimitsOf | undefined;
	/** Goes through what was recorded. */
	readonly travel?: Travel;
	/** Changes the program itself. */
	readonly setup?: Setup;
	/** Clicks and the wheel, while the view wants them. */
	readonly mouse?: MouseSource;
	/** The terminal said whether its background is light. */
	readonly onBackground?: (isLight: boolean) => void;
	/** Keeps the view, so that it can be saved. */
	readonly views?: Store<ViewState>;
	/** Answers what was recorded. */
	readonly past?: Past;
	/** Reads logs of nodes that nodetop runs. */
	readonly logs?: ReadLogs;
	readonly hint: string | undefined;
}

/** The whole picture: header, tabs, the screen, footer; and the one reducer of what keys change. */
export function Shell(props: ShellProps): ReactNode {
	const { look, profile, travel = noTravel, setup = noSetup } = props;
	const time = useStore(travel.state, (state) => state);
	const { notice: setupNotice } = useStore(setup.state, (state) => state);
	const { columns: width, rows } = useWindowSize();
	const frame = useStore(props.frames, (state) => state);
	const moment = frame.state;
	const [intervalMs, setIntervalMs] = useState(props.intervalMs);
	const hasHint = props.hint !== undefined && moment.nodes.length > 0;
	const control = useView(moment, props.views);
	const { view } = control.viewed;
	const tutorial = tutorialHeight({ look, width, view, moment });
	const height = rows - (hasHint ? 5 : 4) - tutorial;
	const actions = frame.isPaused || time.isReplay ? undefined : props.actions;
	const changesEnd = useRef(0);
	const onChangesEnd = useCallback((end: number) => {
		changesEnd.current = end;
	}, []);
	useKeys({
		...props,
		changesEnd,
		travel,
		setup,
		actions,
		frame,
		control,
		width,
		height,
		intervalMs,
		setIntervalMs,
	});

	const { viewed } = control;
	if (width < smallestWidth || rows < smallestHeight) {
		return <Tiny {...{ look, moment, width, rows }} listed={viewed.listed} />;
	}
	const { whyAbsent, limitsOf = noLimits, hint, screens, past = noPast, logs = noLogs } = props;
	const shown = { look, width, height, moment, ...viewed };
	const screen = { ...shown, actions, whyAbsent, limitsOf, past, logs, hint, setup };
	return (
		<Box flexDirection="column" width={width} height={rows}>
			<Header {...{ look, width, profile, frame, time, intervalMs }} />
			<ScreenTabs {...screen} />
			<Verdict {...{ look, width, moment }} />
			<Box height={height} flexShrink={0} overflow="hidden">
				<Body {...screen} screens={screens} onChangesEnd={onChangesEnd} />
			</Box>
			<TutorialPanel {...screen} height={tutorial} />
			{hasHint ? (
				<Lines text={look.paint('warn', fit(` ${hint}`, width))} width={width} height={1} />
			) : null}
			<Footer {...{ look, width, time, setupNotice }} view={viewed.view} />
		</Box>
	);
}

interface KeysContext extends Pick<
	ShellProps,
	'controls' | 'look' | 'hint' | 'mouse' | 'onBackground'
> {
	readonly actions: Actions | undefined;
	readonly travel: Travel;
	readonly setup: Setup;
	readonly frame: Frame<Moment>;
	readonly control: ViewControl;
	/** How far what changed can be scrolled, as it was drawn last. */
	readonly changesEnd: { readonly current: number };
	readonly width: number;
	/** Rows of the screen. */
	readonly height: number;
	readonly intervalMs: number;
	readonly setIntervalMs: (intervalMs: number) => void;
}

/** The mouse acts on the view as the keys before left it. */
function usePointing(keys: KeysContext): void {
	const { control, frame, mouse, ...room } = keys;
	useMouse(mouse, (event) => {
		const current = control.current();
		const overlayEnd = overlayEndOf(keys, current.view);
		const shown = { ...room, moment: frame.state, ...current, overlayEnd };
		for (const action of pointed(event, shown)) control.dispatch(action);
	});
}

/** Below the heading of the help, the last page begins with this line. */
function overlayEndOf({ look, width, height, changesEnd }: KeysContext, view: ViewState): number {
	if (view.overlay.kind !== 'help') return changesEnd.current;
	return Math.max(0, helpLines(look, view.screen, width, height).length - (height - 1));
}

/** Keys act on the view as the keys before left it, and on the moment that is shown. */
function useKeys(keys: KeysContext): void {
	const {
		actions,
		controls,
		onBackground,
		travel,
		setup,
		frame,
		height,
		intervalMs,
		setIntervalMs,
	} = keys;
	const { current, dispatch } = keys.control;
	const { suspendTerminal } = useApp();
	const onCommand = (command: CommandName): void => {
		travel.dismiss();
		setup.dismiss();
		createCommandHandler({
			...current(),
			dispatch,
			controls,
			actions,
			suspendTerminal,
			travel,
			setup,
			moment: frame.state,
			overlayEnd: overlayEndOf(keys, current().view),
			pageRows: Math.max(2, Math.floor(height / 4)),
			isPaused: frame.isPaused,
			intervalMs,
			setIntervalMs,
		})(command);
	};
	const { nodes, atMs } = frame.state;
	const goTo = (time: number): void => {
		controls.setPaused(false);
		travel.goTo(time);
	};
	usePointing(keys);
	useCommands({
		onCommand,
		onBackground,
		editor: () =>
			editorOf(current().view, {
				current,
				dispatch,
				nodes,
				atMs,
				setup,
				goTo,
				onCommand,
				actions,
			}),
	});
}

function ScreenTabs({ look, width, moment, view }: ScreenProps): ReactNode {
	const alertCounts = useMemo(() => countFiring(moment.alerts), [moment.alerts]);
	const hasAlertProblems = moment.alerting.problems.length > 0;
	return <Tabs {...{ look, width, view, alertCounts, hasAlertProblems }} />;
}
