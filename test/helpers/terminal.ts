import { spawn } from '@lydell/node-pty';
import type { IPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export interface TerminalSize {
	readonly columns: number;
	readonly rows: number;
}

/** A program in a real pseudo-terminal, with an emulator that shows what a person would see. */
export interface TestTerminal {
	readonly pid: number;
	/** The visible lines, without trailing blanks. */
	lines(): string[];
	text(): string;
	/** Whether the alternate screen is shown. */
	isAlternate(): boolean;
	/** Whether the cursor was last hidden. */
	isCursorHidden(): boolean;
	/** Everything that was written, raw. */
	raw(): string;
	press(keys: string): void;
	resize(size: TerminalSize): void;
	signal(name: NodeJS.Signals): void;
	readonly exited: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;
	readonly emulator: xterm.Terminal;
	close(): void;
}

export interface TerminalOptions extends Partial<TerminalSize> {
	readonly env?: Readonly<Record<string, string | undefined>>;
	readonly cwd?: string;
}

/** Environment of the tests without what makes programs think they run in CI or without colours. */
function cleanEnvironment(overrides: TerminalOptions['env'] = {}): Record<string, string> {
	const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _force, NODE_ENV: _env, ...rest } = process.env;
	const merged = {
		...rest,
		TERM: 'xterm-256color',
		COLORTERM: 'truecolor',
		LANG: 'C.UTF-8',
		...overrides,
	};
	return Object.fromEntries(
		Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined),
	);
}

export function startInTerminal(
	file: string,
	args: readonly string[],
	options: TerminalOptions = {},
): TestTerminal {
	const { columns = 120, rows = 40 } = options;
	const emulator = new xterm.Terminal({
		cols: columns,
		rows,
		allowProposedApi: true,
		scrollback: 0,
	});
	const env = cleanEnvironment(options.env);
	const pty: IPty = spawn(file, [...args], {
		name: env['TERM'] ?? 'xterm-256color',
		cols: columns,
		rows,
		cwd: options.cwd ?? process.cwd(),
		env,
	});
	let written = '';
	pty.onData((data) => {
		written += data;
		emulator.write(data);
	});
	const exited = new Promise<{ exitCode: number; signal?: number | undefined }>((resolve) => {
		pty.onExit(resolve);
	});
	const lines = () => {
		const buffer = emulator.buffer.active;
		return Array.from(
			{ length: emulator.rows },
			(_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '',
		);
	};
	return {
		pid: pty.pid,
		emulator,
		lines,
		text: () => lines().join('\n'),
		isAlternate: () => emulator.buffer.active.type === 'alternate',
		isCursorHidden: () => written.lastIndexOf('\u001B[?25l') > written.lastIndexOf('\u001B[?25h'),
		raw: () => written,
		press: (keys) => {
			pty.write(keys);
		},
		resize: ({ columns: cols, rows: height }) => {
			emulator.resize(cols, height);
			pty.resize(cols, height);
		},
		signal: (name) => {
			process.kill(pty.pid, name);
		},
		exited,
		close: () => {
			try {
				pty.kill('SIGKILL');
			} catch {
				// It has ended already.
			}
			emulator.dispose();
		},
	};
}
