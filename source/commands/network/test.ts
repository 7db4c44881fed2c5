import { createInterface } from 'node:readline/promises';
import { loadSettings } from '../../app/configuration.ts';
import { parseDuration } from '../../config/duration.ts';
import { didYouMean } from '../../config/nearest.ts';
import type { Settings } from '../../config/settings.ts';
import { clean } from '../../domain/clean.ts';
import { exitCodes, PollError, UserError } from '../../domain/errors.ts';
import type { NodeSnapshot } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import { createRateLimiter } from '../../network-tests/rate-limit.ts';
import { tests } from '../../network-tests/registry.ts';
import { histogramLines, sampleText, summaryFactsOf } from '../../network-tests/result-text.ts';
import { nettestSchemaId, summarySchema, testNames } from '../../network-tests/results.ts';
import type { Sample, Summary, TestName } from '../../network-tests/results.ts';
import { runTest } from '../../network-tests/run.ts';
import type { Permit } from '../../network-tests/run.ts';
import type { TestOptions } from '../../network-tests/test.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { testedPeer, routingOf, testedNodeOf } from '../../app/tested-node.ts';
import { rateDirectory } from '../../app/rate-directory.ts';
import { takeDocument } from '../../app/take-document.ts';
import { settingsFlags } from '../settings-flags.ts';
import { surroundingsOf } from '../surroundings.ts';
import { chooseSubject } from '../../app/choose-targets.ts';

export const networkTestFlags = {
	...settingsFlags,
	count: { type: 'string' },
	every: { type: 'string' },
	for: { type: 'string' },
	bytes: { type: 'string' },
	rate: { type: 'string' },
	direction: { type: 'string' },
	to: { type: 'string' },
	peer: { type: 'string' },
	from: { type: 'string' },
	yes: { type: 'boolean' },
	json: { type: 'boolean' },
} as const;

type Flags = Awaited<ReturnType<typeof parseFlags<typeof networkTestFlags>>>['flags'];

/**
 * `nodetop network test TEST [NODE…]`: one node after the other, so that no test disturbs another. Samples
 * go to standard output as they come, then a summary; as ndjson with `--json`. Exit code 0 when something
 * was measured of every node, else 69.
 */
export async function testNetwork(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, networkTestFlags);
	const [word, ...nodeSpecs] = input;
	const name = readTestName(word);
	const options = readOptions(flags);
	if (flags.from !== undefined) {
		return testFrom(flags.from, { name, nodes: nodeSpecs, flags, options, context });
	}
	const settings = await loadSettings({ flags, nodeSpecs, env: context.env });
	const permit = permitFor(settings, flags.yes === true, context);
	const surroundings = surroundingsOf(context);
	const subject = await chooseSubject(settings, surroundings);
	const { targets } = subject;
	const needsPeers = name === 'connectivity' || name === 'routing' || flags.peer !== undefined;
	const nodes = needsPeers ? (await takeDocument(settings, subject, surroundings)).nodes : [];
	const routing = name === 'routing' ? await routingOf(targets, nodes) : undefined;
	let exitCode: number = exitCodes.ok;
	for (const target of targets) {
		if (context.signal.aborted) break;
		if (name === 'routing' && targets.length > 1 && target.name === options.to) continue;
		const out = printer(context, flags.json === true);
		const summary = await testOne({
			name,
			target,
			nodes,
			routing,
			flags,
			options,
			permit,
			context,
			out,
		});
		if (!summary || summary.outcome === 'cannot' || isAllLost(summary)) {
			exitCode = exitCodes.unavailable;
		}
		if (summary) out.summary(summary);
	}
	return context.signal.aborted ? exitCodes.interrupted : exitCode;
}

/** Runs the test on the machine of a nodetop that serves, towards its nodes. */
async function testFrom(
	site: string,
	given: Pick<OneTest, 'name' | 'flags' | 'options' | 'context'> & {
		readonly nodes: readonly string[];
	},
): Promise<number> {
	const { name, nodes, flags, options, context } = given;
	if (nodes.length === 0) {
		throw new UserError('--from needs the names of nodes of that nodetop', {
			nextSteps: [`for example nodetop network test ${name} NODE --from ${clean(site, 60)}`],
		});
	}
	const { openRemoteSite } = await import('./remote.ts');
	const { test } = await openRemoteSite(site, flags, context);
	let exitCode: number = exitCodes.ok;
	for (const node of nodes) {
		const { peer, yes: isConfirmed = false } = flags;
		const out = printer(context, flags.json === true);
		out.start(name, `${node}, from ${clean(site, 60)}`);
		for (const record of await test({ test: name, node, peer, options, isConfirmed })) {
			if (record.record === 'sample') out.sample(record);
			else {
				if (record.outcome === 'cannot' || isAllLost(record)) exitCode = exitCodes.unavailable;
				out.summary(record);
			}
		}
	}
	return exitCode;
}

interface OneTest {
	readonly name: TestName;
	readonly target: Target;
	readonly nodes: readonly NodeSnapshot[];
	readonly routing: Awaited<ReturnType<typeof routingOf>> | undefined;
	readonly flags: Flags;
	readonly options: TestOptions;
	readonly permit: Permit;
	readonly context: CommandContext;
	readonly out: Printer;
}

/** `undefined` where the node has no network path; that is said on standard error. */
async function testOne(one: OneTest): Promise<Summary | undefined> {
	const { name, target, nodes, routing, flags, options, permit, context, out } = one;
	try {
		const node = await testedNodeOf(target, nodes, routing);
		const tested = flags.peer === undefined ? node : await testedPeer(node, flags.peer);
		out.start(name, tested.name);
		const { signal, clock } = context;
		return await runTest(name, tested, options, {
			permit,
			signal,
			now: clock.now,
			emit: out.sample,
		});
	} catch (error) {
		if (!(error instanceof PollError)) throw error;
		context.stderr.write(`nodetop: ${target.name}: ${error.message}\n`);
		if (flags.json === true) out.summary(withoutPath(name, target, error, context.clock.now()));
		return undefined;
	}
}

/** So that what reads the records finds a summary of each node. */
function withoutPath(
	test: TestName,
	{ name: target }: Target,
	{ message: reason }: PollError,
	nowMs: number,
): Summary {
	const at = new Date(nowMs).toISOString();
	const base = { schema: nettestSchemaId, test, target, at, startedAt: at, record: 'summary' };
	return summarySchema.parse({ ...base, outcome: 'cannot', reason });
}

interface Printer {
	start(name: TestName, target: string): void;
	sample(sample: Sample): void;
	summary(summary: Summary): void;
}

function printer({ stdout }: CommandContext, isJson: boolean): Printer {
	const write = (text: string) => {
		stdout.write(`${text}\n`);
	};
	if (isJson) {
		const record = (each: Sample | Summary) => {
			write(JSON.stringify(each));
		};
		return { start: () => undefined, sample: record, summary: record };
	}
	return {
		start: (name, target) => {
			write(`${name} ${target}: ${tests[name].title}`);
		},
		sample: (sample) => {
			write(`  ${sampleText(sample)}`);
		},
		summary: (summary) => {
			for (const { label, value } of summaryFactsOf(summary)) write(`${label.padEnd(15)} ${value}`);
			const buckets = 'histogram' in summary ? (summary.histogram ?? []) : [];
			if (buckets.length > 1) write(histogramLines(buckets, 72, '#').join('\n'));
		},
	};
}

function isAllLost(summary: Summary): boolean {
	return summary.test === 'ping' && summary.connectMs === undefined;
}

export function permitFor(settings: Settings, isYes: boolean, context: CommandContext): Permit {
	return {
		isReadOnly: settings.readOnly,
		limiter: createRateLimiter(rateDirectory(context.env), context.clock.now),
		confirm: (question) => (isYes ? Promise.resolve(true) : askPerson(question, context)),
	};
}

async function askPerson(question: string, context: CommandContext): Promise<boolean> {
	const { stdin, stderr, signal } = context;
	if (stdin.isTTY !== true || stderr.isTTY !== true) {
		throw new UserError(`this is ${question}, which needs a confirmation`, {
			nextSteps: [
				'add --yes if you are allowed to test that node',
				'or test a node of your own network',
			],
		});
	}
	const prompt = createInterface({ input: stdin, output: stderr });
	try {
		return /^y(es)?$/i.test(
			await prompt.question(`This is ${question}. Go on? [y/N] `, { signal }),
		);
	} finally {
		prompt.close();
	}
}

function readTestName(word: string | undefined): TestName {
	const name = testNames.find((each) => each === word);
	if (name) return name;
	throw new UserError(
		word === undefined
			? 'network test needs the name of a test'
			: `"${clean(word, 40)}" is no network test`,
		{ nextSteps: [...didYouMean(word ?? '', testNames), `the tests: ${testNames.join(', ')}`] },
	);
}

function readOptions(flags: Flags): TestOptions {
	const time = (text: string | undefined, flag: string) =>
		text === undefined ? undefined : parseDuration(text, flag);
	const { direction } = flags;
	if (direction !== undefined && direction !== 'download' && direction !== 'upload') {
		throw new UserError(`--direction: "${clean(direction, 40)}" is neither download nor upload`);
	}
	return {
		count: wholeNumber('--count', flags.count),
		intervalMs: time(flags.every, '--every'),
		timeoutMs: time(flags.timeout, '--timeout'),
		durationMs: time(flags.for, '--for'),
		bytes: wholeNumber('--bytes', flags.bytes),
		ratePerSecond: wholeNumber('--rate', flags.rate),
		direction,
		to: flags.to,
	};
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	if (/^\d{1,12}$/.test(text)) return Number(text);
	throw new UserError(`${flag}: "${clean(text, 40)}" is not a whole number`);
}
