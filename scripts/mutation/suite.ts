import { format } from 'node:util';

type Body = (...values: never[]) => unknown;
type Hook = () => unknown;

interface Suite {
	readonly name: string;
	readonly parent?: Suite;
	readonly isSkipped: boolean;
	readonly beforeAll: Hook[];
	readonly afterAll: Hook[];
	readonly beforeEach: Hook[];
	readonly afterEach: Hook[];
	readonly bodies: (() => unknown)[];
}

/** A test as it stands in its file; `run` rejects where it fails. */
export interface CollectedTest {
	readonly id: string;
	readonly isSkipped: boolean;
	/** A test or a hook that takes longer has failed. */
	readonly run: (limitMs: number) => Promise<void>;
	readonly suite: Suite;
}

// Tests may put a clock of their own in the place of these.
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;

/**
 * What the tests use of Vitest, in one process: its own runner starts a thread for each run, which takes ten times as
 * long as the tests of a module.
 */
export function createSuite() {
	const root = newSuite('', undefined, false);
	const tests: CollectedTest[] = [];
	let current = root;
	let finishing: Hook[] = [];

	const addSuite = (name: string, body: Body | undefined, isSkipped: boolean) => {
		const suite = newSuite(name, current, isSkipped || current.isSkipped);
		current.bodies.push(async () => {
			current = suite;
			await body?.();
			for (let next = suite.bodies.shift(); next; next = suite.bodies.shift()) {
				await next();
				current = suite;
			}
		});
	};
	const addTest = (name: string, body: Body | undefined, isSkipped: boolean) => {
		const suite = current;
		const id = pathOf(suite, name);
		tests.push({
			id,
			suite,
			isSkipped: isSkipped || suite.isSkipped || body === undefined,
			run: async (limitMs) => {
				finishing = [];
				const inTime = (hook: Hook) => endsWithin(limitMs, hook);
				const context = { onTestFinished: (hook: Hook) => void finishing.push(hook) };
				const lineage = lineageOf(suite);
				try {
					for (const { beforeEach } of lineage) for (const hook of beforeEach) await inTime(hook);
					await inTime(() => (body as (context: object) => unknown)(context));
				} finally {
					for (const hook of finishing.toReversed()) await inTime(hook);
					for (const { afterEach } of lineage.toReversed()) {
						for (const hook of afterEach.toReversed()) await inTime(hook);
					}
				}
			},
		});
	};

	const describe = definer(addSuite);
	const it = definer(addTest);
	return {
		api: {
			describe,
			it,
			test: it,
			beforeAll: (hook: Hook) => void current.beforeAll.push(hook),
			afterAll: (hook: Hook) => void current.afterAll.push(hook),
			beforeEach: (hook: Hook) => void current.beforeEach.push(hook),
			afterEach: (hook: Hook) => void current.afterEach.push(hook),
			onTestFinished: (hook: Hook) => void finishing.push(hook),
		},
		/** All tests, once their files are loaded. */
		async collect(): Promise<readonly CollectedTest[]> {
			for (let next = root.bodies.shift(); next; next = root.bodies.shift()) {
				await next();
				current = root;
			}
			return tests;
		},
	};
}

/** Runs tests in their order, with the hooks of the suites that they enter and leave. */
export async function runTests(
	tests: readonly CollectedTest[],
	report: (test: CollectedTest, error: unknown, tookMs: number) => 'go on' | 'stop',
	around: {
		readonly before: (id: string) => void;
		readonly after: () => void;
		readonly limitMs: (id: string) => number;
	},
): Promise<void> {
	let entered: readonly Suite[] = [];
	const leaveTo = async (lineage: readonly Suite[]) => {
		for (const suite of entered.filter((each) => !lineage.includes(each)).toReversed()) {
			for (const hook of suite.afterAll.toReversed()) await endsWithin(hookMs, hook);
		}
	};
	for (const test of tests) {
		const lineage = lineageOf(test.suite);
		const startedAt = performance.now();
		let failure: unknown;
		try {
			await leaveTo(lineage);
			const fresh = lineage.filter((suite) => !entered.includes(suite));
			entered = lineage;
			for (const suite of fresh) for (const hook of suite.beforeAll) await enter(suite, hook);
			around.before(test.id);
			await test.run(around.limitMs(test.id));
		} catch (error) {
			failure = error ?? new Error('rejected with nothing');
		} finally {
			around.after();
		}
		if (report(test, failure, performance.now() - startedAt) === 'stop') break;
	}
	await leaveTo([]);
}

/** What a hook gives back undoes it. */
async function enter(suite: Suite, hook: Hook): Promise<void> {
	const undo = await endsWithin(hookMs, hook);
	if (typeof undo === 'function') suite.afterAll.push(undo as Hook);
}

function definer(add: (name: string, body: Body | undefined, isSkipped: boolean) => void) {
	const define =
		(isSkipped: boolean) =>
		(name: string, ...rest: unknown[]) =>
			add(name, bodyOf(rest), isSkipped);
	const each =
		(rows: readonly unknown[]) =>
		(name: string, ...rest: unknown[]) => {
			const body = bodyOf(rest);
			for (const [index, row] of rows.entries()) {
				const values = Array.isArray(row) ? (row as unknown[]) : [row];
				add(
					titleOf(name, index, values),
					body && (() => (body as (...values: unknown[]) => unknown)(...values)),
					false,
				);
			}
		};
	return Object.assign(define(false), {
		each,
		skip: define(true),
		skipIf: (condition: unknown) => define(Boolean(condition)),
		runIf: (condition: unknown) => define(!condition),
	});
}

/** The options may stand before the body or after it. */
const bodyOf = (rest: readonly unknown[]) =>
	rest.find((value): value is Body => typeof value === 'function');

/** With its number: titles need not differ. */
function titleOf(name: string, index: number, values: readonly unknown[]): string {
	const filled = name.includes('%') ? format(name.replaceAll('%#', `${index}`), ...values) : name;
	return `${filled.split('\n', 1)[0]?.slice(0, 120) ?? ''} #${index + 1}`;
}

/** Of a whole suite: it may start a program. */
const hookMs = 20_000;

async function endsWithin(limitMs: number, hook: Hook): Promise<unknown> {
	let timer: NodeJS.Timeout | undefined;
	try {
		return await Promise.race([
			(async () => hook())(),
			new Promise((_, reject) => {
				timer = startTimer(() => reject(new Error('takes too long')), limitMs);
			}),
		]);
	} finally {
		stopTimer(timer);
	}
}

function newSuite(name: string, parent: Suite | undefined, isSkipped: boolean): Suite {
	return {
		name,
		...(parent && { parent }),
		isSkipped,
		beforeAll: [],
		afterAll: [],
		beforeEach: [],
		afterEach: [],
		bodies: [],
	};
}

/** The outermost first. */
function lineageOf(suite: Suite): readonly Suite[] {
	return suite.parent ? [...lineageOf(suite.parent), suite] : [suite];
}

const pathOf = (suite: Suite, name: string) =>
	[...lineageOf(suite).map((each) => each.name), name].filter(Boolean).join(' > ');
