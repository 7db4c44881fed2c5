import { expect, it } from 'vitest';
import { createJudge } from '../../source/health/judge.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import type { RuleEntry } from '../../source/domain/rule.ts';
import type { HealthReport } from '../../source/sections/health/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

type Sections = Partial<Omit<NodeSnapshot, 'target' | 'health'>>;

const startedAt = '2026-01-01T00:00:00.000Z';
const restartedAt = '2026-01-02T00:00:00.000Z';
const intervalMs = 10_000;

/** Whether a rule about the increase of a field sees one at the last of these looks, ten seconds apart. */
function sees(field: string, looks: readonly Sections[], above = 0): boolean {
	const rule: RuleEntry = {
		condition: { value: { increase: field, overMs: 300_000 }, above },
		message: '{node} has {value} more',
		forMs: 0,
	};
	const judge = createJudge(buildRuleSet({ reorg: rule }));
	let health: HealthReport | undefined;
	let nowMs = Date.parse('2026-01-03T00:00:00Z');
	for (const look of looks) {
		nowMs += intervalMs;
		const node = {
			target: { name: 'a', kind: 'bft', url: 'http://a' },
			poll: { status: 'ok' as const, failures: 0, at: new Date(nowMs).toISOString() },
			identity: { startedAt },
			...look,
		};
		health = judge.judgeNode({ node, memory: {}, components: undefined, nowMs }, health);
	}
	return health?.issues.some(({ code }) => code === 'reorg') === true;
}

const consensus = (more: object = {}): Sections => ({
	consensus: { status: 'active', view: 7, ...more },
});

const kinds: readonly [string, string, Sections, Sections][] = [
	['view changes', 'consensus.viewChanges', consensus(), consensus({ viewChanges: 2 })],
	['equivocations', 'consensus.equivocations', consensus(), consensus({ equivocations: 1 })],
	[
		'safety violations',
		'consensus.safetyViolations',
		consensus(),
		consensus({ safetyViolations: 1 }),
	],
	[
		'view changes by reason',
		'consensus.viewChangeReasons.timeout',
		consensus({ viewChangeReasons: { crash: 4 } }),
		consensus({ viewChangeReasons: { crash: 4, timeout: 3 } }),
	],
	[
		'reorganisations',
		'chain.reorgs.count',
		{ chain: { head: { number: 5 } } },
		{ chain: { head: { number: 5 }, reorgs: { count: 1 } } },
	],
	[
		'failures by reason',
		'network.connectionFailuresBy.refused',
		{ network: { peers: 4 } },
		{ network: { peers: 4, connectionFailuresBy: { refused: 2 } } },
	],
	[
		'dropped messages',
		'network.messages[].dropped',
		{ network: { peers: 4, messages: [{ type: 'vote', sent: 9 }] } },
		{ network: { peers: 4, messages: [{ type: 'vote', sent: 9, dropped: 5 }] } },
	],
];

it.each(kinds)('the first %s of a process that was seen before is an increase', (...given) => {
	const [, field, before, after] = given;
	expect(sees(field, [before, before, after])).toBe(true);
	expect(sees(field, [after, after])).toBe(false);
});

it.each(kinds)(
	'%s that were there already when the process was first seen are none',
	(...given) => {
		const [, field, before, after] = given;
		expect(sees(field, [after])).toBe(false);
		// The whole section was not there: nobody knows what it counted meanwhile.
		expect(sees(field, [{}, after])).toBe(false);
		const partial = { poll: { status: 'partial' as const, failures: 0 } };
		expect(sees(field, [{ ...before, ...partial }, after])).toBe(false);
		expect(sees(field, [before, { ...after, identity: { startedAt: restartedAt } }])).toBe(false);
	},
);

it('counts by as much as it shows, once, and goes on from there', () => {
	const field = 'consensus.equivocations';
	const at = (count?: number) => consensus(count === undefined ? {} : { equivocations: count });
	expect(sees(field, [at(), at(3)], 2)).toBe(true);
	expect(sees(field, [at(), at(3)], 3)).toBe(false);
	expect(sees(field, [at(), at(3), at(), at(3), at(4)], 3)).toBe(true);
	expect(sees(field, [at(), at(3), at(), at(3), at(4)], 4)).toBe(false);
	// A start that is computed from an uptime moves by a little.
	const later = { identity: { startedAt: '2026-01-01T00:00:01.000Z' } };
	expect(sees(field, [at(), { ...at(1), ...later }])).toBe(true);
});

it('a height that appears did not begin at 0', () => {
	const syncing: Sections = { consensus: { status: 'syncing' } };
	expect(sees('consensus.height', [syncing, consensus({ height: 5_000_000 })])).toBe(false);
});

it('a node that does not say when it started is one process while it answers', () => {
	const unknown = { identity: {} };
	const after = { ...consensus({ equivocations: 1 }), ...unknown };
	expect(sees('consensus.equivocations', [{ ...consensus(), ...unknown }, after])).toBe(true);
});
