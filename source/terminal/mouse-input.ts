import type { MouseEvent, MouseSource } from '../domain/mouse.ts';

interface MouseInput {
	readonly source: MouseSource;
	/** Lets the stream be as it was. */
	readonly stop: () => void;
}

/** What is needed of standard input. */
interface Input {
	read(size?: number): unknown;
}

const escape = '\u001B';
/** SGR report, as xterm's control sequences describe it (1006). */
const report = new RegExp(`${escape}\\[<(\\d{1,4});(\\d{1,5});(\\d{1,5})([Mm])`, 'g');
/** The beginning of one, at the end of what was read. */
const begun = new RegExp(`${escape}(?:\\[(?:<[\\d;]{0,16})?)?$`);

const buttons: Readonly<Record<string, MouseEvent['button']>> = {
	'0': 'left',
	'64': 'wheelUp',
	'65': 'wheelDown',
};

/**
 * Takes mouse reports out of what is read from the terminal: Ink drops every sequence that is no key. While
 * `isOn` says no, nothing is looked at.
 */
export function takeMouse(stdin: Input, isOn: () => boolean): MouseInput {
	const listeners = new Set<(event: MouseEvent) => void>();
	const read = stdin.read;
	let held = '';
	stdin.read = (size?: number): unknown => {
		const chunk = read.call(stdin, size);
		if (typeof chunk !== 'string' || !isOn()) return chunk;
		const text = held + chunk;
		// An escape alone is a key: it is not held back.
		const tail = text === escape ? '' : (begun.exec(text)?.[0] ?? '');
		held = tail.length > 1 ? tail : '';
		const whole = text.slice(0, text.length - held.length);
		for (const found of whole.matchAll(report)) {
			const event = eventOf(found);
			if (event) for (const listener of listeners) listener(event);
		}
		return whole.replaceAll(report, '');
	};
	return {
		source(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		stop() {
			stdin.read = read;
		},
	};
}

function eventOf([, code = '', column, row, end]: RegExpExecArray): MouseEvent | undefined {
	const button = buttons[code];
	if (button === undefined || end !== 'M') return undefined;
	return { button, column: Number(column) - 1, row: Number(row) - 1 };
}
