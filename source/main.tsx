import { render } from 'ink';
import { createLook } from '../components/look.ts';
import type { Screens } from '../screens/registry.ts';
import { screens as allScreens } from '../screens/registry.ts';
import { noServices } from '../screens/services.ts';
import type { Services } from '../screens/services.ts';
import { Shell } from '../screens/shell/shell.tsx';
import type { ColorMode, Settings } from './config/settings.ts';
import { exitCodes } from './domain/errors.ts';
import { createFrameGate } from './frames/frame-gate.ts';
import type { Fleet } from './fleet/fleet.ts';
import type { Watch } from './app/watch.ts';

export interface ScreenOptions {
	readonly settings: Settings;
	readonly fleet: Fleet;
	/** Starts what polls into the fleet; called when the first picture is painted. */
	readonly startWatch: () => Promise<Watch>;
	/** What to do next when nothing is configured. */
	readonly hint?: string | undefined;
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	/** Aborted on SIGINT, SIGTERM and SIGHUP: the terminal is restored, then the run ends. */
	readonly signal: AbortSignal;
	readonly screens?: Screens;
	readonly services?: Partial<Services>;
}

/** Keys paint at once; how often data paints is the frame gate's matter. */
const maxInkFps = 250;

/**
 * Runs the full-screen interface until the user quits, the signal aborts, or a component throws (then
 * it rejects with what was thrown). The terminal is restored in each case.
 */
export async function runScreen(options: ScreenOptions): Promise<number> {
	const { settings, fleet, stdin, stdout, signal } = options;
	// Told to end while it was loaded: no listener of ours was there to hear it.
	if (signal.aborted) return exitCodes.ok;
	const gate = createFrameGate(fleet, { framesPerSecond: settings.framesPerSecond });
	const look = createLook({
		theme: settings.theme,
		isAscii: settings.ascii,
		colorDepth: colorDepth(settings.color, stdout),
	});
	let quit = (): void => undefined;
	let watch: Watch | undefined;
	const app = render(
		<Shell
			frames={gate}
			controls={{
				pollNow: () => {
					watch?.pollNow();
				},
				setIntervalMs: (intervalMs) => {
					watch?.setIntervalMs(intervalMs);
				},
				setPaused: gate.setPaused,
				copy: (text) => {
					stdout.write(toClipboard(text));
				},
				suspend: (suspendTerminal) => {
					void suspendTerminal(stopThisProcess);
				},
				quit: () => {
					quit();
				},
			}}
			screens={options.screens ?? allScreens}
			look={look}
			profile={settings.profile}
			intervalMs={settings.intervalMs}
			services={{ ...noServices, ...options.services }}
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
	quit = () => {
		app.unmount();
	};
	signal.addEventListener('abort', quit, { once: true });
	try {
		const ended = app.waitUntilExit();
		await Promise.race([app.waitUntilRenderFlush(), ended]);
		watch = await options.startWatch();
		await ended;
		return exitCodes.ok;
	} finally {
		signal.removeEventListener('abort', quit);
		gate.stop();
		watch?.stop();
	}
}

/** OSC 52: the terminal at the user's end keeps the text, over SSH too. One that does not, ignores it. */
function toClipboard(text: string): string {
	return `\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`;
}

/**
 * As the shell's Ctrl-Z does. Resolves when the job is continued; at once where it cannot stop. Only the
 * job in the foreground is told that the terminal was resized, so the size is asked for anew, and Ink
 * has the frame of that size before the terminal is its own again.
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
