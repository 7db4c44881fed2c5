import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { nearestLimitLines } from '../../screens/alerts/nearest-limits.ts';
import { actionSchema } from '../../source/alerts/alert-state.ts';
import { actingPerson } from '../../source/alerts/person.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { Alert } from '../../source/domain/alert.ts';
import { noSamples } from '../../source/sections/samples.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { ago, alertOf, fleetWith, showShell } from '../helpers/alerts-screen.tsx';
import type { ShownAlerts } from '../helpers/alerts-screen.tsx';
import type { TestTty } from '../helpers/tty.ts';

const waiting = { timeout: 40_000, interval: 10 };
const cleanups: (() => void)[] = [];
const me = actingPerson(process.env);

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

const network: Group = {
	name: 'qudag:net',
	kind: 'qudag',
	nodes: ['alpha', 'beta', 'gamma'],
	state: 'forked',
	since: ago(90),
	message: '2 chains',
	members: [
		{ node: 'alpha', position: 'level' },
		{ node: 'beta', position: 'forked' },
		{ node: 'gamma', position: 'level' },
	],
};

const forked = alertOf({
	rule: 'network-forked',
	group: 'qudag:net',
	severity: 'critical',
	message: 'qudag:net: 2 chains since block 6',
	evidence: 'alpha at 9 0xa9; beta at 9 0xb9',
	labels: { group: 'qudag:net', component: 'group' },
});
const lonely = alertOf({ node: 'beta' });

function shown(alerts: readonly Alert[] | undefined, options?: ShownAlerts, groups = [network]) {
	const fleet = fleetWith(['alpha', 'beta', 'gamma'], alerts, groups);
	const shell = showShell(fleet, options);
	cleanups.push(shell.close);
	return { ...shell, fleet };
}

/** The same, on the Alerts screen. */
async function onAlerts(...args: Parameters<typeof shown>) {
	const all = shown(...args);
	all.tty.press('6');
	await expectText(all.tty, /─ Alerts ─/);
	return all;
}

async function expectText(tty: TestTty, pattern: RegExp): Promise<void> {
	await expect.poll(() => tty.text(), waiting).toMatch(pattern);
}

async function expectFooter(tty: TestTty, pattern: RegExp): Promise<void> {
	await expect.poll(() => tty.lines().at(-1), waiting).toMatch(pattern);
}

describe('the Alerts screen', () => {
	const everything = [
		alertOf({ node: 'gamma', state: 'pending', message: 'gamma: 97% of the CPU is busy' }),
		alertOf({ muted: 'acknowledged', ackedBy: 'anna', ackedAt: ago(10) }),
		alertOf({ node: 'gamma', state: 'resolved', resolvedAt: ago(30), reason: 'recovered' }),
		lonely,
		forked,
	];

	it.each([
		[80, 24],
		[120, 40],
		[200, 60],
	] as const)(
		'has sections, the gravest first, and the selected one in full at %i×%i',
		async (...size) => {
			const { tty } = await onAlerts(everything, { size });
			const order = ['Firing  2', '✖ critical qudag:net', '▲ warning  beta', 'Muted'].map((text) =>
				tty.lines().findIndex((line) => line.includes(text)),
			);
			expect(order).toEqual([...order].toSorted((a, b) => a - b));
			expect(order).not.toContain(-1);
			expect(tty.text()).toMatch(/▸ ✖ critical qudag:net .* 2 chains since block 6/);
			expect(tty.text()).toMatch(/─ network-forked: qudag:net ─.* ✖ critical firing ─/);
			expect(tty.text()).toMatch(/Evidence +alpha at 9 0xa9; beta at 9 0xb9/);
			expect(tty.text()).toMatch(/Means +The nodes follow different chains/);
			expect(tty.lines()).toHaveLength(size[1]);
		},
	);

	it('says why each of the muted is not told, and how what ended did', async () => {
		const { tty } = await onAlerts(everything);
		expect(tty.text()).toMatch(
			/Muted: firing, but no messages are sent {2}1\n.*alpha.*\[acknowledged by anna\]/,
		);
		expect(tty.text()).toMatch(
			/Pending: has not held long enough to fire {2}1\n.*gamma.* 97% of the CPU/,
		);
		expect(tty.text()).toMatch(/Ended {2}1\n.*gamma.*\[recovered after 1m 00s\] has no peers/);
	});

	it('goes through the rows, however fast the keys come, and from section to section', async () => {
		const { tty } = await onAlerts(everything);
		tty.press('jj');
		await expectText(tty, /▸ ▲ warning +alpha/);
		tty.press('g');
		tty.press('\t');
		tty.press('\t');
		await expectText(tty, /▸ ▲ warning +gamma.*97%/);
		tty.press('\t\t');
		await expectText(tty, /▸ ✖ critical qudag:net/);
	});

	it('keeps the selected alert when another comes before it, and its place when it is gone', async () => {
		const alpha = alertOf({ firedAt: ago(600), rule: 'cpu-busy' });
		const { tty, fleet } = await onAlerts([lonely, alpha]);
		tty.press('j');
		await expectText(tty, /▸ ▲ warning +alpha/);
		fleet.setAlerts([lonely, alpha, forked]);
		await expectText(tty, /critical qudag:net[^]*▸ ▲ warning +alpha/);
		fleet.setAlerts([forked, lonely]);
		await expectText(tty, /▸ ▲ warning +beta/);
	});

	it('filters by what alerts say, and says how many there are', async () => {
		const { tty } = await onAlerts(everything);
		tty.press('/');
		await expectFooter(tty, /filter:/);
		tty.press('forked\r');
		await expectText(tty, /1 of 1 \(of 5, filtered\)/);
		tty.press('/');
		await expectFooter(tty, /filter:/);
		tty.press('zzz\r');
		await expectText(tty, /none of 5 alerts matches the filter; Esc clears it/);
		tty.press('\u001B');
		await expectText(tty, /of 5 ─/);
	});

	it('draws no more of a thousand than fits, and goes to the end at once', async () => {
		const many = Array.from({ length: 1000 }, (_, n) =>
			alertOf({ message: `alpha: number ${n}`, since: ago(100 + n), firedAt: ago(100 + n) }),
		);
		const { tty } = await onAlerts(many, { size: [80, 24] });
		expect(tty.text()).toMatch(/1 of 1,000/);
		// All of one rule: one line, which Enter unfolds.
		await expectText(tty, /▸ ▲ warning +▸ 1,000 alerts .* number 0, and 999 like it: alpha/);
		tty.press('\r');
		await expectText(tty, /alpha .* number 0/);
		tty.press('G');
		await expectText(tty, /▸ ▲ warning +alpha .* number 999/);
		tty.press('k'.repeat(30));
		await expectText(tty, /▸ ▲ warning +alpha .* number 969/);
	});

	it('lists findings once each while no rules are asked, a stalled network as one row', async () => {
		const stalled = { ...network, state: 'stalled', message: 'no progress of anyone' } as const;
		const { tty } = await onAlerts(undefined, { alerting: { mode: 'off' } }, [stalled]);
		await expectText(tty, /▸ ✖ critical qudag:net .*no progress of anyone/);
		expect(tty.text()).toMatch(/─ built-in checks, no messages sent {2}1 of 1 ─/);
		expect(tty.text()).toMatch(/Means +The whole network makes no progress/);
	});

	it('says what nothing being wrong rests on', async () => {
		const agreed: Group = { ...network, state: 'agreed', members: [] };
		const { tty, status } = await onAlerts([], { alerting: { ruleCount: 47 } }, [agreed]);
		expect(tty.text()).toMatch(
			/● nothing is wrong\s+3 nodes in 1 network are watched\s+47 rules are evaluated/,
		);
		status.update((before) => ({ ...before, mode: 'off' }));
		await expectText(tty, /no rules are evaluated, and no messages are sent/);
		status.update((before) => ({ ...before, mode: 'attached', ruleCount: undefined }));
		await expectText(tty, /the watch that runs on this machine evaluates the rules/);
	});

	it('shows what is nearest to an alert while there is none, and not what is far from it', async () => {
		const limitsOf = (field: string) => {
			if (field === 'network.peers') return [{ value: 4, severity: 'warning' } as const];
			return field === 'poll.latencyMs' ? [{ value: 1000, severity: 'critical' } as const] : [];
		};
		const { tty } = await onAlerts([], { limitsOf });
		await expectText(tty, /─ Nearest to an alert ─.* a full bar is at the limit/);
		expect(tty.text()).toMatch(/alpha {2}Peers ━+╸?─+ 3, warning at 4/);
		expect(tty.text()).not.toMatch(/alpha {2}Poll latency/);
	});

	it('shows numbers of the scheduled checks that are near to a limit as well', () => {
		const values = [
			{ name: 'diskFree', value: 0.2, unit: 'ratio', trouble: 'below', warning: 0.1 } as const,
			{ name: 'headAge', value: 27, unit: 'seconds', trouble: 'above', warning: 30 } as const,
			{ name: 'told', value: 3, unit: 'count' } as const,
		];
		const check = {
			name: 'space',
			status: 'up',
			message: '',
			lastCheckAt: ago(1),
			durationMs: 1,
		} as const;
		const snapshot: NodeSnapshot = {
			target: { name: 'alpha', kind: 'qudag', url: 'http://alpha' },
			poll: { status: 'ok', failures: 0 },
			health: {
				status: 'up',
				issues: [],
				components: [{ component: 'storage', status: 'up', checks: [{ ...check, values }] }],
			},
		};
		const node = { snapshot, samples: noSamples };
		const room = { width: 60, height: 9 };
		const mono = createLook({ theme: 'mono', isAscii: true, colorDepth: 1 });
		const lines = nearestLimitLines(mono, [node], () => [], room);
		expect(
			lines.map((line) => stripVTControlCharacters(line).replaceAll(/[#.]{2,}/g, '#')),
		).toEqual([
			' alpha  Head age # 27 s, warning above 30 s  ',
			'alpha  Disk free # 20.0%, warning below 10.0%',
		]);
		const silent = { ...snapshot, poll: { status: 'failed', failures: 1 } } as const;
		expect(nearestLimitLines(mono, [{ ...node, snapshot: silent }], () => [], room)).toEqual([]);
	});

	it('shows how the numbers of the alert’s node moved where there is room', async () => {
		const { tty } = await onAlerts([lonely], { size: [120, 40] });
		await expectText(tty, /─ beta: Poll latency ─/);
		expect(tty.text()).toMatch(/─ beta: Movement ─|─ beta: Peers ─/);
	});

	it('does not call well what no rule speaks of yet', async () => {
		const { tty } = await onAlerts([], {}, [network]);
		await expectText(tty, /▲ no alert, but 1 of 3 nodes is not up: see the Overview/);
		expect(tty.text()).not.toMatch(/nothing is wrong/);
	});

	it('tells why alerts may not get out, also when there are none', async () => {
		const problems = ['ops: refused', 'mail: no answer', 'hook: 500', 'bell: no terminal'];
		const { tty, fleet } = await onAlerts([], { alerting: { problems } });
		expect(tty.text()).toMatch(
			/\(!\) ops: refused *\n\(!\) mail: .*\n\(!\) hook: .*\n +and 1 more/,
		);
		fleet.setAlerts([forked]);
		await expectText(tty, /\(!\) ops: refused[^]*▸ ✖ critical/);
	});

	it('is drawn in ASCII alone, and without colour', async () => {
		const { tty } = shown(everything, {
			size: [80, 24],
			alerting: { problems: ['ops: refused'] },
			look: { isAscii: true, colorDepth: 1 },
		});
		tty.press('6S');
		await expectText(tty, /> \[x\] rule +network-forked/);
		expect(tty.text()).toMatch(/6 Alerts x1 !1 \(!\)/);
		expect(tty.text()).toMatch(/^[\u0020-\u007E\n]*$/);
	});
});

describe('the badge', () => {
	it('counts what fires by severity on every screen, and marks that alerts do not get out', async () => {
		const { tty, status } = shown([forked, lonely, alertOf(), alertOf({ state: 'pending' })]);
		await expect.poll(() => tty.lines()[1], waiting).toMatch(/ 6 Alerts ✖1 ▲2 {2}7/);
		status.update((before) => ({ ...before, problems: ['ops: refused'] }));
		await expect.poll(() => tty.lines()[1], waiting).toMatch(/ 6 Alerts ✖1 ▲2 \(!\) {2}7/);
		for (const key of ['2', '3', '4', '5', '6', '7', '1']) {
			tty.press(key);
			await expect.poll(() => tty.lines()[1], waiting).toMatch(/6 Alerts ✖1 ▲2 \(!\)/);
		}
	});

	it('is absent when nothing fires', async () => {
		const { tty } = shown([alertOf({ state: 'resolved', resolvedAt: ago(1) })]);
		await expect.poll(() => tty.lines()[1], waiting).toMatch(/ 6 Alerts {2}7/);
	});

	it('leaves the names of other screens out before it is cut', async () => {
		const { tty } = shown([forked, lonely], {
			size: [60, 16],
			alerting: { problems: ['ops: refused'] },
		});
		await expect
			.poll(() => tty.lines()[1], waiting)
			.toMatch(/^ 1 Overview {2}2 {2}3 {2}4 {2}5 {2}6 Alerts ✖1 ▲1 \(!\) {2}7(?: {2}\d)* *$/);
	});
});

describe('the alerts of one rule', () => {
	const nodes = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7'];
	const many = nodes.map((node, index) => alertOf({ node, firedAt: ago(60 + index) }));

	it('are one line with their count and names; Enter unfolds and folds them', async () => {
		const { tty } = await onAlerts([...many, forked]);
		expect(tty.text()).toMatch(/▲ warning +▸ 7 alerts .* has no peers: n1, n2/);
		tty.press('j');
		await expectText(tty, /─ peers-none: 7 alerts ─[^]*On +n1, n2, n3, n4, n5, n6, n7/);
		tty.press('\r');
		await expectText(tty, /▾ 7 alerts[^]* n1 [^]* n7 /);
		tty.press('\r');
		await expectText(tty, /Firing {2}8[^]*▸ 7 alerts .*\n *\n?─ peers-none: 7/);
	});

	it('are all acted on from their head', async () => {
		const { tty, actions } = await onAlerts(many);
		tty.press('a');
		await expectFooter(tty, /acknowledged 7 alerts: no more messages/);
		expect(actions.map((action) => 'fingerprint' in action && action.fingerprint)).toEqual(
			many.map(({ fingerprint }) => fingerprint),
		);
	});

	it('m marks several, and one key acts on all of them; then the marks are gone', async () => {
		const { tty, actions } = await onAlerts([...many, forked]);
		tty.press('m');
		await expectText(tty, /◆ ✖ critical/);
		tty.press('\r');
		await expectText(tty, /▾ 7 alerts/);
		tty.press('jmm');
		await expectText(tty, /3 marked/);
		tty.press('z');
		await expectText(tty, /─ Snooze 3 alerts ─/);
		tty.press('\r');
		await expectFooter(tty, /snoozed 3 alerts until/);
		expect(actions).toMatchObject([
			{ type: 'snooze', fingerprint: forked.fingerprint },
			{ type: 'snooze', fingerprint: many[0]?.fingerprint },
			{ type: 'snooze', fingerprint: many[1]?.fingerprint },
		]);
		await expect.poll(() => tty.text(), waiting).not.toMatch(/marked|◆/);
		tty.press('mjm');
		await expectText(tty, /2 marked/);
		tty.press('S');
		await expectText(tty, /─ Silence 2 alerts ─/);
		tty.press('\r');
		await expectFooter(tty, /silenced 2 alerts until/);
		expect(actions.slice(3).map(({ type }) => type)).toEqual(['silence', 'silence']);
	});

	it('Esc takes the marks off before it does anything else', async () => {
		const { tty } = await onAlerts(many);
		tty.press('m');
		await expectText(tty, /7 marked/);
		tty.press('\u001B');
		await expect.poll(() => tty.text(), waiting).not.toMatch(/marked/);
	});
});

describe('the timeline', () => {
	it('has a strip for all alerts and one for each rule, with the minutes in which they fired', async () => {
		const { tty } = await onAlerts([forked, lonely, alertOf({ state: 'pending', rule: 'cpu' })]);
		expect(tty.text()).toMatch(/─ Last 15 min ─.* 2 firing ─\nall +▁+█+\nnetwork-forked ▁+█+/);
		expect(tty.text()).toMatch(/UTC .*\d\d:\d\d/);
		expect(tty.text()).not.toMatch(/^cpu/m);
	});

	it.each([
		[16, 'Last hour'],
		[61, 'Last 6 hours'],
		[361, 'Last day'],
		[3000, 'Last day'],
	])('is as long as what fired %d minutes ago needs', async (minutes, title) => {
		const first = ago(minutes * 60);
		const { tty } = await onAlerts([
			forked,
			alertOf({ rule: 'cpu', severity: 'critical', since: first, firedAt: first }),
		]);
		expect(tty.text()).toMatch(new RegExp(`─ ${title} ─.* 2 firing ─\nall +▁*█+`));
		expect(tty.text()).toMatch(/UTC .*\d\d:\d\d/);
	});
});

describe('keys on an alert', () => {
	it('a acknowledges it in the user’s name, and never twice', async () => {
		const { tty, actions, fleet } = await onAlerts([lonely, forked]);
		tty.press('a');
		await expectFooter(
			tty,
			/acknowledged network-forked on qudag:net: no more messages unless it becomes worse/,
		);
		expect(actions).toEqual([
			{
				type: 'acknowledge',
				fingerprint: forked.fingerprint,
				at: expect.any(String),
				severity: 'critical',
				by: me,
			},
		]);
		fleet.setAlerts([
			lonely,
			{ ...forked, muted: 'acknowledged', ackedAt: ago(1), ackedBy: 'anna' },
		]);
		// The cursor stays in its place: the next alert stands there now.
		await expectText(tty, /▸ ▲ warning +beta[^]*Muted[^]*✖ critical qudag:net/);
		tty.press('j');
		await expectText(tty, /Muted[^]*▸ ✖ critical qudag:net/);
		tty.press('a');
		await expectFooter(tty, /already acknowledged by anna; it stays so until the alert ends/);
		expect(actions).toHaveLength(1);
	});

	it('a acknowledges again what became worse than it was when somebody saw it', async () => {
		const seen = { ackedAt: ago(1), ackedBy: 'anna', ackedSeverity: 'warning' } as const;
		const { tty, actions } = await onAlerts([lonely, { ...forked, ...seen }]);
		tty.press('a');
		await expectFooter(tty, /acknowledged network-forked on qudag:net/);
		expect(actions).toMatchObject([{ type: 'acknowledge', severity: 'critical' }]);
	});

	it('a acts on the row that the keys before it led to', async () => {
		const { tty, actions } = await onAlerts([lonely, forked]);
		tty.press('ja');
		await expectFooter(tty, /acknowledged peers-none on beta/);
		expect(actions).toMatchObject([{ fingerprint: lonely.fingerprint }]);
	});

	it('a and z have nothing to do with what has ended, nor without alerts, nor elsewhere', async () => {
		const ended = alertOf({ state: 'resolved', resolvedAt: ago(1) });
		const { tty, actions, fleet } = await onAlerts([ended]);
		tty.press('a');
		await expectFooter(tty, /it has ended/);
		fleet.setAlerts([]);
		await expectText(tty, /no alert, but/);
		tty.press('z');
		await expectFooter(tty, /there is no alert/);
		tty.press('1');
		tty.press('S');
		await expectFooter(tty, /open the Alerts screen for that: 6/);
		expect(actions).toEqual([]);
	});

	it('without rules they say why they do nothing', async () => {
		const stalled = { ...network, state: 'stalled' } as const;
		const { tty, actions } = await onAlerts(undefined, { alerting: { mode: 'off' } }, [stalled]);
		for (const key of ['a', 'z', 'S']) {
			tty.press('g');
			await expectFooter(tty, /^ q quit/);
			tty.press(key);
			await expectFooter(tty, /no rules are evaluated here/);
		}
		expect(actions).toEqual([]);
	});

	it('z offers four times, and Enter snoozes until the chosen one', async () => {
		const { tty, actions } = await onAlerts([lonely]);
		const before = Date.now();
		tty.press('z');
		await expectText(tty, /─ Snooze peers-none on beta ─[^]*▸ 15 min +until[^]*09:00 local time/);
		await expectFooter(tty, /Enter snoozes {2}Esc closes/);
		tty.press('j');
		await expectText(tty, /▸ 1 h +until/);
		tty.press('\r');
		await expectFooter(tty, /snoozed peers-none on beta until/);
		const [action] = actions;
		expect(action).toMatchObject({ type: 'snooze', fingerprint: lonely.fingerprint });
		const until = action?.type === 'snooze' ? Date.parse(action.until) : 0;
		expect(Math.abs(until - before - 3_600_000)).toBeLessThan(10_000);
		expect(tty.text()).toMatch(/─ peers-none: beta ─/);
	});

	it('Esc leaves the menu, and nothing was done', async () => {
		const { tty, actions } = await onAlerts([lonely]);
		tty.press('z');
		await expectText(tty, /─ Snooze /);
		tty.press('\u001B');
		await expectText(tty, /─ peers-none: beta ─/);
		tty.press('S');
		await expectText(tty, /─ Silence ─/);
		tty.press('\u001B');
		await expectText(tty, /─ peers-none: beta ─/);
		expect(actions).toEqual([]);
	});

	it('says so when the alert is gone before Enter', async () => {
		const { tty, actions, fleet } = await onAlerts([lonely, forked]);
		tty.press('z');
		await expectText(tty, /─ Snooze network-forked/);
		fleet.setAlerts([lonely]);
		await expectText(tty, /▸ ▲ warning +beta/);
		tty.press('\r');
		await expectFooter(tty, /no longer in the list: nothing was changed/);
		expect(actions).toEqual([]);
	});

	it('S shows how many alerts each choice mutes, and silences them', async () => {
		const all = ['alpha', 'beta', 'gamma'].map((node) => alertOf({ node }));
		const { tty, actions } = await onAlerts([
			...all,
			alertOf({ rule: 'cpu-busy', firedAt: ago(600) }),
		]);
		// From the head of the rule a silence is of the whole rule.
		tty.press('S');
		await expectText(tty, /\[x\] rule[^]*\[ \] node[^]*This mutes 3 alerts of now/);
		tty.press('\u001B');
		await expectText(tty, /─ peers-none: 3 alerts ─/);
		tty.press('jS');
		await expectText(tty, /\[x\] rule[^]*\[x\] node[^]*This mutes 1 alert of now/);
		tty.press('j');
		tty.press(' ');
		await expectText(tty, /\[ \] node[^]*This mutes 3 alerts of now/);
		tty.press('k');
		tty.press('l');
		await expectText(tty, /Choose at least one/);
		tty.press('\r');
		await expectFooter(tty, /otherwise everything would be silenced/);
		expect(actions).toEqual([]);
		tty.press('l');
		tty.press('jj');
		tty.press('l');
		await expectText(tty, /▸ ← → for +4 h/);
		tty.press('\r');
		await expectFooter(tty, /silenced 3 alerts of now until/);
		const [action] = actions;
		expect(actionSchema.safeParse(action).error).toBeUndefined();
		expect(action).toMatchObject({
			type: 'silence',
			silence: { match: { rule: 'peers-none' }, author: me },
		});
		const { startsAt = '', endsAt = '' } = action?.type === 'silence' ? action.silence : {};
		expect(Date.parse(endsAt) - Date.parse(startsAt)).toBe(4 * 3_600_000);
	});

	it('Enter goes to the node and the screen of its part, marks the moment, and Esc comes back', async () => {
		const { tty } = await onAlerts([lonely, forked], { size: [200, 60] });
		tty.press('j\r');
		await expectText(tty, /─ beta: network ─/);
		expect(tty.lines()[1]).toMatch(/peers-none since \d\d:\d\d:\d\d UTC {2}Esc: its alert/);
		expect(tty.lines().at(-1)).toMatch(/peers-none on beta began .* UTC; Esc goes back to it/);
		tty.press('\u001B');
		await expectText(tty, /▸ ▲ warning +beta/);
		expect(tty.lines()[1]).not.toMatch(/since/);
	});

	it('of a group they lead to the node that stands out, and to what the nodes show together', async () => {
		for (const key of ['\r', 'X']) {
			const { tty } = await onAlerts([forked]);
			tty.press(key);
			await expectText(tty, /─ beta: consensus ─/);
		}
	});

	it('X explains the alert’s node, even one that the filter hides', async () => {
		const { tty } = await onAlerts([alertOf({ node: 'gamma', message: 'gamma: of alpha' })]);
		tty.press('/');
		await expectFooter(tty, /filter:/);
		tty.press('alpha\r');
		await expectFooter(tty, /^ q quit/);
		tty.press('X');
		await expectText(tty, /─ Why: gamma ─/);
		tty.press('\u001B');
		await expectText(tty, /▸ ▲ warning +gamma/);
	});

	it('a node that is not watched here is said to be so', async () => {
		const { tty } = await onAlerts([alertOf({ node: 'elsewhere' })]);
		tty.press('\r');
		await expectFooter(tty, /elsewhere is not watched here/);
		tty.press('g');
		tty.press('X');
		await expectFooter(tty, /elsewhere: not watched here/);
	});

	it('are what the help of this screen begins with, and no other screen’s tells', async () => {
		const { tty } = await onAlerts([lonely]);
		tty.press('?');
		await expectText(tty, /─ Help: Alerts ─[^]*?\n *Alerts\s[^]*? a +Acknowledge the alert/);
		tty.press('1');
		await expectText(tty, /─ Nodes ─/);
		tty.press('?');
		await expectText(tty, /─ Help: Overview ─/);
		expect(tty.text()).not.toMatch(/Acknowledge|Next page/);
	});

	it('y copies the alert, and elsewhere the node’s address', async () => {
		const { tty, calls } = await onAlerts([lonely]);
		tty.press('y');
		await expectFooter(tty, /copied the alert/);
		expect(calls[0]).toMatch(
			/^warning firing: peers-none \(beta\)\nWhat: has no peers\n[^]*Node: beta, qudag at/,
		);
		tty.press('1');
		tty.press('y');
		// The worst node comes first.
		await expect.poll(() => calls[1], waiting).toBe('http://127.0.0.1/beta');
	});
});
