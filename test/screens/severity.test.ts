import { describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { fleetColumns } from '../../screens/overview/fleet-columns.ts';
import { groupLines } from '../../screens/overview/groups-panel.tsx';
import { headerCounts } from '../../screens/shell/header-counts.ts';
import { emptyAlertState } from '../../source/alerts/alert-state.ts';
import { createAlertCore } from '../../source/alerts/core.ts';
import { createJudge } from '../../source/health/judge.ts';
import { builtInRules, groupIssues } from '../../source/sections/findings.ts';
import { codeOf } from '../../source/sections/rule-names.ts';
import { checkCodeOf } from '../../source/commands/once/once.ts';
import { toneOfLevel } from '../../source/domain/tone.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { exitCodeOfLevel, severities } from '../../source/domain/words.ts';
import type { GroupState, Severity } from '../../source/domain/words.ts';
import { toOverviewText } from '../../source/export/overview-text.ts';
import { toPluginReport } from '../../source/export/plugin-text.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { Issue } from '../../source/sections/health/schema.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { noSamples } from '../../source/sections/samples.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { ago, documentOf, plainNode, takenAtMs } from '../export/nodes.ts';

/** What a severity means wherever it is shown: the one table of decision 4. */
const meaning: Readonly<Record<Severity, { tone: Tone; exitCode: number }>> = {
	critical: { tone: 'bad', exitCode: 2 },
	warning: { tone: 'warn', exitCode: 1 },
	info: { tone: 'good', exitCode: 0 },
};

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 8 });

const ansi = (text: string) => text.replaceAll('\u001B', '');
const sgrOf = (tone: Tone) => ansi(look.paint(tone, '|')).split('|')[0] ?? '';

function nodeWith(issue: Issue): NodeSnapshot {
	const status = issue.severity === 'info' ? 'up' : 'degraded';
	return plainNode({ health: { status, issues: [issue] } });
}

function issueOf(code: string, severity: Severity): Issue {
	return { code, component: 'node', severity, message: 'm', since: ago(60) };
}

function rowTone(node: NodeMoment): Tone | undefined {
	const column = fleetColumns.find(({ id }) => id === 'health');
	return column?.cell(node, { look, nowMs: takenAtMs }, 10).tone;
}

/** The severity of the alert that a rule makes of the issue. */
function alertSeverity(name: string, node: NodeSnapshot): Severity | undefined {
	const entry = builtInRules[name];
	if (!entry) return undefined;
	const rules = buildRuleSet({ [name]: { ...entry, forMs: 0, mutes: undefined } });
	const core = createAlertCore(emptyAlertState(), rules, { silences: [], maintenance: {} });
	const subjects = { nodes: [node], groups: [] };
	const input = { ...subjects, observed: createJudge().observe(subjects, takenAtMs) };
	return core.evaluate(input, { wallMs: takenAtMs, steadyMs: 0 }).alerts[0]?.severity;
}

const nodeRules = Object.entries(builtInRules).flatMap(([name, { condition, scope }]) =>
	scope !== 'node' || condition?.noData === true ? [] : [{ name, code: codeOf(name) }],
);
const table = nodeRules.flatMap((rule) => severities.map((severity) => ({ ...rule, severity })));

describe('a finding of a node', () => {
	it.each(table)('$code that is $severity has one meaning everywhere', (row) => {
		const { name, code, severity } = row;
		const node = nodeWith(issueOf(code, severity));
		const moment: NodeMoment = { snapshot: node, samples: noSamples };
		const { tone, exitCode } = meaning[severity];
		const [count] = headerCounts({ nodes: [moment], groups: [] });
		expect(count && toneOfLevel[count.level]).toBe(tone);
		expect(rowTone(moment)).toBe(tone);
		const document = documentOf([node]);
		expect(checkCodeOf(document)).toBe(exitCode);
		expect(exitCodeOfLevel[toPluginReport(document).state]).toBe(exitCode);
		expect(alertSeverity(name, node)).toBe(severity);
	});

	it('colours the text of --once by the same level', () => {
		const texts = severities.map((severity) =>
			ansi(
				toOverviewText(documentOf([nodeWith(issueOf('x', severity))]), {
					color: true,
					ascii: false,
				}),
			),
		);
		expect(texts.map((text) => text.match(/✗|⚠|✓/)?.[0])).toEqual(['✓', '⚠', '✗']);
		expect(texts.map((text) => /\[31m1 degraded/.test(text))).toEqual([false, false, true]);
	});
});

describe('a node about which nothing can be said', () => {
	it('exits 3, and is neither good nor bad', () => {
		const node = plainNode({ health: { status: 'unknown' } });
		expect(rowTone({ snapshot: node, samples: noSamples })).toBe('unknown');
		expect(checkCodeOf(documentOf([node]))).toBe(3);
		expect(toPluginReport(documentOf([node])).state).toBe('unknown');
	});

	it('does not hide a node with a warning', () => {
		const warned = nodeWith(issueOf('x', 'warning'));
		const unknown = plainNode({ target: { name: 'n2' }, health: { status: 'unknown' } });
		const document = documentOf([warned, unknown]);
		expect(checkCodeOf(document)).toBe(1);
		expect(toPluginReport(document).state).toBe('warning');
	});
});

const groupOf = (state: GroupState): Group => ({
	name: 'bft:net',
	kind: 'bft',
	nodes: ['a', 'b'],
	state,
	since: ago(60),
	message: `they are ${state}`,
	members: [],
});

describe('a finding of a network', () => {
	it.each([
		{ state: 'partitioned', tone: 'bad' },
		{ state: 'forked', tone: 'bad' },
		{ state: 'stalled', tone: 'bad' },
		{ state: 'lagging', tone: 'warn' },
	] as const)('$state is counted in the header as it is coloured in Groups', ({ state, tone }) => {
		const group = groupOf(state);
		const [count] = headerCounts({ nodes: [], groups: [group] });
		expect(count?.text).toBe(`1 network ${state}`);
		expect(count && toneOfLevel[count.level]).toBe(tone);
		const [line = ''] = groupLines(look, { groups: [group], witness: undefined, atMs: 0 }, 80, 24);
		expect(ansi(line).startsWith(sgrOf(tone))).toBe(true);
	});

	it('that is critical has a critical alert', () => {
		for (const state of ['partitioned', 'forked', 'stalled'] as const) {
			const [found] = groupIssues(groupOf(state));
			expect(found?.severity).toBe('critical');
			expect(builtInRules[`network-${state}`]?.severity).toBe('critical');
		}
	});

	it('is counted with others, the worst deciding', () => {
		const groups = [groupOf('lagging'), groupOf('stalled'), groupOf('agreed')];
		expect(headerCounts({ nodes: [], groups })).toEqual([
			{ level: 'critical', text: '2 networks in trouble' },
		]);
	});
});
