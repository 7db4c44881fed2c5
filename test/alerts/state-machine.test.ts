import { describe, expect, it } from 'vitest';
import { applyAction } from '../../source/alerts/alert-state.ts';
import type { Evaluation } from '../../source/alerts/evaluation.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import type { Observation } from '../../source/domain/observe.ts';
import { step } from '../../source/alerts/step.ts';
import type { AlertPhase } from '../../source/alerts/step.ts';
import type { Severity } from '../../source/domain/words.ts';
import { cpu, cpuRule, down, group, minuteMs, rules, simulate, startMs } from './helpers.ts';

type Look = Severity | 'good' | 'between' | 'none';

function toObservation(look: Look): Observation {
	if (look === 'none') return { kind: 'noData' };
	if (look === 'good') return { kind: 'good' };
	if (look === 'between') return { kind: 'between' };
	return { kind: 'bad', severity: look };
}

/** Steps through looks, so many seconds apart; `for` and keep-firing in seconds. */
function run(looks: readonly Look[], { every = 10, hold = 0, keep = 0 } = {}): string {
	let phase: AlertPhase | undefined;
	const events: string[] = [];
	for (const [index, look] of looks.entries()) {
		const result = step(phase, {
			observation: toObservation(look),
			deltaMs: every * 1000,
			isFresh: true,
			forMs: hold * 1000,
			keepFiringForMs: keep * 1000,
			isFlapping: false,
		});
		phase = result.next;
		if (result.event) events.push(`${index}:${result.event}`);
	}
	return events.join(' ');
}

const warn: Look = 'warning';
const crit: Look = 'critical';

describe('step', () => {
	it.each<[string, Look[], Parameters<typeof run>[1], string]>([
		['for 0 fires at first', [warn], {}, '0:fired'],
		['fires when for is exactly reached', [warn, warn, warn], { hold: 20 }, '0:pending 2:fired'],
		['not a moment before', [warn, warn], { hold: 20 }, '0:pending'],
		[
			'an interval longer than for needs two looks',
			[warn, warn],
			{ every: 90, hold: 60 },
			'0:pending 1:fired',
		],
		['a single spike', [warn, 'good', 'good'], { hold: 20 }, '0:pending 1:dropped'],
		[
			'one good look resets pending',
			[warn, warn, 'good', warn, warn, warn],
			{ hold: 20 },
			'0:pending 2:dropped 3:pending 5:fired',
		],
		[
			'between resets pending too',
			[warn, 'between', warn],
			{ hold: 10 },
			'0:pending 1:dropped 2:pending',
		],
		['no data while inactive', ['none', 'none'], {}, ''],
		[
			'no data while pending stops its time',
			[warn, 'none', 'none', warn, warn],
			{ hold: 20 },
			'0:pending',
		],
		[
			'and it goes on where it was',
			[warn, warn, 'none', warn, warn],
			{ hold: 20 },
			'0:pending 4:fired',
		],
		[
			'a gap as long as for stops its time, the next one counts',
			[warn, 'none', warn, 'none', warn],
			{ hold: 20 },
			'0:pending 4:fired',
		],
		[
			'a longer gap does not count, and leaves the time as it was',
			[warn, 'none', 'none', warn, warn, warn],
			{ hold: 20 },
			'0:pending 5:fired',
		],
		[
			'gaps in a recovery count in the same way',
			[warn, 'good', 'none', 'good', 'none', 'good'],
			{ keep: 20 },
			'0:fired 5:resolved',
		],
		['no data never resolves', [warn, 'none', 'none', 'none'], {}, '0:fired'],
		['a good value after no data does', [warn, 'none', 'good'], {}, '0:fired 2:resolved'],
		['between threshold and clear it keeps firing', [warn, 'between', 'between'], {}, '0:fired'],
		['below clear it ends', [warn, 'between', 'good'], {}, '0:fired 2:resolved'],
		['keep firing', [warn, 'good', 'good', 'good'], { keep: 20 }, '0:fired 3:resolved'],
		[
			'a bad value cancels it',
			[warn, 'good', 'good', warn, 'good', 'good', 'good'],
			{ keep: 20 },
			'0:fired 6:resolved',
		],
		['so does one in between', [warn, 'good', 'between', 'good', 'good'], { keep: 20 }, '0:fired'],
		[
			'one in between begins it anew',
			[warn, 'good', 'good', 'between', 'good', 'good'],
			{ keep: 20 },
			'0:fired',
		],
		[
			'no data stops its time',
			[warn, 'good', 'none', 'none', 'good', 'good'],
			{ keep: 20 },
			'0:fired',
		],
		[
			'raised, lowered, resolved: one alert',
			[warn, crit, warn, 'good'],
			{},
			'0:fired 1:raised 2:lowered 3:resolved',
		],
		[
			'a raise has to be held as long',
			[warn, warn, crit, crit, crit],
			{ hold: 10 },
			'0:pending 1:fired 3:raised',
		],
		[
			'a spike of the worse does not raise',
			[warn, warn, crit, warn, crit, warn],
			{ hold: 10 },
			'0:pending 1:fired',
		],
		['critical time counts for warning', [crit, warn, warn], { hold: 20 }, '0:pending 2:fired'],
	])('%s', (_, looks, options, expected) => {
		expect(run(looks, options)).toBe(expected);
	});

	it('fires with the level that was held, not with the last', () => {
		let phase = step(undefined, lookAt('warning', true)).next;
		const fired = step(phase, lookAt('critical', true));
		expect(fired).toMatchObject({ event: 'fired', next: { severity: 'warning' } });
		phase = fired.next;
		expect(step(phase, lookAt('critical', true))).toMatchObject({ event: 'raised' });
	});

	it('does not take one look at two moments for a duration', () => {
		const phase = step(undefined, lookAt('warning', true)).next;
		const still = step(phase, lookAt('warning', false));
		expect(still).toMatchObject({ next: { phase: 'pending' } });
		expect(step(still.next, lookAt('warning', true)).event).toBe('fired');
	});
});

function lookAt(look: Look, isFresh: boolean) {
	const observation = toObservation(look);
	return {
		observation,
		deltaMs: 10_000,
		isFresh,
		forMs: 10_000,
		keepFiringForMs: 0,
		isFlapping: false,
	};
}

const high = rules({ cpu: cpuRule() });

describe('R1: the fingerprint', () => {
	it('is of the rule and the node, whatever the text and the value', () => {
		const run = simulate(high);
		const [first] = run.after(0, [cpu(0.9), cpu(0.9, { name: 'b' })]).incidents;
		const [second, other] = run.after(5000, [cpu(0.95), cpu(0.9, { name: 'b' })]).incidents;
		expect(second?.id).toBe(first?.id);
		expect(second?.message).toBe('CPU of a is 95.0%');
		expect(other?.fingerprint).not.toBe(second?.fingerprint);
		expect(first?.id).toBe(`${first?.fingerprint}/2026-01-02T03:04:05.000Z`);
	});

	it('does not change when the kind or the tags become known', () => {
		const run = simulate(high);
		const before = run.after(0, [cpu(0.9, { kind: 'unknown' })]).incidents[0];
		const after = run.after(1000, [cpu(0.9, { kind: 'evm', tags: ['eu'] })]).incidents[0];
		expect(after?.id).toBe(before?.id);
		expect(after?.labels).toEqual({ node: 'a', kind: 'evm', tags: 'eu' });
	});

	it('tells names of other scripts apart', () => {
		const run = simulate(high);
		const { incidents } = run.after(0, [cpu(0.9, { name: 'é' }), cpu(0.9, { name: 'e' })]);
		expect(new Set(incidents.map(({ fingerprint }) => fingerprint)).size).toBe(2);
	});
});

describe('R4: no data', () => {
	it('keeps what fires, marked stale, and resolves on a good value only', () => {
		const run = simulate(high);
		run.after(0, [cpu(0.9)]);
		const stale = run.after(minuteMs, [{ ...cpu(0.1), ...down }]);
		expect(stale.alerts).toMatchObject([{ state: 'firing', isStale: true }]);
		expect(run.after(minuteMs, [cpu(undefined)]).incidents).toHaveLength(1);
		expect(run.after(minuteMs, []).incidents[0]?.reason).toBe('node removed');
		expect(run.events()).toEqual(['fired cpu a', 'resolved cpu a']);
	});

	it.each([
		['absent', {}],
		['the section absent', undefined],
		['NaN', { cpuRatio: Number.NaN }],
	])('takes %s for no data', (_, resources) => {
		const run = simulate(high);
		run.after(0, [cpu(0.9)]);
		const section = resources && { resources: { source: 'node' as const, ...resources } };
		expect(run.after(1000, [{ ...section }]).incidents).toMatchObject([{ state: 'firing' }]);
	});

	it('is an alert of its own after three polls without what was told before', () => {
		const run = simulate(
			rules({
				cpu: cpuRule(),
				'no-data': { condition: { noData: true }, message: '{node}: {finding}', forMs: 0 },
			}),
		);
		run.after(0, [cpu(0.1), cpu(undefined, { name: 'b' })]);
		run.after(1000, [cpu(undefined), cpu(undefined, { name: 'b' })]);
		run.after(1000, [cpu(undefined), cpu(undefined, { name: 'b' })]);
		expect(run.events()).toEqual([]);
		const { incidents } = run.after(1000, [cpu(undefined), cpu(undefined, { name: 'b' })]);
		expect(incidents).toMatchObject([
			{
				rule: 'no-data',
				message: 'a: a value is no longer reported',
				evidence: 'resources.cpuRatio',
			},
		]);
		run.restart();
		expect(run.after(1000, [cpu(undefined)]).incidents).toMatchObject([{ state: 'firing' }]);
		expect(run.after(1000, [cpu(0.1)]).incidents).toMatchObject([{ state: 'resolved' }]);
	});

	it('counts no poll that failed', () => {
		const run = simulate(
			rules({ cpu: cpuRule(), 'no-data': { condition: { noData: true }, message: 'x', forMs: 0 } }),
		);
		run.after(0, [cpu(0.1)]);
		for (let poll = 0; poll < 5; poll += 1) run.after(1000, [down]);
		expect(run.events()).toEqual([]);
	});
});

describe('R5: the clear threshold', () => {
	it('keeps an alert that oscillates at the threshold', () => {
		const condition = {
			value: { field: 'resources.cpuRatio' },
			above: { warning: 0.8, clear: 0.7 },
		};
		const run = simulate(rules({ cpu: cpuRule({ condition }) }));
		for (const ratio of [0.81, 0.79, 0.81, 0.75, 0.85, 0.71]) run.after(1000, [cpu(ratio)]);
		expect(run.events()).toEqual(['fired cpu a']);
		run.after(1000, [cpu(0.7)]);
		expect(run.events()).toEqual(['resolved cpu a']);
	});
});

describe('R6: severity', () => {
	it('updates the one alert', () => {
		const condition = {
			value: { field: 'resources.cpuRatio' },
			above: { warning: 0.8, critical: 0.9 },
		};
		const run = simulate(rules({ cpu: cpuRule({ condition }) }));
		const ids = [0.85, 0.95, 0.85, 0.1].map((ratio) => run.after(1000, [cpu(ratio)]).incidents[0]);
		expect(ids.map((each) => each?.severity)).toEqual([
			'warning',
			'critical',
			'warning',
			'warning',
		]);
		expect(new Set(ids.map((each) => each?.id)).size).toBe(1);
		expect(run.events()).toEqual([
			'fired cpu a',
			'raised cpu a',
			'lowered cpu a',
			'resolved cpu a',
		]);
	});
});

describe('R14: restart', () => {
	const slow = rules({ cpu: cpuRule({ forMs: 60_000 }) });

	it('does not count the time while down as pending', () => {
		const run = simulate(slow);
		run.after(0, [cpu(0.9)]);
		run.after(30_000, [cpu(0.9)]);
		run.restart(slow, 10 * minuteMs);
		run.after(0, [cpu(0.9)]);
		run.after(29_000, [cpu(0.9)]);
		expect(run.events()).toEqual(['pending cpu a']);
		run.after(1000, [cpu(0.9)]);
		expect(run.events()).toEqual(['fired cpu a']);
	});

	it('knows what fired: still bad says nothing, good resolves once, unknown waits', () => {
		const run = simulate(high);
		const id = run.after(0, [cpu(0.9)]).incidents[0]?.id;
		run.restart(high, 5 * minuteMs);
		expect(run.after(0, [{ pollStatus: 'pending' }]).incidents[0]).toMatchObject({
			id,
			state: 'firing',
		});
		run.after(1000, [cpu(0.9)]);
		run.restart();
		run.after(1000, [cpu(0.1)]);
		run.after(1000, [cpu(0.1)]);
		expect(run.events()).toEqual(['fired cpu a', 'resolved cpu a']);
	});

	it('keeps the alerts of a site’s nodes until the site was asked', () => {
		const run = simulate(high);
		run.after(0, [{ name: 's' }, cpu(0.9, { name: 's/a' })]);
		run.restart();
		expect(run.after(0, [{ name: 's', pollStatus: 'pending' }]).incidents[0]?.state).toBe('firing');
		expect(run.after(1000, [{ name: 's' }]).incidents[0]?.reason).toBe('node removed');
	});
});

describe('R15: rules that change', () => {
	it('closes the alerts of a rule that was removed, and says so', () => {
		const run = simulate(high);
		run.after(0, [cpu(0.9)]);
		run.core.reload(rules({}), { silences: [], maintenance: {} });
		const { incidents } = run.after(1000, [cpu(0.9)]);
		expect(incidents).toMatchObject([{ state: 'resolved', reason: 'rule removed' }]);
	});

	it('does so over a restart, too', () => {
		const run = simulate(high);
		run.after(0, [cpu(0.9)]);
		run.restart(rules({}));
		expect(run.after(0, [cpu(0.9)]).incidents[0]?.reason).toBe('rule removed');
	});

	it('fires at once under a shorter for', () => {
		const run = simulate(rules({ cpu: cpuRule({ forMs: 600_000 }) }));
		run.after(0, [cpu(0.9)]);
		run.after(120_000, [cpu(0.9)]);
		run.core.reload(rules({ cpu: cpuRule({ forMs: 60_000 }) }), { silences: [], maintenance: {} });
		run.after(1000, [cpu(0.9)]);
		expect(run.events()).toEqual(['pending cpu a', 'fired cpu a']);
	});

	it('is acknowledged no more when it goes back to pending under a longer one', () => {
		const run = simulate(high);
		const [fired] = run.after(0, [cpu(0.9)]).incidents;
		const record = run.state.alerts[fired?.fingerprint ?? ''];
		Object.assign(record ?? {}, { ackedAt: new Date(startMs).toISOString(), ackedBy: 'me' });
		run.core.reload(rules({ cpu: cpuRule({ forMs: 10_000 }) }), { silences: [], maintenance: {} });
		run.after(1000, [cpu(0.9)]);
		const { alerts } = run.after(10_000, [cpu(0.9)]);
		const again = alerts.find(({ state }) => state === 'firing');
		expect(again).toMatchObject({ rule: 'cpu' });
		expect(again).not.toHaveProperty('ackedAt');
		expect(again).not.toHaveProperty('muted');
	});

	it('is acknowledged no more when it ended and comes back', () => {
		const run = simulate(rules({ cpu: cpuRule({ keepFiringForMs: 0 }) }));
		const [fired] = run.after(0, [cpu(0.9)]).incidents;
		const fingerprint = fired?.fingerprint ?? '';
		const at = new Date(startMs).toISOString();
		applyAction(run.state, { type: 'acknowledge', fingerprint, at, by: 'me' });
		expect(run.after(1000, [cpu(0.9)]).alerts).toMatchObject([{ muted: 'acknowledged' }]);
		run.after(1000, [cpu(0.1)]);
		const { alerts } = run.after(1000, [cpu(0.9)]);
		const again = alerts.find(({ state }) => state === 'firing');
		expect(again).toMatchObject({ fingerprint });
		for (const left of ['ackedAt', 'ackedBy', 'ackedSeverity', 'muted']) {
			expect(again).not.toHaveProperty(left);
		}
	});

	it('goes back to pending under a longer one, and fires as another alert', () => {
		const run = simulate(high);
		const first = run.after(0, [cpu(0.9)]).incidents[0];
		run.core.reload(rules({ cpu: cpuRule({ forMs: 60_000 }) }), { silences: [], maintenance: {} });
		const edited = run.after(1000, [cpu(0.9)]);
		expect(edited.incidents).toMatchObject([
			{ id: first?.id, state: 'resolved', reason: 'rule edited' },
		]);
		expect(edited.alerts[0]).toMatchObject({ state: 'pending' });
		const later = run.after(60_000, [cpu(0.9)]).incidents[0];
		expect(later?.state).toBe('firing');
		expect(later?.id).not.toBe(first?.id);
	});

	it('closes what the rule is not about any more', () => {
		const run = simulate(high);
		run.after(0, [cpu(0.9)]);
		run.core.reload(rules({ cpu: cpuRule({ kinds: ['storj'] }) }), {
			silences: [],
			maintenance: {},
		});
		expect(run.after(1000, [cpu(0.9)]).incidents[0]?.reason).toBe('rule edited');
	});
});

describe('R16: flapping', () => {
	const flap = (times: number, run = simulate(high)) => {
		for (let index = 0; index < times; index += 1)
			run.after(20_000, [cpu(index % 2 === 0 ? 0.9 : 0.1)]);
		return run;
	};

	it('keeps one alert firing, and ends it when it is calm and good', () => {
		const run = flap(20);
		expect(run.events()).toEqual([
			'fired cpu a',
			'resolved cpu a',
			'fired cpu a',
			'resolved cpu a',
			'fired cpu a',
		]);
		const { alerts } = run.after(20_000, [cpu(0.1)]);
		expect(alerts[0]).toMatchObject({ state: 'firing', isFlapping: true });
		expect(alerts[0]?.message).toContain('changes too often');
		for (let minute = 0; minute < 10; minute += 1) run.after(minuteMs, [cpu(0.1)]);
		expect(run.events()).toEqual(['resolved cpu a']);
	});

	it('goes on without a word when it is calm and bad', () => {
		const run = flap(20);
		run.events();
		for (let minute = 0; minute < 11; minute += 1) run.after(minuteMs, [cpu(0.9)]);
		expect(run.events()).toEqual([]);
		expect(run.after(1000, [cpu(0.9)]).alerts[0]).toMatchObject({ state: 'firing' });
		expect(run.after(1000, [cpu(0.9)]).alerts[0]?.isFlapping).toBeUndefined();
	});

	it('is not begun by slow changes', () => {
		const run = simulate(high);
		for (let index = 0; index < 12; index += 1)
			run.after(150_000, [cpu(index % 2 === 0 ? 0.9 : 0.1)]);
		expect(run.events()).toHaveLength(12);
	});

	it('counts nothing while the node is down', () => {
		const run = flap(5);
		for (let index = 0; index < 10; index += 1) run.after(10_000, [down]);
		run.events();
		expect(run.after(600_000, [cpu(0.1)]).incidents.at(-1)?.state).toBe('resolved');
	});
});

describe('R17: our own connection', () => {
	const own = rules({
		'own-connection-lost': {
			scope: 'fleet',
			condition: { issue: 'ownConnectionLost' },
			severity: 'critical',
			forMs: 0,
			message: '{finding}',
		},
		'node-down': {
			condition: { issue: 'nodeDown', frozenBy: ['ownConnectionLost'] },
			forMs: 0,
			message: '{finding}',
		},
	});
	const lost = { pollStatus: 'failed', issues: [{ code: 'ownConnectionLost' }] } as const;
	const witness = {
		verdict: 'us' as const,
		at: new Date(startMs).toISOString(),
		since: new Date(startMs).toISOString(),
		message: 'our own connection is lost',
		evidence: ['3 of 3 hosts'],
		failing: ['a', 'b'],
	};

	it('is one alert, and says nothing of the nodes that cannot be seen', () => {
		const run = simulate(own);
		const local = { ...down, name: 'local' };
		run.after(0, [{}, { name: 'b' }, { name: 'local' }]);
		run.after(1000, [lost, { ...lost, name: 'b' }, local], { witness });
		expect(run.events()).toEqual(
			['fired node-down local', 'fired own-connection-lost'].toSorted().toReversed(),
		);
		run.after(minuteMs, [{}, { name: 'b' }, { name: 'local' }]);
		expect(run.events().toSorted()).toEqual([
			'resolved node-down local',
			'resolved own-connection-lost',
		]);
	});

	it('leaves what fired before as it was', () => {
		const run = simulate(own);
		run.after(0, [down]);
		expect(run.after(1000, [lost], { witness }).incidents[0]?.state).toBe('firing');
	});
});

describe('R18 and R21: groups', () => {
	const network = rules({
		stalled: {
			scope: 'group',
			condition: { issue: 'networkStalled', frozenBy: ['networkPartitioned'] },
			severity: 'critical',
			forMs: 0,
			message: '{group}: {finding}',
		},
		'no-progress': {
			condition: { issue: 'noProgress', frozenBy: ['networkStalled'] },
			forMs: 0,
			message: '{finding}',
		},
	});

	it('is one alert for the network', () => {
		const run = simulate(network);
		const still = [{ code: 'networkStalled' }];
		const scene = { groups: [group('stalled')] };
		const { incidents } = run.after(0, [{ issues: still }, { name: 'b', issues: still }], scene);
		expect(incidents).toMatchObject([
			{
				rule: 'stalled',
				severity: 'critical',
				labels: { group: 'evm:1' },
				message: 'evm:1: they are stalled',
			},
		]);
	});

	it('does not take a node for recovered when the network explains it', () => {
		const run = simulate(network);
		run.after(0, [{ issues: [{ code: 'noProgress' }] }]);
		run.after(1000, [{ issues: [{ code: 'networkStalled' }] }], { groups: [group('stalled')] });
		expect(run.events()).toEqual(['fired no-progress a', 'fired stalled evm:1']);
	});

	it('keeps the network of a node that is down while nobody can tell it', () => {
		const run = simulate(buildRuleSet(builtInRules));
		run.after(0, [down], { groups: [group('agreed')] });
		run.after(20_000, [down], { groups: [group('agreed')] });
		run.restart();
		const labels = ({ incidents }: Evaluation) => incidents.map((each) => each.labels['group']);
		expect(labels(run.after(1000, [down]))).toEqual(['evm:1']);
		// As soon as it answers, it is as it tells.
		const other = { groups: [group('agreed', ['a', 'b'], 'evm:2')] };
		expect(labels(run.after(1000, [{}], other))).toEqual(['evm:2']);
	});

	it.each(['unknown', 'partitioned'] as const)('nor the network when it is %s', (state) => {
		const run = simulate(network);
		run.after(0, [{}], { groups: [group('stalled')] });
		const seen = group(state);
		const members = seen.members.map((each) => ({ ...each, position: 'unknown' as const }));
		run.after(minuteMs, [{}], { groups: [{ ...seen, members }] });
		expect(run.events()).toEqual(['fired stalled evm:1']);
		run.after(minuteMs, [{}], { groups: [group('agreed')] });
		expect(run.events()).toEqual(['resolved stalled evm:1']);
	});

	it('keeps the alert of a group that is not seen, for an hour of answers', () => {
		const run = simulate(network);
		run.after(0, [{}], { groups: [group('stalled')] });
		for (let minute = 0; minute < 120; minute += 1) run.after(minuteMs, [down]);
		expect(run.events()).toEqual(['fired stalled evm:1']);
		for (let minute = 0; minute < 59; minute += 1) run.after(minuteMs, [{}]);
		expect(run.events()).toEqual([]);
		expect(run.after(minuteMs, [{}]).incidents[0]?.reason).toBe('no longer reported');
	});
});

describe('R22: many alerts', () => {
	it('keeps those that are there, and counts the others', () => {
		const run = simulate(rules({ cpu: cpuRule({ maxAlerts: 3 }) }));
		const all = (count: number) =>
			Array.from({ length: count }, (_, index) => cpu(0.9, { name: `n${index}` }));
		run.after(0, all(2));
		const { incidents, dropped } = run.after(1000, all(10));
		expect(incidents.map(({ labels }) => labels['node'])).toEqual(['n0', 'n1', 'n2']);
		expect(dropped).toEqual({ cpu: 7 });
		expect(run.after(1000, all(2)).dropped).toEqual({});
	});
});

describe('R27: time', () => {
	const slow = rules({ cpu: cpuRule({ forMs: 60_000 }) });

	it.each([1, -1])('is not moved by a clock that is set by %i h', (hours) => {
		const run = simulate(slow);
		const first = run.after(0, [cpu(0.9)]).alerts[0];
		run.nowMs += hours * 60 * minuteMs;
		run.after(30_000, [cpu(0.9)]);
		expect(run.events()).toEqual(['pending cpu a']);
		const fired = run.after(30_000, [cpu(0.9)]);
		expect(run.events()).toEqual(['fired cpu a']);
		expect(fired.alerts[0]?.since).toBe(first?.since);
	});

	it('gives another id to the next alert, even if the clock was set back', () => {
		const run = simulate(high);
		const first = run.after(0, [cpu(0.9)]).incidents[0];
		run.after(1000, [cpu(0.1)]);
		run.nowMs -= 3_600_000;
		const second = run.after(1000, [cpu(0.9)]).incidents.find(({ state }) => state === 'firing');
		expect(second?.id).not.toBe(first?.id);
	});

	it('counts ten minutes at most for a time in which nobody looked', () => {
		const run = simulate(rules({ cpu: cpuRule({ forMs: 30 * minuteMs }) }));
		run.after(0, [cpu(0.9)]);
		run.after(8 * 60 * minuteMs, [cpu(0.9)]);
		expect(run.events()).toEqual(['pending cpu a']);
	});
});
