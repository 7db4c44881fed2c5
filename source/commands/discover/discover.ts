import { formatMs } from '../../domain/format.ts';
import type { Adapter } from '../../adapters/adapter.ts';
import { parseDuration } from '../../config/duration.ts';
import { findConfigPath } from '../../config/paths.ts';
import { clean } from '../../domain/clean.ts';
import { cellWidth } from '../../domain/cell-width.ts';
import { exitCodes, PollError, UserError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { demoPlaces } from '../demo-places.ts';
import { knownMappings } from '../known-mappings.ts';

const help = `Usage
  nodetop discover [HOST[:PORT]…] [--json] [--timeout D] [--profile NAME] [--config FILE]

Looks for nodes at the usual ports of each kind: on this machine, or on the given hosts. To an open port,
each kind sends requests that only read. Prints each node that was found, how certain its kind is and
how long the detection took, and lists other services that answer. Exits with 0 if it found a node, with
3 if it found none.

  HOST         a name or an address (default localhost); with a port, nodetop tries only that port
  --json       print one document (schema nodetop-discovery/1)
  --timeout D  longest time to wait for an answer (default 3s)
  --profile NAME, -c, --config FILE
               where to read additional mappings of metrics

Examples
  nodetop discover
  nodetop discover 10.0.0.4 10.0.0.5
`;

const defaultTimeoutMs = 3000;
const mostHosts = 256;
/** Ports asked at once, over all hosts. */
const mostAtOnce = 32;

/** Something that answers, but not as a kind that is known. */
interface Stranger {
	readonly url: string;
	readonly message: string;
}

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
			profile: { type: 'string' },
			config: { type: 'string', shortFlag: 'c' },
		});
		const timeoutMs =
			flags.timeout === undefined ? defaultTimeoutMs : parseDuration(flags.timeout, '--timeout');
		const withPort = input.filter((word) => writtenPort(word) !== undefined);
		for (const word of withPort) checkedHost(word.replace(/:\d+$/, ''));
		const bare = input.filter((word) => writtenPort(word) === undefined);
		const hosts = input.length === 0 ? ['localhost'] : bare.map(checkedHost);
		if (input.length > mostHosts) {
			throw new UserError(`${input.length} hosts are too many`, {
				nextSteps: [
					`give at most ${mostHosts}: nodetop looks for nodes, it does not scan networks`,
				],
			});
		}
		const { adapters } = await import('../../adapters/registry.ts');
		const kinds = Object.values(adapters);
		const places = [
			...placesOn(hosts, kinds),
			...withPort.flatMap((address) => placesAt(address, kinds)),
			...(hosts.includes('localhost') ? await demoPlaces(context) : []),
		];
		const { path } = findConfigPath(flags.config, context);
		const mappings = await knownMappings(path, flags, context);
		const asking = { timeoutMs, mappings };
		const { found, strangers } = await askAll(places, asking, context);
		if (context.signal.aborted) return exitCodes.interrupted;
		if (flags.json === true) {
			const asked = [...hosts, ...withPort];
			const document = { schema: 'nodetop-discovery/1', hosts: asked, found, strangers };
			context.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
		} else {
			context.stdout.write(toText(found));
			const advice = adviceOn(found, [...hosts, ...withPort]);
			context.stderr.write(`${strangers.map(describeStranger).join('')}${advice}`);
		}
		return found.length > 0 ? exitCodes.ok : exitCodes.unknown;
	},
};

/** A host with the port written behind it, `10.0.0.4:8545` or `[::1]:8545`; undefined for a host alone. */
function writtenPort(word: string): string | undefined {
	const [, host, port] = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(word) ?? [];
	return host === undefined || Number(port) > 65_535 ? undefined : port;
}

/** Every way of asking at one port that a kind has, at its usual port or not. */
function placesAt(address: string, adapters: readonly Adapter[]): string[] {
	const schemes = adapters.flatMap(({ localUrls }) =>
		localUrls.map((url) => new URL(url).protocol),
	);
	return [...new Set(schemes)].filter(hasPort).map((scheme) => `${scheme}//${address}`);
}

function hasPort(scheme: string): boolean {
	return scheme === 'http:' || scheme === 'tcp:' || scheme === 'ws:';
}

function checkedHost(word: string): string {
	const host = word.replace(/^\[(.*)\]$/, '$1');
	const written = host.includes(':') ? `[${host}]` : host;
	if (/[/\s@]/.test(host) || !URL.canParse(`http://${written}/`)) {
		throw new UserError(`"${clean(word, 60)}" is no host`, {
			nextSteps: ['give names or addresses, with a port or without: 10.0.0.4, 10.0.0.4:8545'],
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
	{ timeoutMs, mappings }: Pick<Target, 'timeoutMs' | 'mappings'>,
	context: CommandContext,
): Promise<{ readonly found: readonly Found[]; readonly strangers: readonly Stranger[] }> {
	const { identifyNode } = await import('../../app/identify-node.ts');
	const answers = new Map<string, Found>();
	const others = new Map<string, Stranger>();
	const queue = [...urls];
	const work = async (): Promise<void> => {
		for (let url = queue.shift(); url !== undefined; url = queue.shift()) {
			if (context.signal.aborted) return;
			const intervalMs = timeoutMs;
			const target: Target = { name: url, kind: undefined, url, intervalMs, timeoutMs, mappings };
			const started = context.clock.steadyNow();
			try {
				const answer = await identifyNode(target, context);
				const latencyMs = Math.round((context.clock.steadyNow() - started) * 10) / 10;
				if (answer) answers.set(url, { url, ...answer, latencyMs });
				else others.set(url, { url, message: 'something answers, but as no known kind of node' });
			} catch (error) {
				if (!(error instanceof PollError)) throw error;
				// Of a port that a firewall drops nobody can say that something is there.
				const isSilent = error.code === 'unreachable' || error.code === 'timeout';
				if (!isSilent) others.set(url, { url, message: error.message });
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(mostAtOnce, queue.length) }, work));
	return {
		found: urls.flatMap((url) => answers.get(url) ?? []),
		strangers: urls.flatMap((url) => others.get(url) ?? []),
	};
}

function describeStranger({ url, message }: Stranger): string {
	return `${url}: ${message}\n`;
}

const headings = ['ADDRESS', 'KIND', 'HOW SURE', 'TOOK', 'WHAT'];

function toText(found: readonly Found[]): string {
	if (found.length === 0) return '';
	const rows = [
		headings,
		...found.map(({ url, kind, confidence, latencyMs, found: what }) => [
			url,
			kind,
			confidence,
			formatMs(latencyMs),
			what,
		]),
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
