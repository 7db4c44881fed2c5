import { sendJson, startServer } from './http-server.ts';
import type { TestServer } from './http-server.ts';

/** One incident in a message that was accepted. */
export interface Accepted {
	readonly event: string;
	readonly incidentId: string;
	readonly rule: string;
	readonly node: string;
	/** When it came, in Unix ms. */
	readonly atMs: number;
	/** Of the message: a repeat has the same. */
	readonly messageId: string;
}

/** A webhook that, until it is calm, fails, stalls, asks for patience, and sees the sender die. */
export interface UnreliableReceiver extends TestServer {
	isCalm: boolean;
	readonly accepted: readonly Accepted[];
	readonly counts: {
		requests: number;
		failures: number;
		stalls: number;
		/** Accepted, and the answer was never sent. */
		unanswered: number;
		/** Messages that came again under their id. */
		repeats: number;
	};
}

/** `kill` ends the sender, at moments of the receiver's choice. */
export async function startUnreliableReceiver(
	random: () => number,
	kill: () => void,
): Promise<UnreliableReceiver> {
	const accepted: Accepted[] = [];
	const messages = new Set<string>();
	const counts = { requests: 0, failures: 0, stalls: 0, unanswered: 0, repeats: 0 };
	const state = { isCalm: false, accepted, counts };

	function accept(body: string): void {
		// The sender is our own webhook channel.
		const { id, incidents } = JSON.parse(body) as {
			id: string;
			incidents: { event: string; id: string; rule: string; labels: { node: string } }[];
		};
		if (messages.has(id)) counts.repeats += 1;
		messages.add(id);
		for (const { event, id: incidentId, rule, labels } of incidents) {
			const { node } = labels;
			accepted.push({ event, incidentId, rule, node, atMs: Date.now(), messageId: id });
		}
	}

	const server = await startServer(({ body }, response) => {
		counts.requests += 1;
		const dice = state.isCalm ? 1 : random();
		if (dice < 0.12) {
			counts.failures += 1;
			sendJson(response, {}, 500);
		} else if (dice < 0.2) {
			counts.failures += 1;
			response.writeHead(429, { 'retry-after': '0' }).end();
		} else if (dice < 0.28) counts.stalls += 1;
		else if (dice < 0.4) {
			counts.unanswered += 1;
			accept(body);
			response.destroy();
		} else if (dice < 0.5) {
			counts.unanswered += 1;
			accept(body);
			kill();
			response.destroy();
		} else {
			accept(body);
			sendJson(response, {});
			if (dice < 0.66) response.once('finish', kill);
		}
	});
	return Object.assign(state, server);
}
