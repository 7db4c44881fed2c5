import { expect, it } from 'vitest';
import type { MouseEvent } from '../../source/domain/mouse.ts';
import { takeMouse } from '../../source/terminal/mouse-input.ts';

function reading(chunks: (string | null)[], isOn = true) {
	const stdin = { read: (): unknown => chunks.shift() ?? null };
	const before = stdin.read;
	const events: MouseEvent[] = [];
	const mouse = takeMouse(stdin, () => isOn);
	mouse.source((event) => events.push(event));
	const read = (): string => {
		let text = '';
		for (;;) {
			const chunk = stdin.read();
			if (typeof chunk !== 'string') return text;
			text += chunk;
		}
	};
	return { read, events, isRestored: () => (mouse.stop(), stdin.read === before) };
}

it('takes presses and turns of the wheel out of the keys, and drops other buttons and releases', () => {
	const { read, events, isRestored } = reading([
		'a\u001B[<0;3;8M\u001B[<0;3;8mb\u001B[<65;120;40M\u001B[<64;1;1M\u001B[<2;1;1Mc\u001B[A',
	]);
	expect(read()).toBe('abc\u001B[A');
	expect(events).toEqual([
		{ button: 'left', column: 2, row: 7 },
		{ button: 'wheelDown', column: 119, row: 39 },
		{ button: 'wheelUp', column: 0, row: 0 },
	]);
	expect(isRestored()).toBe(true);
});

it('joins a report that arrives in pieces, and does not hold back Escape', () => {
	const { read, events } = reading(['x\u001B[<0;1', '2;5M', '\u001B']);
	expect(read()).toBe('x\u001B');
	expect(events).toEqual([{ button: 'left', column: 11, row: 4 }]);
});

it('looks at nothing while the mouse is off', () => {
	const { read, events } = reading(['\u001B[<0;3;8M'], false);
	expect(read()).toBe('\u001B[<0;3;8M');
	expect(events).toEqual([]);
});
