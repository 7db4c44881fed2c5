import { EventEmitter } from 'node:events';
import { render } from 'ink';
import xterm from '@xterm/headless';
import type { ReactNode } from 'react';

/** A terminal made of streams: for screens whose size matters, which ink-testing-library fixes. */
export interface TestTty {
	lines(): string[];
	text(): string;
	press(keys: string): void;
	resize(columns: number, rows: number): void;
	unmount(): void;
}

class Output extends EventEmitter {
	readonly isTTY = true;
	columns: number;
	rows: number;
	readonly #terminal: xterm.Terminal;

	constructor(terminal: xterm.Terminal) {
		super();
		this.#terminal = terminal;
		this.columns = terminal.cols;
		this.rows = terminal.rows;
	}

	write(data: string, done?: () => void): boolean {
		this.#terminal.write(data, done);
		return true;
	}
}

class Input extends EventEmitter {
	readonly isTTY = true;
	#pending: string | null = null;

	push(data: string): void {
		this.#pending = data;
		this.emit('readable');
		this.emit('data', data);
	}

	read(): string | null {
		const data = this.#pending;
		this.#pending = null;
		return data;
	}

	setEncoding(): void {}
	setRawMode(): void {}
	resume(): void {}
	pause(): void {}
	ref(): void {}
	unref(): void {}
}

/** Renders into a terminal emulator of a given size. */
export function renderInTty(node: ReactNode, columns = 120, rows = 40): TestTty {
	const emulator = new xterm.Terminal({
		cols: columns,
		rows,
		allowProposedApi: true,
		scrollback: 0,
		convertEol: true,
	});
	const stdout = new Output(emulator);
	const stdin = new Input();
	const app = render(node, {
		// The streams have what Ink uses of a real terminal's, and nothing else.
		stdout: stdout as unknown as NodeJS.WriteStream,
		stdin: stdin as unknown as NodeJS.ReadStream,
		exitOnCtrlC: false,
		patchConsole: false,
		interactive: true,
		alternateScreen: true,
		incrementalRendering: true,
		maxFps: 1000,
	});
	const lines = () => {
		const buffer = emulator.buffer.active;
		return Array.from(
			{ length: emulator.rows },
			(_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '',
		);
	};
	return {
		lines,
		text: () => lines().join('\n'),
		press: (keys) => {
			stdin.push(keys);
		},
		resize: (width, height) => {
			emulator.resize(width, height);
			stdout.columns = width;
			stdout.rows = height;
			stdout.emit('resize');
		},
		unmount: () => {
			app.unmount();
			emulator.dispose();
		},
	};
}
