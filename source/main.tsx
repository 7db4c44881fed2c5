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
import { Spoken } from '../screens/spoken/spoken.tsx';
import { Shell } from '../screens/shell/shell.tsx';
import type { ShellProps } from '../screens/shell/shell.tsx';
import type { SavedViewFile } from './app/saved-view.ts';
import type { ColorMode, Settings } from './config/settings.ts';
import type { Clock } from './domain/clock.ts';
import { exitCodes } from './domain/errors.ts';
import type { SavedView } from './domain/saved-view.ts';
import type { MouseSource } from './domain/mouse.ts';
import { noSetup } from './domain/setup.ts';
import type { Setup } from './domain/setup.ts';
import { createStore } from './domain/store.ts';
import type { ReadableStore } from './domain/store.ts';
import { themes } from './domain/words.ts';
import { takeMouse } from './terminal/mouse-input.ts';
import { createFrameGate } from './frames/frame-gate.ts';
import type { FrameGate } from './frames/frame-gate.ts';
import type { Past } from './history/past.ts';
import type { ReadLogs } from './lifecycle/shown.ts';
import type { LimitsOf } from './sections/limits.ts';
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
	readonly limitsOf?: LimitsOf | undefined;
	/** Changes nodes and profiles; absent where the screen belongs to no configuration. */
	readonly setup?: Omit<Setup, 'themes' | 'setTheme'> | undefined;
	/** Whether clicks and the wheel are reported from the beginning. */
	readonly isMouse?: boolean | undefined;
	/** Reduced motion. */
	readonly isStill?: boolean | undefined;
	/** Whether changes are printed as sentences, in place of a picture. */
	readonly isScreenReader?: boolean | undefined;
	/** Where the view is kept between runs. */
	readonly saved?: Pick<SavedViewFile, 'view' | 'save'> | undefined;
	/** Goes through what was recorded; absent where nothing is. */
	readonly travel?: Travel | undefined;
	/** Answers what was recorded; absent where nothing is. */
	readonly past?: Past | undefined;
	/** Reads logs of nodes that nodetop runs; absent where it runs none. */
	readonly logs?: ReadLogs | undefined;
}

/** With reduced motion a picture changes every five seconds, and at once after a key. */
const stillFramesPerSecond = 0.2;

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
	const framesPerSecond =
		options.isStill === true ? stillFramesPerSecond : options.settings.framesPerSecond;
	const gate = createFrameGate(options.moments, {
		framesPerSecond,
		...(options.clock && { clock: options.clock }),
	});
	const stopFollowing = options.travel?.state.subscribe(gate.showNow);
	const held: Held = {
		quit: () => undefined,
		release: () => undefined,
		resume: () => undefined,
		stopMouse: () => undefined,
		greet: () => undefined,
		watch: undefined,
	};
	const app = renderShell(options, gate, held);
	held.quit = () => {
		app.unmount();
	};
	signal.addEventListener('abort', held.quit, { once: true });
	try {
		const ended = app.waitUntilExit();
		await Promise.race([app.waitUntilRenderFlush(), ended]);
		held.greet();
		held.watch = await options.startWatch();
		await ended;
		return exitCodes.ok;
	} finally {
		signal.removeEventListener('abort', held.quit);
		stopFollowing?.();
		held.release();
		held.stopMouse();
		gate.stop();
		held.watch?.stop();
	}
}

/** What keys use, and what is only there once the shell is rendered. */
interface Held {
	quit: () => void;
	/** Gives the mouse back to the terminal, and takes it again. */
	release: () => void;
	resume: () => void;
	stopMouse: () => void;
	/** Asks the terminal what it is, once the first picture is there. */
	greet: () => void;
	watch: ScreenWatch | undefined;
}

function renderShell(options: ScreenOptions, gate: FrameGate<Moment>, held: Held): Instance {
	const { settings, stdin, stdout, saved } = options;
	const makeLook = (name: string) => lookOf(name, settings, stdout);
	const views = createStore({ ...restoredView(saved?.view), isMouse: options.isMouse ?? false });
	const mouse = openMouse(views, stdin, stdout, held);
	const theme = createStore(firstTheme(settings, saved?.view));
	let chosen = saved?.view.theme;
	const setTheme = (name: string): void => {
		chosen = name;
		theme.update(() => name);
	};
	if (saved) followView(saved, views, theme, () => chosen);
	const pollNow = () => held.watch?.pollNow();
	if (theme.getSnapshot() === 'auto' && canAnswer(stdout)) {
		held.greet = () => stdout.write(backgroundQuestion);
	}
	if (options.isScreenReader === true)
		return renderSpoken(options, gate, controlsOf(stdout, gate, held));
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
			mouse={mouse}
			onBackground={(isLight) => {
				// A theme that was chosen in the meantime stays.
				theme.update((name) => (name === 'auto' && isLight ? 'light' : name));
			}}
			setup={{ ...(options.setup ?? noSetup), themes: themesOf(settings), setTheme }}
			views={views}
			past={options.past ?? noPast}
			logs={options.logs ?? noLogs}
			whyAbsent={options.whyAbsent ?? (() => undefined)}
			limitsOf={options.limitsOf}
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

/** A built-in theme by its name; any other name is the theme of the settings' file, else dark. */
function lookOf(name: string, settings: Settings, stdout: NodeJS.WriteStream): Look {
	return createLook({
		theme: themes.find((each) => each === name) ?? settings.userTheme ?? 'dark',
		isAscii: settings.ascii,
		colorDepth: colorDepth(settings.color, stdout),
	});
}

/** A theme that is configured is used; else the one that was chosen last on the screen. */
function firstTheme({ theme }: Settings, view: SavedView = {}): string {
	return theme === 'auto' ? (view.theme ?? theme) : theme;
}

/** Built-in themes, and the one of the user's file. */
function themesOf({ theme, userTheme }: Settings): string[] {
	return ['auto', ...themes, ...(userTheme ? [theme] : [])];
}

/** OSC 11: terminals that know it answer with their background, through the keyboard. */
const backgroundQuestion = '\u001B]11;?\u001B\\';

/** The Linux console and dumb terminals would print the question. */
function canAnswer(stdout: NodeJS.WriteStream): boolean {
	const { TERM = '' } = process.env;
	return stdout.isTTY && stdout.getColorDepth() > 1 && !/^(linux|dumb|)$/.test(TERM);
}

/** What changes, in sentences, for a screen reader: no alternate screen, and nothing is drawn twice. */
function renderSpoken(
	options: ScreenOptions,
	gate: FrameGate<Moment>,
	controls: Controls,
): Instance {
	const { stdin, stdout } = options;
	return render(<Spoken frames={gate} controls={controls} />, {
		stdin,
		stdout,
		exitOnCtrlC: false,
		patchConsole: false,
		isScreenReaderEnabled: true,
	});
}

/** Buttons and the wheel (1000) in numbers of any size (1006). */
const mouseOn = '\u001B[?1000h\u001B[?1006h';
const mouseOff = '\u001B[?1006l\u001B[?1000l';

/** Clicks while the view wants them; the terminal has its mouse back when the screen is left. */
function openMouse(
	views: ReadableStore<ViewState>,
	stdin: NodeJS.ReadStream,
	stdout: NodeJS.WriteStream,
	held: Held,
): MouseSource {
	const isOn = (): boolean => views.getSnapshot().isMouse;
	followMouse(views, stdout);
	const { source, stop } = takeMouse(stdin, isOn);
	held.stopMouse = stop;
	held.release = () => {
		if (isOn()) stdout.write(mouseOff);
	};
	held.resume = () => {
		if (isOn()) stdout.write(mouseOn);
	};
	return source;
}

/** Asks the terminal for clicks while the view wants them. */
function followMouse(views: ReadableStore<ViewState>, stdout: NodeJS.WriteStream): void {
	let isOn = false;
	const take = (): void => {
		const { isMouse } = views.getSnapshot();
		if (isMouse !== isOn) stdout.write(isMouse ? mouseOn : mouseOff);
		isOn = isMouse;
	};
	views.subscribe(take);
	take();
}

/** Saves the view whenever what is kept of it changed. */
function followView(
	saved: Pick<SavedViewFile, 'view' | 'save'>,
	views: ReadableStore<ViewState>,
	theme: ReadableStore<string>,
	chosen: () => string | undefined,
): void {
	let last: SavedView = saved.view;
	const take = (): void => {
		// A theme that nobody chose here stays the configuration's matter, and the terminal's.
		const own = chosen();
		const view = { ...keptOf(views.getSnapshot()), ...(own !== undefined && { theme: own }) };
		if (isSameKept(view, last)) return;
		last = view;
		saved.save(view);
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
			held.release();
			void suspendTerminal(stopThisProcess).then(held.resume);
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
