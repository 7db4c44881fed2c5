import { readFile } from 'node:fs/promises';
import { loadAlertRules } from '../../app/configuration.ts';
import {
	runRuleTests,
	RuleTestMistake,
	ruleTestFileSchema,
	ruleTestJsonSchema,
} from '../../alerts/rule-test.ts';
import type { RuleTestResult } from '../../alerts/rule-test.ts';
import { builtInRules } from '../../sections/findings.ts';
import { defaultPolicy } from '../../domain/channel.ts';
import { parseJsonText, repeatedText } from '../../config/json-text.ts';
import { describeIssues } from '../../config/problems.ts';
import { stripControls } from '../../domain/clean.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { RuleEntry } from '../../domain/rule.ts';
import { bookFlags } from './alert-book.ts';
import { openSimulatedMonitor } from '../../app/simulated-monitor.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { warnOn } from '../warn.ts';

const maxProblemsShown = 10;

/**
 * `nodetop alerts test-rules FILE…`: plays series of values through the rules in simulated time. Gives
 * 0 when all alerts are as expected, else 1. Throws `UserError` with exit code 78 for a file that is
 * not there or makes no sense.
 */
export async function testRules(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		...bookFlags,
		schema: { type: 'boolean' },
	});
	if (flags.schema === true) {
		context.stdout.write(`${JSON.stringify(ruleTestJsonSchema(), undefined, '\t')}\n`);
		return exitCodes.ok;
	}
	if (input.length === 0) {
		throw new UserError('alerts test-rules needs a file', {
			nextSteps: ['docs/rule-tests.md describes the file; --schema prints its JSON Schema'],
		});
	}
	const { rules: own } = await loadAlertRules({
		flags,
		env: context.env,
		warn: warnOn(context),
	});
	let passed = 0;
	let failed = 0;
	for (const path of input) {
		for (const result of await playFile(path, own)) {
			if (result.problems.length === 0) passed += 1;
			else failed += 1;
			context.stdout.write(stripLines(describe(path, result)));
		}
	}
	context.stdout.write(`${passed} passed${failed === 0 ? '' : `, ${failed} failed`}\n`);
	return failed === 0 ? exitCodes.ok : 1;
}

async function playFile(
	path: string,
	own: Readonly<Record<string, RuleEntry>>,
): Promise<readonly RuleTestResult[]> {
	const json = parseJsonText(await readText(path));
	if ('problem' in json) {
		throw mistake(path, [`line ${json.line}, column ${json.column}: ${json.problem}`]);
	}
	if (json.repeated !== undefined) {
		throw mistake(path, json.repeated.map(repeatedText));
	}
	const file = ruleTestFileSchema.safeParse(json.value);
	if (!file.success) {
		const problems = describeIssues(ruleTestFileSchema, file.error.issues);
		throw mistake(
			path,
			problems.map(({ path: key, message, nextSteps }) =>
				[`${key}: ${message}`, ...nextSteps].join('; '),
			),
		);
	}
	try {
		const openMonitor = openSimulatedMonitor;
		const surroundings = { builtIn: builtInRules, own, policy: defaultPolicy, openMonitor };
		const results: RuleTestResult[] = [];
		for await (const result of runRuleTests(file.data, surroundings)) results.push(result);
		return results;
	} catch (error) {
		if (!(error instanceof RuleTestMistake)) throw error;
		throw mistake(path, [`${error.where}: ${error.message}`]);
	}
}

async function readText(path: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw mistake(path, [`cannot be read: ${why}`]);
	}
}

function mistake(path: string, problems: readonly string[]): UserError {
	const [first = '', ...others] = problems;
	return new UserError(stripControls(`${path}: ${first}`), {
		nextSteps: others.slice(0, maxProblemsShown).map((problem) => stripControls(problem)),
		exitCode: exitCodes.config,
	});
}

function describe(path: string, { name, problems }: RuleTestResult): string {
	const isPassed = problems.length === 0;
	const lines = problems.flatMap((problem) => problem.split('\n'));
	return [
		`${isPassed ? 'pass' : 'FAIL'}  ${path}: ${name}`,
		...lines.map((line) => `      ${line}`),
	]
		.map((line) => `${line}\n`)
		.join('');
}

function stripLines(text: string): string {
	return text
		.split('\n')
		.map((line) => stripControls(line))
		.join('\n');
}
