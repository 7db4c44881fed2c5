import { render } from 'ink';
import type { Instance } from 'ink';
import { createLook } from '../components/look.ts';
import type { Screens } from '../screens/registry.ts';
import { screens as allScreens } from '../screens/registry.ts';
import { noActions, noTravel } from '../screens/services.ts';
import type { Actions, WhyAbsent } from '../screens/services.ts';
import type { Controls } from '../screens/shell/command-context.ts';
import { Shell } from '../screens/shell/shell.tsx';
import type { ColorMode, Settings } from './config/settings.ts';
import type { Clock } from './domain/clock.ts';
import { exitCodes } from './domain/errors.ts';
import { createFrameGate } from './frames/frame-gate.ts';
import type { FrameGate } from './frames/frame-gate.ts';
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
	/** Goes through what was recorded; absent where nothing is. */
	readonly travel?: Travel | undefined;
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
	const { settings, stdin, stdout } = options;
	const look = createLook({
		theme: settings.theme,
		isAscii: settings.ascii,
		colorDepth: colorDepth(settings.color, stdout),
	});
	const pollNow = () => held.watch?.pollNow();
	return render(
		<Shell
			frames={gate}
			controls={controlsOf(stdout, gate, held)}
			actions={{ ...noActions, ...options.actions, pollNow }}
			screens={options.screens ?? allScreens}
			look={look}
			profile={settings.profile}
			intervalMs={settings.intervalMs}
			travel={options.travel ?? noTravel}
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
