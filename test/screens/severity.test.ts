import { describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { fleetColumns } from '../../screens/overview/fleet-columns.ts';
import { groupLines } from '../../screens/overview/groups-panel.tsx';
import { headerCounts } from '../../screens/shell/header-counts.ts';
import { emptyAlertState } from '../../source/alerts/alert-state.ts';
import { createAlertCore } from '../../source/alerts/core.ts';
import { createJudge } from '../../source/health/judge.ts';
import { builtInRules, findingOf, findings, groupIssues } from '../../source/sections/findings.ts';
import type { FindingCode } from '../../source/sections/findings.ts';
import { ruleNameOf } from '../../source/sections/rule-names.ts';
import { checkCodeOf } from '../../source/commands/once/once.ts';
import { toneOfLevel } from '../../source/domain/tone.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { exitCodeOfLevel, severities } from '../../source/domain/words.ts';
import type { Severity } from '../../source/domain/words.ts';
import { toOverviewText } from '../../source/export/overview-text.ts';
import { toPluginReport } from '../../source/export/plugin-text.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { Issue } from '../../source/sections/health/schema.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { noSamples } from '../../source/sections/samples.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { ago, documentOf, plainNode, takenAtMs } from '../export/nodes.ts';
import { groupOf, only, provoke, severitiesOf } from './provoked.ts';
import type { Provoked } from './provoked.ts';

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

function rowTone(node: NodeSnapshot): Tone | undefined {
	const column = fleetColumns.find(({ id }) => id === 'health');
	return column?.cell(momentOf(node), { look, nowMs: takenAtMs, windowMs: 60_000 }, 10).tone;
}

const momentOf = (snapshot: NodeSnapshot): NodeMoment => ({ snapshot, samples: noSamples });

function groupTone(group: Group, nodes: readonly NodeSnapshot[]): Tone | undefined {
	const view = { nodes: nodes.map(momentOf), groups: [group], witness: undefined, atMs: 0 };
	const [line = ''] = groupLines(look, view, 80, 24);
	return (['good', 'warn', 'bad', 'unknown'] as const).find((tone) =>
		ansi(line).startsWith(sgrOf(tone)),
	);
}

/** The severity of the alert that the finding's rule makes of it. */
function alertSeverity(code: FindingCode, { node, ...found }: Provoked): Severity | undefined {
	const name = ruleNameOf(code);
	const entry = builtInRules[name];
	if (!entry) return undefined;
	const rules = buildRuleSet({ [name]: { ...entry, forMs: 0, mutes: undefined } });
	const core = createAlertCore(emptyAlertState(), rules, { silences: [], maintenance: {} });
	const time = { wallMs: takenAtMs, steadyMs: 0 };
	return core.evaluate({ nodes: [node], ...found }, time).alerts[0]?.severity;
}

/** A node whose issue was not provoked here, as its own site would have judged it. */
function given(code: FindingCode, severity: Severity): Provoked {
	const node = nodeWith(issueOf(code, severity));
	const subjects = { nodes: [node], groups: [], witness: undefined };
	return { ...subjects, node, observed: createJudge().observe(subjects, takenAtMs) };
}

/** How a finding shows where its severity alone does not decide it, and why. */
const exceptions: Readonly<Record<string, { tone: Tone; exitCode: number; why: string }>> = {
	'machineTooBusy warning': {
		tone: 'unknown',
		exitCode: 3,
		why: 'nothing can be said about a node that was not waited for',
	},
	'ownConnectionLost critical': {
		tone: 'unknown',
		exitCode: 3,
		why: 'it is this machine that is cut off: that is critical, and has one alert; of the nodes nothing is known, so a program that acts on them must not take them for broken',
	},
	'nodeDown warning': {
		tone: 'unknown',
		exitCode: 3,
		why: 'a node that refuses or limits us is alive: somebody should look, but its state is not known',
	},
	'notRecognised warning': {
		tone: 'unknown',
		exitCode: 3,
		why: 'what answers says nothing of a node: it is neither well nor ill',
	},
	'answersCached warning': {
		tone: 'unknown',
		exitCode: 3,
		why: 'what a cache kept says nothing of the node now',
	},
	'allValuesLost warning': {
		tone: 'unknown',
		exitCode: 3,
		why: 'a node that says nothing any more may be well or ill',
	},
};

/** Findings that no node shows: they have an alert and nothing else, and why. */
const alertsOnly: Readonly<Partial<Record<FindingCode, string>>> = {
	noData:
		'a value that is missing is neither good nor bad; alerts alone remember that it was there',
	ownState: 'it is about nodetop itself, and says nothing about any node',
	versionsDiffer: 'it is about the network, and information: nothing turns yellow',
};

const isCode = (text: string): text is FindingCode => Object.hasOwn(findings, text);
const codes = Object.keys(findings).filter((code) => isCode(code));

interface Row {
	readonly code: FindingCode;
	readonly severity: Severity;
	readonly isProvoked: boolean;
	readonly found: Provoked;
}

/** Every finding with each severity it can have: as the judge assigns it, where it was provoked. */
const table = codes.flatMap((code): Row[] => {
	if (code in alertsOnly) return [];
	const provoked = provoke(code).flatMap((found): Row[] => {
		const issue = found.node.health.issues.find((each) => each.code === code);
		if (!issue) return [];
		const node = only(found.node, issue);
		return [{ code, severity: issue.severity, isProvoked: true, found: { ...found, node } }];
	});
	const rest = severitiesOf(findings[code])
		.filter((severity) => provoked.every((row) => row.severity !== severity))
		.map((severity) => {
			return { code, severity, isProvoked: false, found: given(code, severity) };
		});
	return [...provoked, ...rest];
});

describe('a finding', () => {
	it.each(table)('$code that is $severity has one meaning everywhere', (row) => {
		const { code, severity, found } = row;
		const { node, groups } = found;
		const { tone, exitCode } = exceptions[`${code} ${severity}`] ?? meaning[severity];
		const [count] = headerCounts({ nodes: [momentOf(node)], groups: [] });
		expect(count && toneOfLevel[count.level]).toBe(tone);
		expect(rowTone(node)).toBe(tone);
		for (const group of groups.filter(({ state }) => state !== 'agreed'))
			expect(groupTone(group, [node])).toBe(tone);
		const document = documentOf([node]);
		expect(checkCodeOf(document)).toBe(exitCode);
		expect(exitCodeOfLevel[toPluginReport(document).state]).toBe(exitCode);
		// An issue of a satellite or a validator does not name it, so that only a judged one has an alert.
		const { scope = 'node' } = findingOf(code) ?? {};
		const isJudged = row.isProvoked || (scope !== 'satellite' && scope !== 'validator');
		expect(isJudged ? alertSeverity(code, found) : severity).toBe(severity);
	});

	it('is provoked in at least one way, and has no severity but those of its definition', () => {
		const provoked = new Set(table.filter((row) => row.isProvoked).map(({ code }) => code));
		expect(codes.filter((code) => !provoked.has(code) && !(code in alertsOnly))).toEqual([]);
		const strange = table.filter(
			({ code, severity }) => !severitiesOf(findings[code]).includes(severity),
		);
		expect(strange).toEqual([]);
	});

	it.each(codes.filter((code) => code in alertsOnly))('%s is an alert alone', (code) => {
		for (const found of provoke(code)) {
			expect(found.node.health).toEqual({ status: 'up', issues: [] });
			expect(alertSeverity(code, found)).toBe(findingOf(code)?.severity);
		}
		expect(builtInRules[ruleNameOf(code)]?.severity).toBe(findingOf(code)?.severity);
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
		expect(rowTone(node)).toBe('unknown');
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

const states = [
	{ state: 'partitioned', tone: 'bad' },
	{ state: 'forked', tone: 'bad' },
	{ state: 'stalled', tone: 'bad' },
	{ state: 'lagging', tone: 'warn' },
] as const;

describe('a finding of a network', () => {
	it.each(states)('$state is counted in the header as it is coloured in Groups', (row) => {
		const { state, tone } = row;
		const group = groupOf(state);
		const [count] = headerCounts({ nodes: [], groups: [group] });
		expect(count?.text).toBe(`1 network ${state}`);
		expect(count && toneOfLevel[count.level]).toBe(tone);
		expect(groupTone(group, [])).toBe(tone);
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
			{ level: 'critical', text: '2 of 3 networks in trouble' },
		]);
	});
});

describe('a profile that changes a finding', () => {
	/** Node a judged by these changes, and node b that is well. */
	function judgedBy(own: Parameters<typeof buildRuleSet>[1], group: Group, sections: object) {
		const judge = createJudge(buildRuleSet(builtInRules, own));
		const nodes = ['a', 'b'].map((name) => {
			const { health: _health, ...node } = plainNode({
				target: { name },
				...(name === 'a' && sections),
			});
			const report = judge.judgeNode({ node, memory: {}, group, nowMs: takenAtMs }, undefined);
			return { ...node, health: report };
		});
		const counts = headerCounts({ nodes: nodes.map(momentOf), groups: [group] });
		const network = counts.find(({ text }) => text.includes('network'));
		return {
			groups: groupTone(group, nodes),
			header: network && toneOfLevel[network.level],
			exitCode: checkCodeOf({ nodes }),
		};
	}

	it.each([
		['built-in rules', {}, { groups: 'warn', header: 'warn', exitCode: 1 }],
		[
			'syncing as information',
			{ syncing: { severity: 'info' as const } },
			{ groups: 'good', header: 'good', exitCode: 0 },
		],
		[
			'syncing disabled',
			{ syncing: { enabled: false } },
			{ groups: 'good', header: 'good', exitCode: 0 },
		],
	])('a network that is late as a node syncs: %s', (_title, own, expected) => {
		const group = groupOf('lagging', 'behind');
		expect(judgedBy(own, group, { consensus: { status: 'syncing' } })).toEqual(expected);
	});

	it('a stall that is a warning is one in Groups and in the header too', () => {
		const own = { 'network-stalled': { severity: 'warning' as const } };
		expect(judgedBy(own, groupOf('stalled', 'stalled'), {})).toEqual({
			groups: 'warn',
			header: 'warn',
			exitCode: 1,
		});
	});
});
