import type { Adapter } from '../adapters/adapter.ts';
import { parseDuration } from '../config/duration.ts';
import { clean } from '../domain/clean.ts';
import { cellWidth } from '../domain/cell-width.ts';
import { exitCodes, PollError, UserError } from '../domain/errors.ts';
import type { Target } from '../domain/target.ts';
import type { Command, CommandContext } from './command.ts';
import { parseFlags } from './flags.ts';

const help = `Usage
  nodetop discover [HOST…] [--json] [--timeout D]

Asks what answers at the usual ports of each kind of node: on this machine, or on the hosts named. Each
kind asks at most one harmless question at a port that is open. Prints what was found and how sure that
is, and exits with 0 when something was, with 3 when nothing was.

  HOST         a name or an address, without port; localhost unless given
  --json       one document (schema nodetop-discovery/1)
  --timeout D  how long an answer may take: 3s unless told

Examples
  nodetop discover
  nodetop discover 10.0.0.4 10.0.0.5
`;

const defaultTimeoutMs = 3000;
const mostHosts = 256;
/** Ports asked at once, over all hosts. */
const mostAtOnce = 32;

interface Found {
	readonly url: string;
	readonly kind: string;
	readonly found: string;
	readonly confidence: 'certain' | 'likely';
	readonly latencyMs: number;
}

export const discover: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			json: { type: 'boolean' },
			timeout: { type: 'string' },
		});
		const timeoutMs =
			flags.timeout === undefined ? defaultTimeoutMs : parseDuration(flags.timeout, '--timeout');
		const hosts = input.length === 0 ? ['localhost'] : input.map(checkedHost);
		if (hosts.length > mostHosts) {
			throw new UserError(`${hosts.length} hosts are too many at once`, {
				nextSteps: [`ask at most ${mostHosts}: nodetop looks for nodes, it does not scan networks`],
			});
		}
		const { adapters } = await import('../adapters/registry.ts');
		const found = await askAll(placesOn(hosts, Object.values(adapters)), timeoutMs, context);
		if (context.signal.aborted) return exitCodes.interrupted;
		if (flags.json === true) {
			const document = { schema: 'nodetop-discovery/1', hosts, found };
			context.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
		} else {
			context.stdout.write(toText(found));
			context.stderr.write(adviceOn(found, hosts));
		}
		return found.length > 0 ? exitCodes.ok : exitCodes.unknown;
	},
};

function checkedHost(word: string): string {
	const host = word.replace(/^\[(.*)\]$/, '$1');
	const written = host.includes(':') ? `[${host}]` : host;
	if (/[/\s@]/.test(host) || !URL.canParse(`http://${written}/`)) {
		throw new UserError(`"${clean(word, 60)}" is no host`, {
			nextSteps: ['give names or addresses without port: nodetop discover 10.0.0.4'],
		});
	}
	return written === 'localhost' ? host : written;
}

/** Each kind's usual addresses with the hosts in place of this machine, each address once. */
function placesOn(hosts: readonly string[], adapters: readonly Adapter[]): string[] {
	const urls = adapters.flatMap(({ localUrls }) => localUrls);
	const places = hosts.flatMap((host) =>
		urls.map((url) => (host === 'localhost' ? url : url.replace('127.0.0.1', host))),
	);
	return [...new Set(places)];
}

async function askAll(
	urls: readonly string[],
	timeoutMs: number,
	context: CommandContext,
): Promise<Found[]> {
	const { identify } = await import('../adapters/probe.ts');
	const { createHttp } = await import('../adapters/http.ts');
	const answers = new Map<string, Found>();
	const queue = [...urls];
	const work = async (): Promise<void> => {
		for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
			if (context.signal.aborted) return;
			const target: Target = { name: url, kind: undefined, url, intervalMs: timeoutMs, timeoutMs };
			const started = performance.now();
			try {
				const { signal, now } = context;
				const answer = await identify(target, { signal, now, http: createHttp(target) });
				const latencyMs = Math.round((performance.now() - started) * 10) / 10;
				if (answer) answers.set(url, { url, ...answer, latencyMs });
			} catch (error) {
				// Nothing there, or nothing that is known.
				if (!(error instanceof PollError)) throw error;
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(mostAtOnce, queue.length) }, work));
	return urls.flatMap((url) => answers.get(url) ?? []);
}

const headings = ['ADDRESS', 'KIND', 'HOW SURE', 'WHAT'];

function toText(found: readonly Found[]): string {
	if (found.length === 0) return '';
	const rows = [
		headings,
		...found.map((each) => [each.url, each.kind, each.confidence, each.found]),
	];
	const widths = headings.map((_, column) =>
		Math.max(...rows.map((row) => cellWidth(row[column] ?? ''))),
	);
	const lines = rows.map((row) =>
		row
			.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - cellWidth(cell)))
			.join('  ')
			.trimEnd(),
	);
	return `${lines.join('\n')}\n`;
}

function adviceOn([first]: readonly Found[], hosts: readonly string[]): string {
	if (first) return `to watch one: nodetop add ${first.url}\n`;
	const where = hosts.length === 1 && hosts[0] === 'localhost' ? 'this machine' : 'these hosts';
	return `no node answers at the usual ports of ${where}: give its address to nodetop add, or see nodetop demo\n`;
}
