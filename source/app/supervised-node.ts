import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Target } from '../domain/target.ts';
import { ask, startSupervisor, takeOver } from '../lifecycle/client.ts';
import type { Supervision } from '../lifecycle/client.ts';
import { targetOf } from '../lifecycle/health/target.ts';
import { livingRecord } from '../lifecycle/inspect.ts';
import { levelOf } from '../lifecycle/log/level.ts';
import { lastLines } from '../lifecycle/log/query.ts';
import { knownNodes, placeOf } from '../lifecycle/paths.ts';
import type { LogQuestion, ProcessAction, ShownLine } from '../lifecycle/shown.ts';
import { readSmall } from '../lifecycle/small-file.ts';
import { specSchema } from '../lifecycle/spec.ts';
import type { Spec } from '../lifecycle/spec.ts';
import { nodeOf } from './process-watch.ts';

/** What a node is started with that is supervised here; undefined for any other node. Of several the one that runs. */
async function specOfNode(
	supervision: Supervision,
	nodes: readonly Pick<Target, 'name' | 'url'>[],
	node: string,
): Promise<Spec | undefined> {
	if (!existsSync(supervision.root)) return undefined;
	let best: { readonly spec: Spec; readonly rank: number } | undefined;
	for (const name of knownNodes(supervision.root)) {
		const spec = readSmall(placeOf(supervision.root, name, supervision.runtime).spec, specSchema);
		if (!spec) continue;
		const { url } = targetOf(spec, homedir());
		if (nodeOf({ name, ...(url !== undefined && { rpcUrl: url }) }, nodes) !== node) continue;
		const isRunning = (await livingRecord(placeOf(supervision.root, name, ''))) !== undefined;
		const rank = (isRunning ? 2 : 0) + (name === node ? 1 : 0);
		if (best === undefined || rank > best.rank) best = { spec, rank };
	}
	return best?.spec;
}

/** The last lines of the log of a watched node. */
export async function readNodeLogs(
	supervision: Supervision,
	nodes: readonly Pick<Target, 'name' | 'url'>[],
	{ node, untilMs, count }: LogQuestion,
): Promise<readonly ShownLine[] | undefined> {
	const spec = await specOfNode(supervision, nodes, node);
	if (!spec) return undefined;
	const { log } = placeOf(supervision.root, spec.name, supervision.runtime);
	const lines = await lastLines(log, count, { untilMs });
	return lines.map(({ at, stream, text }) => ({ at, stream, text, level: levelOf(text) }));
}

/** Starts, restarts or stops the process of a watched node. */
export async function runNodeProcess(
	supervision: Supervision,
	nodes: readonly Pick<Target, 'name' | 'url'>[],
	node: string,
	action: ProcessAction,
): Promise<{ readonly isDone: boolean; readonly text: string }> {
	const spec = await specOfNode(supervision, nodes, node);
	if (!spec) return { isDone: false, text: `nodetop does not run ${node}` };
	const { name } = spec;
	const place = placeOf(supervision.root, name, supervision.runtime);
	const isSupervised = await takeOver(supervision, name);
	if (!isSupervised && action === 'stop') return { isDone: false, text: `${node} does not run` };
	if (!isSupervised) {
		await startSupervisor(supervision, name, spec);
		return { isDone: true, text: `${node} is started` };
	}
	if (action === 'start') return { isDone: false, text: `${node} runs already` };
	const request =
		action === 'stop' ? ({ ask: 'stop', isForced: false } as const) : ({ ask: 'restart' } as const);
	const reply = await ask(place, request);
	if (reply?.is === 'done') return { isDone: true, text: `${node}: ${reply.text}` };
	const why = reply?.is === 'failed' ? reply.message : 'its supervisor does not answer';
	return { isDone: false, text: `${node}: ${why}` };
}
