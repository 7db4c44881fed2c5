import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startInTerminal } from '../../test/helpers/terminal.ts';
import type { TestTerminal } from '../../test/helpers/terminal.ts';
import { bin, inject, sizeOf } from './on-terminal.ts';

/** What is watched: on which networks of the demo, with what wrong with them. */
interface State {
	/** Arguments of `nodetop demo`; none watches this machine alone. */
	readonly demo?: readonly string[];
	/** Only this node is watched. */
	readonly only?: string;
	/** So many nodes are watched: those of the demo, and further ones that answer as replicas do. */
	readonly count?: number;
	readonly faults?: readonly object[];
}

const crash = { fault: 'crash', node: 'hotstuff-4' };
const split = { fault: 'partition', groups: [['dag-1', 'dag-2']] };

export const states: Readonly<Record<string, State>> = {
	healthy: { demo: [] },
	down: { demo: [], faults: [crash] },
	troubled: { demo: [], faults: [crash, split] },
	wrong: {
		demo: [],
		faults: [
			crash,
			split,
			{ fault: 'equivocation', node: 'hotstuff-2' },
			{ fault: 'slow', node: 'evm-2', latencyMs: 1500 },
			{ fault: 'diskFull', node: 'dag-3', leftBytes: 50_000 },
			{ fault: 'lostPieces', node: 'storj-1', count: 45 },
			{ fault: 'crash', node: 'storj-2' },
		],
	},
	one: { demo: [], only: 'hotstuff-1' },
	'300': { demo: ['--nodes', '64', '--storage-nodes', '8'], count: 300 },
	none: {},
};

export interface Stage {
	readonly terminal: TestTerminal;
	readonly nodes: readonly string[];
	/** Resolves when all has ended and the ports are free. */
	close(): Promise<void>;
}

interface Surroundings {
	/** Where the program keeps what it keeps. */
	readonly home: string;
	readonly children: ChildProcess[];
	/** The nodes of the demo listen from here on. */
	readonly port: number;
}

interface ServedNode {
	readonly name: string;
	readonly url: string;
	readonly kind: string;
	readonly log?: string;
}

interface Served {
	readonly control: string;
	readonly nodes: readonly ServedNode[];
}

/** Of the demo without flags. */
const nodesOfDemo = [
	['dag-1', 'dag-2', 'dag-3', 'dag-4'],
	['hotstuff-1', 'hotstuff-2', 'hotstuff-3', 'hotstuff-4'],
	['evm-1', 'evm-2', 'storj-1', 'storj-2'],
].flat();

interface StageOptions {
	/** Before faults, and again after them. */
	readonly runInMs: number;
	readonly port: number;
	readonly size: string;
}

/** Starts what a state watches and the program that watches it, and waits until charts and alerts have come. */
export async function stage(name: string, { runInMs, port, size }: StageOptions): Promise<Stage> {
	const state = states[name];
	if (!state)
		throw new Error(`no state is called ${name}; there are ${Object.keys(states).join(', ')}`);
	const home = mkdtempSync(join(tmpdir(), 'nodetop-pictures-'));
	const children: ChildProcess[] = [];
	let terminal: TestTerminal | undefined;
	const close = async () => {
		if (terminal) await quit(terminal);
		await Promise.all(children.map(end));
		rmSync(home, { recursive: true, force: true });
	};
	try {
		const env = { HOME: home, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home };
		const { args, nodes, controlUrl } = await watched(state, { home, children, port });
		terminal = startInTerminal(process.execPath, [bin, ...args], { ...sizeOf(size), env });
		await Promise.race([pause(runInMs), failure(terminal)]);
		for (const fault of state.faults ?? []) await inject(controlUrl, fault);
		if (state.faults) await pause(runInMs);
		return { terminal, nodes, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** Rejects when the program ends. */
async function failure(terminal: TestTerminal): Promise<never> {
	await terminal.exited;
	throw new Error(`the program ended: ${terminal.text().trim()}`);
}

async function quit(terminal: TestTerminal): Promise<void> {
	try {
		terminal.signal('SIGTERM');
	} catch {
		// It has ended already.
	}
	await terminal.exited;
	terminal.close();
}

/** Its ports are free when this resolves. */
async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, 'exit');
	child.kill();
	await ended;
}

interface Watched {
	readonly args: readonly string[];
	readonly nodes: readonly string[];
	readonly controlUrl: string;
}

/** With which arguments the program watches the state's nodes, of which those that need a process run in `children`. */
async function watched(
	{ demo, only, count }: State,
	{ home, children, port }: Surroundings,
): Promise<Watched> {
	const interval = ['--interval', '500ms'];
	if (!demo) return { args: interval, nodes: [], controlUrl: '' };
	const networks = ['demo', ...demo, '--seed', '7', '--port', String(port)];
	if (only === undefined && count === undefined) {
		return {
			args: [...networks, ...interval],
			nodes: nodesOfDemo,
			controlUrl: `http://127.0.0.1:${port + nodesOfDemo.length}`,
		};
	}
	const served = await serve(networks, children);
	const chosen =
		only === undefined ? served.nodes : served.nodes.filter(({ name }) => name === only);
	const further = count === undefined ? [] : await startFurther(count - chosen.length, children);
	const nodes = [...chosen, ...further];
	const config = join(home, 'config.json');
	const profile = { nodes: nodes.map(({ name, url, kind, log }) => ({ name, url, kind, log })) };
	writeFileSync(config, JSON.stringify({ profiles: { default: profile } }), { mode: 0o600 });
	return {
		args: ['--config', config, ...(count === undefined ? interval : [])],
		nodes: nodes.map(({ name }) => name),
		controlUrl: served.control,
	};
}

async function serve(args: readonly string[], children: ChildProcess[]): Promise<Served> {
	const demo = spawn(process.execPath, [bin, ...args, '--serve'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	children.push(demo);
	const ended = once(demo, 'exit').then(() => Promise.reject(new Error('the demo ended')));
	const [text] = await Promise.race([once(createInterface(demo.stdout), 'line'), ended]);
	// The format of `demo --serve` is documented in docs/devnet.md.
	return JSON.parse(String(text)) as Served;
}

async function startFurther(count: number, children: ChildProcess[]): Promise<ServedNode[]> {
	const file = fileURLToPath(new URL('../../bench/soak-nodes.ts', import.meta.url));
	const serving = fork(file, [String(count)]);
	children.push(serving);
	// It sends what soak-nodes.ts says.
	const [urls] = (await once(serving, 'message')) as [readonly string[]];
	return urls.map((url, index) => ({ name: `more-${index + 1}`, url, kind: 'bft' }));
}
