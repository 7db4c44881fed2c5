import { EventEmitter, once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink';
import type { ReactNode } from 'react';

/** A rendered tree whose frames are kept whole, with their colours: to compare them byte for byte. */
export interface Frames {
	last(): string;
	/** The same without colours. */
	plain(): string;
	press(keys: string): void;
	/** Presses keys one after another. An escape, which may begin a longer sequence, changes the picture. */
	pressEach(keys: readonly string[]): Promise<void>;
	unmount(): void;
}

/** As ink-testing-library renders, at a size of choice. */
export function renderFrames(node: ReactNode, columns: number, rows: number): Frames {
	let last = '';
	const drawn = new EventEmitter();
	const stdout = Object.assign(new EventEmitter(), {
		columns,
		rows,
		isTTY: true,
		write: (frame: string, done?: () => void) => {
			last = frame;
			drawn.emit('frame');
			done?.();
			return true;
		},
	});
	let pending: string | null = null;
	const stdin = Object.assign(new EventEmitter(), {
		isTTY: true,
		read: () => {
			const data = pending;
			pending = null;
			return data;
		},
		setEncoding: () => undefined,
		setRawMode: () => undefined,
		resume: () => undefined,
		pause: () => undefined,
		ref: () => undefined,
		unref: () => undefined,
	});
	const app = render(node, {
		// The streams have what Ink uses of a real terminal's, and nothing else.
		stdout: stdout as unknown as NodeJS.WriteStream,
		stdin: stdin as unknown as NodeJS.ReadStream,
		debug: true,
		exitOnCtrlC: false,
		patchConsole: false,
	});
	function press(keys: string): void {
		pending = keys;
		stdin.emit('readable');
		stdin.emit('data', keys);
	}
	async function pressAndSee(key: string): Promise<void> {
		const before = last;
		press(key);
		for (const isSame = () => last === before; isSame();) await once(drawn, 'frame');
	}
	return {
		last: () => last,
		plain: () => stripVTControlCharacters(last),
		press,
		async pressEach(keys) {
			for (const key of keys) {
				if (key === '\u001B') await pressAndSee(key);
				else press(key);
				await new Promise(setImmediate);
			}
		},
		unmount: () => {
			app.unmount();
		},
	};
}
