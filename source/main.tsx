import { render } from 'ink';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { Instance } from 'ink';
import { createLook } from '../components/look.ts';
import type { Look } from '../components/look.ts';
import { useStore } from '../hooks/use-store.ts';
import { isSameKept, keptOf, restoredView } from '../screens/kept-view.ts';
import type { ViewState } from '../screens/view-state.ts';
import type { Screens } from '../screens/registry.ts';
import { screens as allScreens } from '../screens/registry.ts';
import { noActions, noLogs, noPast, noTravel } from '../screens/services.ts';
import type { Actions, WhyAbsent } from '../screens/services.ts';
import type { Controls } from '../screens/shell/command-context.ts';
import { Shell } from '../screens/shell/shell.tsx';
import type { ShellProps } from '../screens/shell/shell.tsx';
import type { SavedViewFile } from './app/saved-view.ts';
import type { ColorMode, Settings } from './config/settings.ts';
import type { Clock } from './domain/clock.ts';
import { exitCodes } from './domain/errors.ts';
import { noSetup } from './domain/setup.ts';
import type { Setup } from './domain/setup.ts';
import { createStore } from './domain/store.ts';
import type { ReadableStore } from './domain/store.ts';
import { themes } from './domain/words.ts';
import { createFrameGate } from './frames/frame-gate.ts';
import type { FrameGate } from './frames/frame-gate.ts';
import type { Past } from './history/past.ts';
import type { ReadLogs } from './lifecycle/shown.ts';
import type { Moment, MomentSource } from './sections/moment.ts';
import type { Travel } from './sections/travel.ts';

/** What polls while a screen is shown. */
export interface ScreenWatch {
	readonly pollNow: () => void;
	/** A new interval for every node. */
	readonly setIntervalMs: (intervalMs: number) => void;
	readonly stop: () => void;
}

export interface ScreenOptions {
	readonly settings: Settings;
	/** What is shown: the live moments, or those of a recording. */
	readonly moments: MomentSource;
	/** Starts polling; called when the first picture is painted. */
	readonly startWatch: () => Promise<ScreenWatch>;
	/** What to do next when nothing is configured. */
	readonly hint?: string | undefined;
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	/** Aborted on SIGINT, SIGTERM and SIGHUP: the terminal is restored, then the run ends. */
	readonly signal: AbortSignal;
	readonly clock?: Clock;
	readonly screens?: Screens;
	readonly actions?: Partial<Omit<Actions, 'pollNow'>>;
	readonly whyAbsent?: WhyAbsent;
	/** Changes nodes and profiles; absent where the screen belongs to no configuration. */
	readonly setup?: Omit<Setup, 'themes' | 'setTheme'> | undefined;
	/** Where the view is kept between runs. */
	readonly saved?: Pick<SavedViewFile, 'view' | 'save'> | undefined;
	/** Goes through what was recorded; absent where nothing is. */
	readonly travel?: Travel | undefined;
	/** Answers what was recorded; absent where nothing is. */
	readonly past?: Past | undefined;
	/** Reads logs of nodes that nodetop runs; absent where it runs none. */
	readonly logs?: ReadLogs | undefined;
}

/** Keys paint at once; how often data paints is decided by the frame gate. */
const maxInkFps = 250;

/**
 * Runs the full-screen interface until the user quits, the signal aborts, or a component throws (then
 * it rejects with what was thrown). The terminal is restored in each case.
 */
export async function runScreen(options: ScreenOptions): Promise<number> {
	const { signal } = options;
	// A signal can arrive while the screen is loaded, before anything here listens to it.
	if (signal.aborted) return exitCodes.ok;
	const { framesPerSecond } = options.settings;
	const gate = createFrameGate(options.moments, {
		framesPerSecond,
		...(options.clock && { clock: options.clock }),
	});
	const stopFollowing = options.travel?.state.subscribe(gate.showNow);
	const held: Held = { quit: () => undefined, watch: undefined };
	const app = renderShell(options, gate, held);
	held.quit = () => {
		app.unmount();
	};
	signal.addEventListener('abort', held.quit, { once: true });
	try {
		const ended = app.waitUntilExit();
		await Promise.race([app.waitUntilRenderFlush(), ended]);
		held.watch = await options.startWatch();
		await ended;
		return exitCodes.ok;
	} finally {
		signal.removeEventListener('abort', held.quit);
		stopFollowing?.();
		gate.stop();
		held.watch?.stop();
	}
}

/** What keys use, and what is only there once the shell is rendered. */
interface Held {
	quit: () => void;
	watch: ScreenWatch | undefined;
}

function renderShell(options: ScreenOptions, gate: FrameGate<Moment>, held: Held): Instance {
	const { settings, stdin, stdout, saved } = options;
	const makeLook = (name: string) => lookOf(name, settings, stdout);
	const views = createStore(restoredView(saved?.view));
	const theme = createStore<string>(saved?.view.theme ?? settings.theme);
	const setTheme = (name: string): void => {
		theme.update(() => name);
	};
	if (saved) followView(saved, views, theme);
	const pollNow = () => held.watch?.pollNow();
	return render(
		<Themed
			frames={gate}
			controls={controlsOf(stdout, gate, held)}
			actions={{ ...noActions, ...options.actions, pollNow }}
			screens={options.screens ?? allScreens}
			theme={theme}
			lookOf={makeLook}
			profile={settings.profile}
			intervalMs={settings.intervalMs}
			travel={options.travel ?? noTravel}
			setup={{ ...(options.setup ?? noSetup), themes, setTheme }}
			views={views}
			past={options.past ?? noPast}
			logs={options.logs ?? noLogs}
			whyAbsent={options.whyAbsent ?? (() => undefined)}
			hint={options.hint}
		/>,
		{
			stdin,
			stdout,
			exitOnCtrlC: false,
			patchConsole: false,
			alternateScreen: true,
			incrementalRendering: true,
			interactive: true,
			maxFps: maxInkFps,
		},
	);
}

interface ThemedProps extends Omit<ShellProps, 'look'> {
	readonly theme: ReadableStore<string>;
	readonly lookOf: (theme: string) => Look;
}

/** The shell in the theme that is chosen. */
function Themed({ theme, lookOf: makeLook, ...shell }: ThemedProps): ReactNode {
	const name = useStore(theme, (each) => each);
	const look = useMemo(() => makeLook(name), [makeLook, name]);
	return <Shell {...shell} look={look} />;
}

function lookOf(name: string, settings: Settings, stdout: NodeJS.WriteStream): Look {
	return createLook({
		theme: themes.find((each) => each === name) ?? 'dark',
		isAscii: settings.ascii,
		colorDepth: colorDepth(settings.color, stdout),
	});
}

/** Saves the view whenever what is kept of it changed. */
function followView(
	saved: Pick<SavedViewFile, 'view' | 'save'>,
	views: ReadableStore<ViewState>,
	theme: ReadableStore<string>,
): void {
	const first = theme.getSnapshot();
	let last = keptOf(views.getSnapshot());
	let lastTheme = first;
	const take = (): void => {
		const view = keptOf(views.getSnapshot());
		const name = theme.getSnapshot();
		if (isSameKept(view, last) && name === lastTheme) return;
		last = view;
		lastTheme = name;
		// A theme that nobody chose here stays the configuration's matter.
		const own = name === first ? saved.view.theme : name;
		saved.save({ ...view, ...(own !== undefined && { theme: own }) });
	};
	views.subscribe(take);
	theme.subscribe(take);
}

function controlsOf(stdout: NodeJS.WriteStream, gate: FrameGate<Moment>, held: Held): Controls {
	return {
		setIntervalMs: (intervalMs) => {
			held.watch?.setIntervalMs(intervalMs);
		},
		setPaused: gate.setPaused,
		copy: (text) => {
			stdout.write(toClipboard(text));
		},
		suspend: (suspendTerminal) => {
			void suspendTerminal(stopThisProcess);
		},
		quit: () => {
			held.quit();
		},
	};
}

/** OSC 52: the terminal at the user's end keeps the text, over SSH too. Terminals without it ignore it. */
function toClipboard(text: string): string {
	return `\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`;
}

/**
 * As the shell's Ctrl-Z does. Resolves when the job is continued; at once where it cannot stop. Only the
 * job in the foreground hears that the terminal was resized, so the size is read again, and Ink has the
 * frame of that size before it gets the terminal back.
 */
function stopThisProcess(): Promise<void> {
	process.kill(process.pid, 'SIGTSTP');
	return new Promise((resolve) => {
		process.once('SIGWINCH', () => setImmediate(() => setImmediate(resolve)));
		process.kill(process.pid, 'SIGWINCH');
	});
}

/** 1 for no colour, else the bits of colour that the terminal shows. */
function colorDepth(mode: ColorMode, stdout: NodeJS.WriteStream): number {
	const depth = stdout.getColorDepth();
	if (mode === 'never') return 1;
	return mode === 'always' ? Math.max(4, depth) : depth;
}
