import { runProgram } from '../../domain/run-program.ts';
import type { ProgramEnd } from '../../domain/run-program.ts';
import { clean } from '../../domain/clean.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { exporters } from '../../export/exporters.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { warnOn } from '../warn.ts';
import { eachExport, exportFlags } from './each-export.ts';

const timeLimitMs = 30_000;

/** `nodetop export command`: a user's own exporter gets the JSON document on its standard input. */
export async function exportToProgram(context: CommandContext): Promise<number> {
	const cut = context.argv.indexOf('--');
	const argv = cut < 0 ? [] : context.argv.slice(cut + 1);
	const before = cut < 0 ? context.argv : context.argv.slice(0, cut);
	const { flags, input: nodeSpecs } = await parseFlags(before, exportFlags);
	if (argv.length === 0) {
		throw new UserError('export command needs a program behind --', {
			nextSteps: ['nodetop export command --every 30s -- ./my-exporter --flag'],
		});
	}
	const write = await exporters.json.load({});
	let hasFailed = false;
	await eachExport(context, {
		flags,
		nodeSpecs,
		work: async (input) => {
			const ended = await runProgram(argv, {
				input: write(input),
				signal: AbortSignal.any([context.signal, AbortSignal.timeout(timeLimitMs)]),
				env: context.env,
			});
			const problem = context.signal.aborted ? undefined : problemOf(argv[0] ?? '', ended);
			if (problem === undefined) return;
			hasFailed = true;
			warnOn(context)(problem);
		},
	});
	return hasFailed ? exitCodes.unavailable : exitCodes.ok;
}

function problemOf(program: string, ended: ProgramEnd): string | undefined {
	const name = clean(program, 60);
	if ('errorCode' in ended) return `${name} cannot be run: ${ended.errorCode}`;
	const { exitCode, killedBy, output } = ended;
	if (exitCode === 0) return undefined;
	const words = clean(output.replaceAll(/\s+/g, ' '), 200);
	const how =
		exitCode === null
			? `was ended by ${killedBy ?? 'a signal'} (it may take 30 s)`
			: `ended with ${exitCode}`;
	return `${name} ${how}${words === '' ? '' : `: ${words}`}`;
}
