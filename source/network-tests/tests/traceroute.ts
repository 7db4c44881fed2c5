import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { rounded } from '../statistics/histogram.ts';
import { stamp } from '../test.ts';
import type { NetTest } from '../test.ts';
import { tools } from './traceroute-output.ts';
import type { Hop, Tool } from './traceroute-output.ts';

const defaults = { timeoutMs: 60_000 };
const maxOutputBytes = 256 * 1024;
/** Where the tools are when the user's PATH does not have them. */
const systemDirectories = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'];

/** The route by the system's traceroute, tracepath or mtr, whichever is found first. */
export const traceroute: NetTest<'traceroute'> = {
	name: 'traceroute',
	title: 'the hops of the route, by the system’s own tool',
	weight: 'light',
	async run(tested, _options, context) {
		const { sample, summary } = stamp('traceroute', tested, context.now);
		const tool = await findTool();
		if (!tool) {
			return {
				...summary('cannot'),
				reason: 'none of traceroute, tracepath and mtr is installed here',
			};
		}
		const { address } = tested.endpoint;
		const hops: Hop[] = [];
		const error = await runTool(tool, address, context.signal, (hop) => {
			// tracepath prints some hops twice; the first counts.
			if (hops.some((known) => known.hop === hop.hop)) return;
			hops.push(hop);
			const { rttMs, ...rest } = hop;
			context.emit({ ...sample(), ...rest, rttMs: rttMs.map(rounded) });
		});
		const isAborted = context.signal.aborted;
		const reason = hops.length === 0 && !isAborted ? (error ?? 'it printed no hops') : undefined;
		if (reason !== undefined) {
			return { ...summary('cannot'), tool: tool.name, reason: `${tool.name}: ${reason}` };
		}
		return {
			...summary(isAborted ? 'cancelled' : 'measured'),
			tool: tool.name,
			hops: hops.length,
			isReached: hops.some((hop) => hop.address === address),
			route: hops.map((hop) => hop.address ?? '*'),
		};
	},
};

interface FoundTool extends Tool {
	readonly file: string;
}

async function findTool(): Promise<FoundTool | undefined> {
	const own = (process.env['PATH'] ?? '').split(path.delimiter).filter(path.isAbsolute);
	const directories = [...new Set([...own, ...systemDirectories])];
	for (const tool of tools) {
		for (const directory of directories) {
			const file = path.join(directory, tool.name);
			if (await isExecutable(file)) return { ...tool, file };
		}
	}
	return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
	try {
		await access(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** Runs a tool without a shell; resolves with the problem, if there was one. */
function runTool(
	tool: FoundTool,
	address: string,
	signal: AbortSignal,
	take: (hop: Hop) => void,
): Promise<string | undefined> {
	if (isIP(address) === 0) return Promise.resolve('not an IP address');
	return new Promise((done) => {
		const child = spawn(tool.file, tool.argv(address), {
			stdio: ['ignore', 'pipe', 'ignore'],
			env: { PATH: systemDirectories.join(':'), LC_ALL: 'C' },
			timeout: defaults.timeoutMs,
		});
		const stop = () => {
			child.kill();
		};
		signal.addEventListener('abort', stop, { once: true });
		if (signal.aborted) stop();
		let bytes = 0;
		child.stdout.on('data', (chunk: Buffer) => {
			bytes += chunk.length;
			if (bytes > maxOutputBytes) stop();
		});
		createInterface({ input: child.stdout }).on('line', (line) => {
			const hop = tool.readLine(line);
			if (hop) take(hop);
		});
		const end = (problem?: string) => {
			signal.removeEventListener('abort', stop);
			done(problem);
		};
		child.once('error', (error) => {
			end(error.message);
		});
		child.once('close', (code) => {
			end(code === 0 ? undefined : `it ended with code ${code}`);
		});
	});
}
