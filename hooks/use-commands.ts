import { useInput } from 'ink';
import { useRef } from 'react';
import type { Key } from 'ink';
import { isLightAnswer } from '../source/domain/theme.ts';
import { commandFor } from '../source/keys/keymap.ts';
import type { CommandName } from '../source/keys/keymap.ts';

export interface CommandHandlers {
	/** A key of the table was pressed. */
	readonly onCommand: (command: CommandName) => void;
	/** What takes every key while a line is edited, as the keys before left it: they come faster than pictures. */
	readonly editor: () => ((edit: Edit) => void) | undefined;
	/** The terminal answered whether its background is light. */
	readonly onBackground?: ((isLight: boolean) => void) | undefined;
}

/** What a key does to the line that is being edited. */
export type Edit =
	| { readonly type: 'insert'; readonly text: string }
	| { readonly type: 'erase' }
	| { readonly type: 'eraseAll' }
	/** To the entry before or after. */
	| { readonly type: 'step'; readonly by: 1 | -1 }
	| { readonly type: 'accept' }
	| { readonly type: 'cancel' };

/** The only reader of the keyboard: Ink hands every key to every active `useInput`. */
export function useCommands(handlers: CommandHandlers): void {
	const { onCommand, editor, onBackground } = handlers;
	/** What came of an answer that begins with OSC, until it ends; undefined outside of one. */
	const answer = useRef<string>(undefined);
	useInput((input, key) => {
		if (key.meta && input === ']') {
			answer.current = '';
			return;
		}
		if (answer.current !== undefined) {
			const whole = answer.current + input;
			const isEnd = (key.meta && input === '\\') || whole.endsWith('\u0007');
			const goesOn = whole.length <= longestAnswer && /^1(1(;.*)?)?$/.test(whole);
			answer.current = isEnd || !goesOn ? undefined : whole;
			const isLight = isEnd || goesOn ? isLightAnswer(whole) : undefined;
			if (isLight !== undefined && isEnd) onBackground?.(isLight);
			if (isEnd || goesOn) return;
		}
		const onEdit = editor();
		if (onEdit) {
			if (key.ctrl && input === 'c') onCommand('quit');
			editLine(onEdit, input, key);
			return;
		}
		const name = keyName(input, key);
		// Several keys can arrive in one piece of input when they are typed faster than read.
		const names = commandFor(name) === undefined && input.length > 1 ? [...input] : [name];
		for (const [index, each] of names.entries()) {
			const opened = editor();
			if (opened) {
				// The key before opened a line: the rest is typed into it.
				editLine(opened, names.slice(index).join(''), key);
				return;
			}
			const command = commandFor(namesOfCharacters[each] ?? each);
			if (command !== undefined) onCommand(command);
		}
	});
}

const longestAnswer = 40;

/** What is pasted or typed ahead can end with the Enter that accepts it. */
function editLine(onEdit: (edit: Edit) => void, input: string, key: Key): void {
	const [text = '', ...rest] = input.split('\r');
	const edit = toEdit(text, key);
	if (edit) onEdit(edit);
	if (rest.length > 0 && !key.return) onEdit({ type: 'accept' });
}

function toEdit(input: string, key: Key): Edit | undefined {
	if (key.return) return { type: 'accept' };
	if (key.escape) return { type: 'cancel' };
	if (key.backspace || key.delete) return { type: 'erase' };
	if (key.upArrow) return { type: 'step', by: -1 };
	if (key.downArrow) return { type: 'step', by: 1 };
	if (key.ctrl) return input === 'u' ? { type: 'eraseAll' } : undefined;
	if (key.meta || key.tab || isArrow(key)) return undefined;
	return input === '' ? undefined : { type: 'insert', text: input };
}

function isArrow(key: Key): boolean {
	return (
		key.upArrow || key.downArrow || key.leftArrow || key.rightArrow || key.pageUp || key.pageDown
	);
}

const specialKeys = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'escape'],
	['tab', 'tab'],
] as const satisfies readonly (readonly [keyof Key, string])[];

/** Keys whose character is not their name. */
const namesOfCharacters: Readonly<Record<string, string>> = {
	' ': 'space',
	'\r': 'enter',
	'\t': 'tab',
};

/** A key press as the key table names it. */
function keyName(input: string, key: Key): string {
	for (const [flag, name] of specialKeys) if (key[flag]) return name;
	if (key.ctrl) return `ctrl+${input}`;
	return input === ' ' ? 'space' : input;
}
