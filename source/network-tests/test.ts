import type { DelayMeter } from '../domain/own-delay.ts';
import type { Endpoint } from './endpoint.ts';
import { showHostPort } from './endpoint.ts';
import type { PeerAddress } from './peers/peer-address.ts';
import { nettestSchemaId } from './results.ts';
import type { Sample, Summary, SummaryOf, TestName } from './results.ts';
import type { Routing } from './routing.ts';

/** The node that a test measures, with the peers that it lists. */
export interface TestedNode {
	readonly name: string;
	readonly endpoint: Endpoint;
	readonly peers: readonly PeerAddress[];
	/** The known routes between watched nodes, for the test `routing`. */
	readonly routing?: Routing | undefined;
}

/** Options of all tests; each test uses those that concern it. `caps` bounds them. */
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
	/** Ends the test early; it then resolves with its results so far. */
	readonly signal: AbortSignal;
	readonly now: () => number;
	/** Of this process by default. */
	readonly delay?: DelayMeter | undefined;
	readonly emit: (sample: Sample) => void;
}

/** One network test. It never rejects because of the network: a failure is a result. */
export interface NetTest<Name extends TestName = TestName> {
	readonly name: Name;
	/** One line for people. */
	readonly title: string;
	/** Heavy tests need a confirmation for a public address, and may run less often. */
	readonly weight: 'light' | 'heavy';
	/** The defaults of a heavy test, which the question for confirmation names. */
	readonly defaults?: TestOptions;
	run(tested: TestedNode, options: TestOptions, context: TestContext): Promise<SummaryOf<Name>>;
}

/** A test with any kind of result. */
export interface AnyTest extends Pick<NetTest, 'title' | 'weight' | 'defaults'> {
	run(tested: TestedNode, options: TestOptions, context: TestContext): Promise<Summary>;
}

/** The fields that every record has. */
export function stamp<Test extends TestName>(test: Test, tested: TestedNode, now: () => number) {
	const at = () => new Date(now()).toISOString();
	const startedAt = at();
	let seq = 0;
	return {
		sample: () => ({
			schema: nettestSchemaId,
			test,
			target: tested.name,
			at: at(),
			record: 'sample' as const,
			seq: seq++,
		}),
		summary: (outcome: SummaryOf<TestName>['outcome']) => ({
			schema: nettestSchemaId,
			test,
			target: tested.name,
			at: at(),
			record: 'summary' as const,
			outcome,
			startedAt,
			address: showHostPort(tested.endpoint.address, tested.endpoint.port),
		}),
	};
}
