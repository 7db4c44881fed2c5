import { identify } from '../../source/adapters/probe.ts';
import { adapterOf } from '../../source/adapters/registry.ts';
import { openGuarded } from '../../source/adapters/guard.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import { PollError } from '../../source/domain/errors.ts';
import { reportPoll } from '../../source/fleet/poll-report.ts';
import { readingSchema } from '../../source/sections/snapshot.ts';
import type { NodeSnapshot, Reading } from '../../source/sections/snapshot.ts';
import { judgeOnce } from './judge-once.ts';
import { contextFor, targetFor } from './targets.ts';

/** What is said of a node: by its adapter, by the judge and by the diagnosis. */
export interface Word {
	readonly kind?: string;
	readonly error?: string;
	readonly status?: string;
	readonly codes?: readonly string[];
	readonly consensus?: string | undefined;
	readonly height?: number | undefined;
	readonly view?: number | undefined;
	readonly peers?: number | undefined;
	readonly says?: string;
	readonly nextStep?: string | undefined;
	/** The likeliest cause; absent where none is seen. */
	readonly cause?: string | undefined;
	readonly advice?: string;
}

/** Of this machine, which is not what the tests are about. */
const ofThisMachine = new Set(['cpuBusy', 'memoryLow', 'diskLow', 'memoryPressure']);

/** Asks what answers there once, the whole way. */
export async function wordAt(url: string): Promise<Word> {
	const target = targetFor(url);
	const context = contextFor(target);
	try {
		const found = await identify(target, context);
		const adapter = found && adapterOf(found.kind);
		if (!found || !adapter) throw new Error('nobody asked');
		const source = openGuarded(adapter, { ...target, kind: found.kind }, context.http);
		const reading = readingSchema.parse(await source.poll(context));
		source.close();
		return wordOf(reading, found.kind, url, context.now());
	} catch (error) {
		if (!(error instanceof PollError)) throw error;
		return { error: error.code, says: error.message, nextStep: error.nextStep };
	}
}

function wordOf(reading: Reading, kind: string, url: string, nowMs: number): Word {
	const target = { name: 'a', kind, url };
	const {
		endpoints: _endpoints,
		latencyMs: _latencyMs,
		certificateDaysLeft: _days,
		cachedBy: _cachedBy,
		figuresAt: _figuresAt,
		members: _members,
		...sections
	} = reading;
	const poll = reportPoll(
		{ status: 'pending', failures: 0 },
		{
			target: { ...targetFor(url), kind },
			atMs: nowMs,
			missedSlots: 0,
			outcome: { status: 'read', reading },
		},
		undefined,
	);
	const unjudged = { ...sections, target, poll };
	const report = judgeOnce({ node: unjudged, memory: {}, nowMs });
	const issues = report.issues.filter(({ code }) => !ofThisMachine.has(code));
	const node: NodeSnapshot = { ...unjudged, health: { ...report, issues } };
	const [cause] = diagnose({ node, fleet: [node], otherPaths: [], nowMs }).findings;
	return {
		kind,
		status: report.status,
		codes: issues.map(({ code }) => code),
		consensus: reading.consensus?.status,
		height: Number(reading.consensus?.height ?? -1),
		view: Number(reading.consensus?.view ?? -1),
		peers: reading.network?.peers ?? -1,
		says: issues.map(({ message, evidence = '' }) => `${message} ${evidence}`).join('; '),
		cause: cause?.cause,
		advice: cause?.next.join('; ') ?? '',
	};
}
