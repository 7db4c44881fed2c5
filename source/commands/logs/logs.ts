import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { limitHeap } from '../../app/heap.ts';
import { supervisionOf } from '../../app/supervision.ts';
import { clean } from '../../domain/clean.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { parseTime } from '../../domain/time-text.ts';
import type { Supervision } from '../../lifecycle/client.ts';
import { logLevels } from '../../lifecycle/log/level.ts';
import type { LogLevel } from '../../lifecycle/log/level.ts';
import type { LogLine } from '../../lifecycle/log/line.ts';
import { readPattern } from '../../lifecycle/log/pattern.ts';
import { eachLine, followLines, lastLines } from '../../lifecycle/log/query.ts';
import type { LogFilter } from '../../lifecycle/log/query.ts';
import { placeOf } from '../../lifecycle/paths.ts';
import type { ProcessPlace } from '../../lifecycle/paths.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { chooseNode, onlyName } from '../supervised/node-names.ts';
import { lineText } from './line-text.ts';

const help = `Usage
  nodetop logs [NAME] [-f] [-n N | --all] [FILTERS]

Prints what a supervised node wrote: the time at which it was read, the stream, the text.

  -f, --follow      go on with what comes, also when the log begins a new file
  -n, --lines N     the last N lines that pass the filters (default 100)
  --all             every line that passes the filters
  --since TIME      03:12, 2026-01-02, an ISO time, or how long ago: 2h
  --until TIME      the same
  --grep PATTERN    only lines that match; as RE2 reads it, so that no pattern can hang
  -i, --ignore-case capitals and small letters are the same for --grep
  --level LEVEL     only lines as grave as trace, debug, info, warn, error or crit; lines without a level go with the one before
  --stream NAME     stdout or stderr
  --raw             only the text

Examples
  nodetop logs -f --level warn
  nodetop logs validator --since 2h --grep 'peer.*dropped'
`;

const mostLines = 1_000_000;

/** `nodetop logs`. */
export const logs: Command = {
	help,
	async run(context) {
		// It only reads: a signal may end it at any place.
		context.signals?.leave();
		limitHeap('reading', 1);
		const { flags, input } = await parseFlags(context.argv, {
			follow: { type: 'boolean', shortFlag: 'f' },
			lines: { type: 'string', shortFlag: 'n' },
			all: { type: 'boolean' },
			since: { type: 'string' },
			until: { type: 'string' },
			grep: { type: 'string' },
			ignoreCase: { type: 'boolean', shortFlag: 'i' },
			level: { type: 'string' },
			stream: { type: 'string' },
			raw: { type: 'boolean' },
		});
		const nowMs = context.clock.now();
		const filter: LogFilter = {
			sinceMs: timeOf(flags.since, '--since', nowMs),
			untilMs: timeOf(flags.until, '--until', nowMs),
			least: levelOf(flags.level),
			stream: streamOf(flags.stream),
			...(flags.grep !== undefined && (await readPattern(flags.grep, flags.ignoreCase === true))),
		};
		const count = linesOf(flags.lines);
		const supervision = supervisionOf(context);
		const name = chooseNode(supervision.root, onlyName(input));
		// What a node without a supervisor writes is not in its log yet.
		const place = placeOf(supervision.root, name, supervision.runtime);
		if (existsSync(place.node)) await takeOver(supervision, place, name);
		const { log } = place;
		const print = printer(context, flags.raw === true);
		if (flags.all === true) await eachLine(log, filter, print.add, print.flush);
		else for (const line of await lastLines(log, count, filter)) print.add(line);
		await print.flush();
		if (flags.follow === true) {
			await followLines(
				log,
				filter,
				(line) => {
					print.add(line);
					void print.flush();
				},
				context.signal,
			);
		}
		return exitCodes.ok;
	},
};

/** Loads what starts a supervisor only if none listens: searching a log needs little memory. */
async function takeOver(
	supervision: Supervision,
	place: ProcessPlace,
	name: string,
): Promise<void> {
	const { hasSupervisor } = await import('../../lifecycle/reach.ts');
	if (await hasSupervisor(place)) return;
	const client = await import('../../lifecycle/client.ts');
	await client.takeOver(supervision, name);
}

/** Writes in large pieces, and waits while the reader of a pipe is slower. */
function printer({ stdout }: Pick<CommandContext, 'stdout'>, isRaw: boolean) {
	let text = '';
	return {
		add(line: LogLine) {
			text += `${lineText(line, isRaw)}\n`;
		},
		async flush() {
			if (text === '') return;
			const isFull = !stdout.write(text);
			text = '';
			if (isFull) await once(stdout, 'drain');
		},
	};
}

function linesOf(text: string | undefined): number {
	if (text === undefined) return 100;
	const count = /^\d{1,7}$/.test(text) ? Number(text) : mostLines + 1;
	if (count > mostLines)
		throw new UserError(`--lines: "${clean(text, 40)}" is no whole number up to ${mostLines}`, {
			nextSteps: ['--all prints every line'],
		});
	return count;
}

function timeOf(text: string | undefined, where: string, nowMs: number): number | undefined {
	if (text === undefined) return undefined;
	const atMs = parseTime(text, nowMs);
	if (atMs === undefined)
		throw new UserError(`${where}: "${clean(text, 40)}" is no time`, {
			nextSteps: ['write 03:12, 2026-01-02, or how long ago: 2h'],
		});
	return atMs;
}

function levelOf(text: string | undefined): LogLevel | undefined {
	const found = logLevels.find((level) => level === text?.toLowerCase());
	if (found !== undefined || text === undefined) return found;
	throw new UserError(`--level: "${clean(text, 40)}" is no level`, {
		nextSteps: [`levels: ${logLevels.join(', ')}`],
	});
}

function streamOf(text: string | undefined): LogLine['stream'] | undefined {
	if (text === undefined || text === 'stdout' || text === 'stderr') return text;
	throw new UserError('--stream is stdout or stderr');
}
