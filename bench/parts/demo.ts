import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { bin } from './settings.ts';

export interface DemoNode {
	readonly name: string;
	readonly kind: string;
	readonly url: string;
}

export interface Demo {
	/** Four QuDAG nodes, four HotStuff replicas and two EVM nodes. */
	readonly nodes: readonly DemoNode[];
	stop(): Promise<void>;
}

export async function startDemo(): Promise<Demo> {
	const demo = spawn(process.execPath, [bin, 'demo', '--serve', '--storage-nodes', '0'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const ended = once(demo, 'exit');
	const [line] = (await once(createInterface({ input: demo.stdout }), 'line')) as [string];
	// The line is what `demo --serve` documents.
	const { nodes } = JSON.parse(line) as { nodes: readonly DemoNode[] };
	return {
		nodes,
		async stop() {
			demo.kill('SIGTERM');
			await ended;
		},
	};
}

/** The nodes as `--node` and the bare poller take them. */
export function argumentsOf(nodes: readonly DemoNode[]): string[] {
	return nodes.map(({ name, url }) => `${name}=${url}`);
}
