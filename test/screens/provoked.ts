import type { Observed } from '../../source/domain/observe.ts';
import { severities } from '../../source/domain/words.ts';
import type { GroupPosition, GroupState, Severity } from '../../source/domain/words.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { JudgeInput } from '../../source/health/observations-of.ts';
import type { Finding, UnjudgedNode } from '../../source/sections/finding.ts';
import { findings } from '../../source/sections/findings.ts';
import type { FindingCode } from '../../source/sections/findings.ts';
import type { OwnState } from '../../source/sections/alerting/schema.ts';
import type { Group, ConnectionVerdict } from '../../source/sections/group/schema.ts';
import type { HealthReport, Issue } from '../../source/sections/health/schema.ts';
import { ruleNameOf } from '../../source/sections/rule-names.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { node as specified } from '../alerts/helpers.ts';
import { ruleCases, step } from '../alerts/rule-cases.ts';
import { ago, takenAtMs } from '../export/nodes.ts';

/** A finding as the judge left it in a node, with everything that an alert is evaluated from. */
export interface Provoked {
	readonly node: NodeSnapshot;
	readonly groups: readonly Group[];
	readonly witness: ConnectionVerdict | undefined;
	readonly observed: Observed;
}

type Seen = Partial<Omit<JudgeInput, 'node'>> & {
	readonly sections?: Partial<UnjudgedNode>;
	readonly ownState?: OwnState;
};

export function groupOf(state: GroupState, position: GroupPosition = 'level'): Group {
	return {
		name: 'evm:net',
		kind: 'evm',
		nodes: ['a', 'b'],
		state,
		since: ago(60),
		message: `they are ${state}`,
		members: [
			{ node: 'a', position, ...(state === 'partitioned' && { side: 0 }) },
			{ node: 'b', position: 'level', ...(state === 'partitioned' && { side: 1 }) },
		],
		...(state === 'partitioned' && { sides: [['a'], ['b']] }),
	};
}

const witness: ConnectionVerdict = {
	verdict: 'us',
	at: ago(1),
	since: ago(1),
	message: 'no interface has a route',
	evidence: ['no default route'],
	failing: ['a'],
};

const failed = (code: 'unreachable' | 'unauthorized' | 'tooBusy' | 'noNetwork'): Seen => ({
	sections: { poll: { status: 'failed', failures: 3, error: { code, message: 'm' } } },
});
const clock = { offsetMs: 9000, uncertaintyMs: 10, source: 'httpDate' as const };
const disk = (free: number): Seen => ({
	sections: { resources: { source: 'node', diskAvailableBytes: free, diskTotalBytes: 100 } },
});

const ofLog = (
	seen: Partial<NonNullable<UnjudgedNode['transfers']>>,
	beside: Partial<UnjudgedNode> = {},
): Seen => ({
	sections: {
		transfers: {
			succeeded: 1,
			canceled: 0,
			failed: 0,
			lostPieces: 0,
			...seen,
		},
		...beside,
	},
});
const silentLog = {
	log: {
		place: '/log',
		status: 'following' as const,
		lines: 9,
		unreadLines: 0,
		bytes: 900,
		lastLineAt: ago(3600),
	},
};

/** What shows at one look: every way in which it does. */
const seenAtOnce: Readonly<Partial<Record<FindingCode, readonly Seen[]>>> = {
	ownConnectionLost: [
		{ ...failed('unreachable'), witness },
		{ ...failed('noNetwork'), witness },
	],
	machineTooBusy: [{ ...failed('tooBusy'), witness: { ...witness, verdict: 'busy' } }],
	ownClock: [{ sections: {}, witness: { ...witness, verdict: 'clock' } }],
	ownState: [{ sections: {}, ownState: { message: 'its state is not kept' } }],
	nodeDown: [failed('unreachable'), failed('unauthorized')],
	databaseClosed: [
		{
			sections: {
				poll: {
					status: 'partial',
					failures: 0,
					endpoints: [{ name: 'x', status: 'failed', message: 'leveldb: closed' }],
				},
			},
		},
	],
	endpointFailed: [
		{
			sections: {
				poll: { status: 'partial', failures: 0, endpoints: [{ name: 'x', status: 'failed' }] },
			},
		},
	],
	chainChanged: [{ sections: { identity: { chainId: 2 } }, memory: { first: { chainId: 1 } } }],
	nodeChanged: [
		{
			sections: { identity: { nodeId: 'b' } },
			memory: { first: { nodeId: 'a' }, nodeIdChanges: { lastAtMs: takenAtMs, times: 1 } },
		},
	],
	answersCached: [
		{
			sections: {
				poll: { status: 'ok', failures: 0, cachedBy: 'Age 40 s' },
				consensus: { status: 'stalled' },
			},
		},
		{ sections: { poll: { status: 'ok', failures: 0, figuresAt: ago(3600) } } },
	],
	notRecognised: [{ sections: { unrecognised: { seems: 'a web page' } } }],
	allValuesLost: [{ memory: { lost: { labels: ['Height', 'Peers'], isAll: true } } }],
	valuesLost: [{ memory: { lost: { labels: ['Peers'], isAll: false } } }],
	wentBack: [
		{ memory: { setback: { of: 'head', from: 9, to: 5, by: 4, lastAtMs: takenAtMs, times: 1 } } },
	],
	finalizedAboveHead: [
		{ sections: { chain: { head: { number: 1 }, finalized: { number: 2 } } } },
		{ sections: { consensus: { height: 10, applied: 900 } } },
	],
	ownParent: [{ sections: { chain: { head: { number: 1, hash: 'a', parentHash: 'a' } } } }],
	timeInFuture: [{ sections: { chain: { head: { number: 1, at: ago(-4000) } } } }],
	supervisorTroubled: [
		{ sections: { process: { state: 'running', problem: 'its output is not kept' } } },
	],
	selfReported: [
		{ sections: { selfReport: { status: 'degraded', reasons: [] } } },
		{ sections: { selfReport: { status: 'down', reasons: [] } } },
	],
	consensusStalled: [
		{ sections: { consensus: { status: 'stalled' } } },
		{ sections: { consensus: { status: 'halted' } } },
	],
	noProgress: [
		{
			sections: { consensus: { status: 'active' } },
			memory: { progressAtMs: takenAtMs - 600_000 },
		},
		{ sections: { consensus: { status: 'active', pending: 3, lastFinalizedAt: ago(600) } } },
	],
	networkPartitioned: [{ group: groupOf('partitioned', 'unknown') }],
	networkForked: [{ group: groupOf('forked', 'forked') }],
	networkStalled: [{ group: groupOf('stalled', 'stalled') }],
	standsStill: [{ group: groupOf('agreed', 'stalled') }],
	behind: [{ group: groupOf('lagging', 'behind') }],
	clockSkewed: [
		{
			sections: { clock },
			group: { ...groupOf('agreed'), clock: { maxSkewMs: 9000, outliers: ['a'] } },
		},
	],
	headOld: [
		{ sections: { chain: { head: { number: 1, at: ago(400) } } } },
		{ sections: { chain: { head: { number: 1, at: ago(4000) } } } },
	],
	versionNotAllowed: [
		{ sections: { identity: { version: '1.1', isVersionAllowed: false } } },
		{ sections: { identity: { allowedVersion: '1.2', isVersionAllowed: false } } },
	],
	quicMisconfigured: [{ sections: { network: { quicStatus: 'Misconfigured' } } }],
	peersNone: [{ sections: { network: { peers: 0 } } }],
	diskLow: [disk(7), disk(2)],
	pieceLost: [ofLog({ lostPieces: 1, lostPieceAt: ago(60) })],
	nodeFatal: [ofLog({ fatal: 'disk', fatalAt: ago(60) })],
	logSilent: [ofLog(silentLog), ofLog(silentLog, { storage: {} })],
	versionsDiffer: [{ group: { ...groupOf('agreed'), versions: { '1.0': 1, '1.1': 1 } } }],
};

/** The severities that a finding can have, by its definition. */
export function severitiesOf(finding: Finding): readonly Severity[] {
	if (finding.severity !== undefined) return [finding.severity];
	const limits = 'condition' in finding ? finding.condition : 'limits' in finding && finding.limits;
	if (limits === false || limits === undefined) return ['warning', 'critical'];
	const { above, atLeast, below, atMost } = limits;
	const levels = new Set(
		[above, atLeast, below, atMost].flatMap((each) => Object.keys(each ?? {})),
	);
	const named = severities.filter((severity) => levels.has(severity));
	return named.length > 0 ? named : ['warning'];
}

/** The finding wherever it can be provoked: by the snapshot, over time, or by a scheduled check. */
export function provoke(code: FindingCode): readonly Provoked[] {
	const finding: Finding = findings[code];
	const atOnce = (seenAtOnce[code] ?? []).map((seen) => judgedAtOnce(seen));
	if (atOnce.length > 0) return atOnce;
	if ('check' in finding) return severitiesOf(finding).map((severity) => checked(code, severity));
	return ruleCases[ruleNameOf(code)] === undefined ? [] : [playedOut(code)];
}

function judgedAtOnce({
	sections,
	group,
	witness: verdict,
	memory = {},
	components,
	ownState,
}: Seen): Provoked {
	const judge = createJudge();
	const node: UnjudgedNode = {
		target: { name: 'a', kind: 'evm', url: 'http://a' },
		poll: { status: 'ok', failures: 0 },
		...sections,
	};
	const input = { node, memory, group, witness: verdict, components, nowMs: takenAtMs };
	const snapshot = { ...node, health: judge.judgeNode(input, undefined) };
	const subjects = { nodes: [snapshot], groups: group ? [group] : [], witness: verdict, ownState };
	return {
		node: snapshot,
		groups: subjects.groups,
		witness: verdict,
		observed: judge.observe(subjects, takenAtMs),
	};
}

/** As the scheduled check that sees it leaves it. */
function checked(code: FindingCode, severity: Severity): Provoked {
	const finding: Finding = findings[code];
	const [component, name] = ('check' in finding ? (finding.check ?? '') : '').split('.');
	const check = {
		name: name ?? '',
		status: 'degraded' as const,
		severity,
		issue: code,
		message: 'm',
		values: [],
		lastCheckAt: ago(1),
		durationMs: 1,
	};
	// The text of `check` is typed as a checked component and a name.
	const checkedComponent = component as 'network';
	return judgedAtOnce({
		components: [{ component: checkedComponent, status: 'degraded', checks: [check] }],
	});
}

/** Well for as long as windows need, then ill. */
function playedOut(code: FindingCode): Provoked {
	const { well = () => ({}), ill, withinMs } = ruleCases[ruleNameOf(code)] ?? missingCase(code);
	const judge = createJudge();
	let health: HealthReport | undefined;
	let nowMs = takenAtMs - 240 * 20_000 - withinMs;
	let snapshot = specified({}, nowMs);
	const poll = (spec: Parameters<typeof specified>[0], afterMs: number) => {
		nowMs += afterMs;
		const { health: _health, ...node } = specified(spec, nowMs);
		health = judge.judgeNode({ node, memory: {}, nowMs }, health);
		snapshot = { ...node, health };
	};
	for (let index = 0; index < 240; index += 1) poll(well(index), 20_000);
	const isSeen = () => health?.issues.some((issue) => issue.code === code) === true;
	// Later a window is full of it, and its own average.
	for (let index = 1; index === 1 || (index * step <= withinMs && !isSeen()); index += 1)
		poll(ill(index), step);
	const subjects = { nodes: [snapshot], groups: [] };
	return {
		...subjects,
		node: snapshot,
		witness: undefined,
		observed: judge.observe(subjects, nowMs),
	};
}

function missingCase(code: string): never {
	throw new Error(`no case for ${code}`);
}

/** The issue of that code alone, as if nothing else were wrong with the node. */
export function only(node: NodeSnapshot, issue: Issue): NodeSnapshot {
	const isAlone = node.health.issues.length === 1;
	const status = issue.severity === 'info' ? 'up' : 'degraded';
	return isAlone ? node : { ...node, health: { status, issues: [issue] } };
}
