import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { presentSilences } from '../../source/alerts/mutes.ts';
import type { KnownSilence } from '../../source/sections/alerting/schema.ts';
import { alertOf, fleetWith, showShell } from '../helpers/alerts-screen.tsx';
import type { ShownAlerts } from '../helpers/alerts-screen.tsx';
import type { TestTty } from '../helpers/tty.ts';

const waiting = { timeout: 40_000, interval: 10 };
const cleanups: (() => void)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

// At noon: late in the evening UNTIL has dates, and the note less room.
vi.setSystemTime(new Date('2026-03-18T12:00:00Z'));
afterAll(() => {
	vi.useRealTimers();
});

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const byHand: readonly KnownSilence[] = [
	{
		id: 'one',
		match: { node: 'alpha' },
		endsAt: inMinutes(30),
		author: 'ana',
		comment: 'new disk',
	},
	{ id: 'two', match: { rule: 'peers-none', node: 'b*' }, endsAt: inMinutes(300), author: 'eve' },
];
const ofProfile: readonly KnownSilence[] = [
	{ match: {}, startsAt: inMinutes(90), endsAt: inMinutes(100), comment: 'the move' },
];
const silences = presentSilences(byHand, ofProfile, Date.now());

async function onSilences(options: ShownAlerts = {}) {
	const alerts = ['alpha', 'beta', 'bernd'].map((node) => alertOf({ node }));
	const shell = showShell(fleetWith(['alpha', 'beta', 'bernd'], alerts), {
		...options,
		alerting: { silences, ...options.alerting },
	});
	cleanups.push(shell.close);
	shell.tty.press('6');
	await expectText(shell.tty, /─ Alerts ─/);
	shell.tty.press('u');
	return shell;
}

async function expectText(tty: TestTty, pattern: RegExp): Promise<void> {
	await expect.poll(() => tty.text(), waiting).toMatch(pattern);
}

async function expectFooter(tty: TestTty, pattern: RegExp): Promise<void> {
	await expect.poll(() => tty.lines().at(-1), waiting).toMatch(pattern);
}

describe('the silences of the Alerts screen', () => {
	it('are listed with what they mute now, who made them and why, what ends first on top', async () => {
		const { tty } = await onSilences();
		await expectText(tty, /▸ .*UTC +1 +node=alpha .*ana +new disk/);
		expect(tty.text()).toMatch(
			/new disk[^]*UTC +3 +everything +profile +from .* UTC; of the profile; the[^]*UTC +2 +rule=peers-none node=b\* +eve/,
		);
		expect(tty.lines().at(-1)).toMatch(/Enter ends the silence {2}Esc closes/);
	});

	it('name the alerts that the chosen one mutes, where there is room', async () => {
		const { tty } = await onSilences();
		await expectText(tty, /─ What the chosen one mutes now ─[^]* alpha /);
		tty.press('j');
		await expectText(tty, /▸ .* everything[^]*─ What the chosen one mutes now ─[^]* alpha /);
	});

	it('end by Enter, the chosen one alone, and the list stays', async () => {
		const { tty, actions, status } = await onSilences();
		await expectText(tty, /─ Silences ─/);
		tty.press('G');
		await expectText(tty, /▸ .* rule=peers-none/);
		tty.press('\r');
		await expectFooter(
			tty,
			/ended the silence of rule=peers-none node=b\*, which matched 2 alerts of now/,
		);
		expect(actions).toEqual([{ type: 'unsilence', id: 'two' }]);
		status.update((before) => ({ ...before, silences: silences.slice(0, 2) }));
		await expectText(tty, /─ Silences ─[^]*▸ .* everything/);
	});

	it('are not ended when the one that was chosen is over by then', async () => {
		const { tty, actions, status } = await onSilences();
		await expectText(tty, /▸ .* node=alpha/);
		status.update((before) => ({ ...before, silences: silences.slice(1) }));
		await expectText(tty, /▸ .* everything/);
		tty.press('\r');
		await expectFooter(tty, /that silence has ended: nothing was changed/);
		expect(actions).toEqual([]);
	});

	it('of the profile are ended there', async () => {
		const { tty, actions } = await onSilences();
		await expectText(tty, /─ Silences ─/);
		tty.press('j\r');
		await expectFooter(tty, /it belongs to the profile: remove it from the configuration/);
		expect(actions).toEqual([]);
	});

	it.each(['u', '\u001B'])('close with %j, and nothing was done', async (key) => {
		const { tty, actions } = await onSilences();
		await expectText(tty, /─ Silences ─/);
		tty.press(key);
		await expectText(tty, /─ Alerts ─/);
		expect(actions).toEqual([]);
	});

	it.each([
		[80, 24],
		[120, 40],
		[200, 60],
	] as const)('say how one is made where there is none, at %i × %i', async (...size) => {
		const { tty, actions } = await onSilences({ size, alerting: { silences: [] } });
		await expectText(tty, /no silence holds: every alert is told/);
		await expectText(tty, / S {2}.*silence/);
		await expectText(tty, /nodetop alerts silence node=alpha --for 2h/);
		await expectText(tty, /silences and maintenance of the profile/);
		await expectText(tty, /─ Alerts that a silence could mute ─[^]* alpha /);
		tty.press('\r');
		tty.press('j');
		await expectText(tty, /no silence holds/);
		expect(actions).toEqual([]);
		expect(tty.lines().at(-1)).not.toMatch(/ends the silence/);
	});

	it('name what is near to an alert where there is neither a silence nor an alert', async () => {
		const shell = showShell(fleetWith(['alpha'], []), {
			size: [200, 60],
			limitsOf: (field) =>
				field === 'network.peers' ? [{ value: 4, severity: 'warning' } as const] : [],
		});
		cleanups.push(shell.close);
		shell.tty.press('6');
		await expectText(shell.tty, /─ Alerts ─/);
		shell.tty.press('u');
		await expectText(shell.tty, /no silence holds/);
		await expectText(shell.tty, /─ Nearest to an alert ─[^]*alpha {2}Peers .*3, warning at 4/);
	});

	it('are found by the palette, and nowhere but on this screen', async () => {
		const { tty } = await onSilences({ alerting: { mode: 'off' } });
		await expectFooter(tty, /no rules are evaluated here: there is nothing to silence/);
		tty.press('1');
		await expectText(tty, /─ Nodes/);
		tty.press(':');
		await expectText(tty, /─ What to do/);
		tty.press('ends the selected');
		await expectText(tty, /▸ u +List the silences/);
		tty.press('\r');
		await expectFooter(tty, /open the Alerts screen for that: 6/);
	});

	it('fit 60 columns and 16 rows, and scroll there', async () => {
		const many = Array.from({ length: 40 }, (_, index) => ({
			id: `${index}`,
			match: { node: `validator-in-frankfurt-${index}`, rule: 'network-partitioned' },
			endsAt: inMinutes(index + 1),
		}));
		const { tty } = await onSilences({ size: [60, 16], alerting: { silences: many } });
		await expectText(tty, /▸ .*node=validator-in-frankfurt-0/);
		tty.press('G');
		await expectText(tty, /▸ .*node=validator-in-frankfurt-39/);
		expect(Math.max(...tty.lines().map((text) => text.length))).toBeLessThanOrEqual(60);
	});
});
