import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { Script, constants } from 'node:vm';
import { PluginKind, declareClassPlugin } from '@stryker-mutator/api/plugin';
import {
	DryRunStatus,
	TestStatus,
	determineHitLimitReached,
	toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import type {
	DryRunResult,
	MutantRunOptions,
	MutantRunResult,
	TestResult,
	TestRunner,
} from '@stryker-mutator/api/test-runner';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import type { MutantCoverage } from '@stryker-mutator/api/core';
import { expect, vi } from 'vitest';
import { createSuite, runTests } from './suite.ts';
import type { CollectedTest } from './suite.ts';

/** What the changed code and Stryker tell each other. */
interface Shared {
	activeMutant?: string | undefined;
	currentTestId?: string | undefined;
	hitCount?: number | undefined;
	hitLimit?: number | undefined;
	mutantCoverage?: MutantCoverage | undefined;
}

// In the code that it changes, Stryker knows it by this name.
const shared: Shared = {};
Object.assign(globalThis, { [INSTRUMENTER_CONSTANTS.NAMESPACE]: shared });

/** Of a test whose own time is not known. */
const longestMs = 20_000;
/** A test may take so many times as long as without a change, and this much longer: the machine may be busy. */
const timesAsLong = 30;
const longerMs = 3000;

/** Loads the file of scripts/mutation/bundle-tests.ts anew for each change, in one process. */
class OneProcessRunner implements TestRunner {
	#load: (() => void) | undefined;
	#stray: unknown;
	/** How long each test took without a change. */
	readonly #tookMs = new Map<string, number>();

	capabilities() {
		return { reloadEnvironment: true };
	}

	init(): Promise<void> {
		const file = resolve('mutation/tests.cjs');
		const script = new Script(`(require) => {${readFileSync(file, 'utf8')}\n}`, {
			filename: file,
			importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
		});
		const require = createRequire(file);
		// What Vitest keeps for its own runner, of which fake timers take their settings.
		Object.assign(globalThis, {
			__vitest_worker__: { config: { fakeTimers: { loopLimit: 10_000 } } },
		});
		this.#load = () => (script.runInThisContext() as (require: NodeJS.Require) => void)(require);
		for (const event of ['unhandledRejection', 'uncaughtException']) {
			process.on(event, (error: unknown) => (this.#stray = error));
		}
		return Promise.resolve();
	}

	async dryRun(): Promise<DryRunResult> {
		shared.activeMutant = undefined;
		const result = await this.#run(undefined, true);
		return shared.mutantCoverage && result.status === DryRunStatus.Complete
			? { ...result, mutantCoverage: shared.mutantCoverage }
			: result;
	}

	async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
		shared.hitCount = 0;
		shared.hitLimit = options.hitLimit;
		const isStatic = options.mutantActivation === 'static';
		shared.activeMutant = isStatic ? options.activeMutant.id : undefined;
		const result = await this.#run(options.testFilter, false, options.activeMutant.id);
		return toMutantRunResult(determineHitLimitReached(shared.hitCount, options.hitLimit) ?? result);
	}

	async #run(
		filter: readonly string[] | undefined,
		goesOn: boolean,
		mutant?: string,
	): Promise<DryRunResult> {
		this.#stray = undefined;
		const results: TestResult[] = [];
		try {
			const tests = await this.#collect();
			const wanted = filter && new Set(filter);
			shared.activeMutant = mutant;
			await runTests(
				tests.filter(({ id, isSkipped }) => !isSkipped && (!wanted || wanted.has(id))),
				({ id }, error, timeSpentMs) => {
					if (mutant === undefined) this.#tookMs.set(id, timeSpentMs);
					const failure = error ?? this.#stray;
					const base = { id, name: id, timeSpentMs };
					results.push(
						failure === undefined
							? { ...base, status: TestStatus.Success }
							: { ...base, status: TestStatus.Failed, failureMessage: inspect(failure) },
					);
					return goesOn || failure === undefined ? 'go on' : 'stop';
				},
				{
					before: (id) => (shared.currentTestId = id),
					after: () => (shared.currentTestId = undefined),
					limitMs: (id) => {
						const usualMs = this.#tookMs.get(id);
						return usualMs === undefined ? longestMs : usualMs * timesAsLong + longerMs;
					},
				},
			);
		} catch (error) {
			return { status: DryRunStatus.Error, errorMessage: inspect(error) };
		}
		return { status: DryRunStatus.Complete, tests: results };
	}

	async #collect(): Promise<readonly CollectedTest[]> {
		const { api, collect } = createSuite();
		Object.assign(globalThis, { nodetopTests: { ...api, expect, vi } });
		this.#load?.();
		return collect();
	}
}

export const strykerPlugins = [
	declareClassPlugin(PluginKind.TestRunner, 'one-process', OneProcessRunner),
];
