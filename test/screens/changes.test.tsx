import { afterEach, describe, expect, it } from 'vitest';
import { openRecordedScreen } from '../helpers/recorded-screen.tsx';
import type { RecordedScreen } from '../helpers/recorded-screen.tsx';

const waiting = { timeout: 40_000, interval: 5 };
const opened: RecordedScreen[] = [];

afterEach(() => {
	for (const screen of opened.splice(0)) screen.close();
});

describe('what changed', () => {
	it('is listed with its times, over another time too, and closes', async () => {
		// The count of peers differs between the first second and an even one; the last is shown too.
		const screen = await openRecordedScreen({ seconds: 76, columns: 120, rows: 40 });
		opened.push(screen);
		const expectText = async (text: RegExp): Promise<void> => {
			await expect.poll(() => screen.plain(), waiting).toMatch(text);
		};
		await expectText(/─ Nodes ─/);
		screen.press('d');
		await expectText(
			/─ What changed in the 10m before this moment ─.*03:04:\d\d to 03:05:\d\d UTC/,
		);
		// `gone` answers ten seconds of each fifty.
		await expectText(
			/\d\d:\d\d:\d\d ✖ gone +\S.* · up → down|\d\d:\d\d:\d\d +gone +over: \S.* · down → up/,
		);
		await expectText(/dag-1 +peers \d → \d|evm-1 +peers \d|nodes +peers \d → \d.* · .*evm-1/);
		screen.press('>');
		await expectText(/─ What changed in the 1h before this moment ─/);
		screen.press('\u001B');
		await expectText(/─ Nodes ─/);
	});

	it('stands in the explanation of a node that has trouble', async () => {
		const screen = await openRecordedScreen({ seconds: 75, columns: 120, rows: 50 });
		opened.push(screen);
		const expectText = async (text: RegExp): Promise<void> => {
			await expect.poll(() => screen.plain(), waiting).toMatch(text);
		};
		await expectText(/─ Nodes ─/);
		for (let index = 0; index < 10; index += 1) {
			if (/▸.*gone/.test(screen.plain())) break;
			screen.press('n');
			await new Promise((resolve) => setImmediate(resolve));
		}
		await expectText(/▸.*gone/);
		screen.press('X');
		await expectText(/─ Why: gone ─/);
		await expectText(/What changed from 03:0\d:\d\d to 03:0\d:\d\d UTC, before and as it began/);
		await expectText(/gone +\S.* · up → /);
	});
});
