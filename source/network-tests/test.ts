import type { Endpoint } from './endpoint.ts';
import { showHostPort } from './endpoint.ts';
import type { PeerAddress } from './peers/peer-address.ts';
import { nettestSchemaId } from './results.ts';
import type { Sample, Summary, SummaryOf, TestName } from './results.ts';
import type { Routing } from './routing.ts';

/** What is tested: a node that is watched, and what it says of its peers. */
export interface Subject {
	readonly name: string;
	readonly endpoint: Endpoint;
	readonly peers: readonly PeerAddress[];
	/** What is known of the ways between watched nodes; for `routing`. */
	readonly routing?: Routing | undefined;
}

/** What may be asked for; each test takes what concerns it and bounds it by `caps`. */
export interface TestOptions {
	readonly count?: number | undefined;
	readonly intervalMs?: number | undefined;
	readonly timeoutMs?: number | undefined;
	readonly durationMs?: number | undefined;
	readonly bytes?: number | undefined;
	readonly ratePerSecond?: number | undefined;
	readonly direction?: 'download' | 'upload' | undefined;
	/** The other end of `routing`. */
	readonly to?: string | undefined;
}

export interface TestContext {
	/** Ends the test early; it then resolves with what it has. */
	readonly signal: AbortSignal;
	readonly now: () => number;
	readonly emit: (sample: Sample) => void;
}

/** One network test. Never rejects for what the network does: that is the result. */
export interface NetTest<Name extends TestName = TestName> {
	readonly name: Name;
	/** One line for people. */
	readonly title: string;
	/** Heavy ones ask before they go to a public address, and may run less often. */
	readonly weight: 'light' | 'heavy';
	/** Of a heavy one: what it does unless told, so that who is asked knows what to. */
	readonly defaults?: TestOptions;
	run(subject: Subject, options: TestOptions, context: TestContext): Promise<SummaryOf<Name>>;
}

/** A test whose kind of result does not matter. */
export interface AnyTest extends Pick<NetTest, 'title' | 'weight' | 'defaults'> {
	run(subject: Subject, options: TestOptions, context: TestContext): Promise<Summary>;
}

/** The fields that every record has. */
export function stamp<Test extends TestName>(test: Test, subject: Subject, now: () => number) {
	const at = () => new Date(now()).toISOString();
	const startedAt = at();
	let seq = 0;
	return {
		sample: () => ({
			schema: nettestSchemaId,
			test,
			target: subject.name,
			at: at(),
			record: 'sample' as const,
			seq: seq++,
		}),
		summary: (outcome: SummaryOf<TestName>['outcome']) => ({
			schema: nettestSchemaId,
			test,
			target: subject.name,
			at: at(),
			record: 'summary' as const,
			outcome,
			startedAt,
			address: showHostPort(subject.endpoint.address, subject.endpoint.port),
		}),
	};
}
